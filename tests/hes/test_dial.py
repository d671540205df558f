"""The HES dials a DCU in server mode, asks who it is, and serves it like one that has dialled."""

import asyncio
from functools import partial

from hes_stub import dial
from hes_stub.link import Link
from tests.hes.fake_dcu import Dcu, Plant, alarm_row
from tests.hes.running_hes import Printed, run_hes, until

TERMINAL = "07310001"


class Listening:
    """A DCU that is dialled, on a free port, which is closed at first."""

    def __init__(self, plant, terminal=TERMINAL):
        self.plant = plant
        plant.terminal = terminal
        self.calls = []
        self.server = None

    async def open(self, port=0):
        self.server = await asyncio.start_server(self._called, "127.0.0.1", port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _called(self, reader, writer):
        dcu = Dcu(self.plant, 0)
        self.calls.append(dcu)
        await dcu.called(reader, writer)


def run_dialling(folder, check, plant):
    """`check(hes, dcu, pauses)`: the HES dials for ever, without pauses, which are noted."""

    async def run(hes):
        dcu, pauses = Listening(plant), []
        await dcu.open()

        async def pause(seconds):
            pauses.append(seconds)
            await asyncio.sleep(0.001)

        new_link = partial(Link, hes.hall, is_dialled=True)
        dialling = asyncio.create_task(dial.keep_dialled("127.0.0.1", dcu.port, new_link, pause))
        try:
            await check(hes, dcu, pauses)
        finally:
            dialling.cancel()
            dcu.server.close()

    run_hes(folder, run)


def test_one_that_is_dialled_is_asked_who_it_is_and_then_for_what_it_has(tmp_path, capsys):
    plant = Plant()
    plant.alarms.append(alarm_row, 1000)
    printed = Printed(capsys)

    async def check(hes, dcu, pauses):
        await until(lambda: plant.alarms.mark == 1)
        assert hes.dcu()["terminal"] == TERMINAL and hes.dcu()["connected"]
        assert f"terminal {TERMINAL} answers at 127.0.0.1:{dcu.port}" in printed.more()
        dcu.calls[0].hang_up()
        await until(lambda: len(dcu.calls) == 2 and hes.hall.dcus)
        assert pauses == [dial.AGAIN_MIN_S]

    run_dialling(tmp_path, check, plant)


def test_who_is_no_dcu_is_told_once_and_dialled_ever_more_rarely(tmp_path, capsys):
    plant = Plant()
    printed = Printed(capsys)

    async def check(hes, dcu, pauses):
        plant.terminal = "<b>nobody"
        await until(lambda: pauses[-1:] == [dial.AGAIN_MAX_S])
        text = printed.more()
        assert text.count("which terminal it is: <b>nobody is no terminal ID") == 1
        assert hes.hall.dcus == {} and pauses[:3] == [2, 4, 8]

    run_dialling(tmp_path, check, plant)


def test_where_nobody_listens_the_reason_is_told_once(tmp_path, capsys):
    plant = Plant()
    printed = Printed(capsys)

    async def check(hes, dcu, pauses):
        dcu.server.close()
        for call in dcu.calls:
            call.hang_up()
        await until(lambda: len(pauses) > 5)
        text = printed.more()
        assert text.count("Connection refused; it is dialled again and again") == 1
        await dcu.open(dcu.port)
        await until(lambda: hes.hall.dcus)

    run_dialling(tmp_path, check, plant)
