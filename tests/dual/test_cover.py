"""The cover: what its switch says becomes events, also of what was while the DCU was off."""

import os

from boards.cover import cover_switch
from dcu.alarm_codes import COVER_CLOSED, COVER_OPENED, FIRMWARE_CHANGED, PORT_BACK, PORT_LOST
from dcu.cover import STEADY_MS, Cover
from dcu.tell_version import tell_version
from hal import coop
from hal.files import Files
from hal.gpio import FileLine
from tests.dual.panel_plant import Plant
from tests.kept import Kept, refusal
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual

OPEN, CLOSED = True, False
WHILE_OFF = "while the DCU was off"


class Bench:
    def __init__(self, kept=None):
        self.kept = kept or Kept()
        self.found = []
        self.clock = VirtualClock()
        self.start()

    def start(self):
        self.cover = Cover(self.kept, self.clock, self.alarm)

    def alarm(self, code, mp, text):
        assert mp == 0
        self.found.append((code, text))

    def look(self, is_open, for_ms):
        async def main():
            for _ in range(0, for_ms, 100):
                self.cover.look(is_open)
                await coop.sleep_ms(100)

        run_virtual(main())


def test_an_opening_that_lasts_is_an_event_and_so_is_the_closing():
    bench = Bench()
    bench.look(CLOSED, 3_000)
    assert bench.found == [] and bench.cover.is_open is False
    bench.look(OPEN, STEADY_MS)
    assert bench.found == []
    bench.look(OPEN, 200)
    assert bench.found == [(COVER_OPENED, "")] and bench.cover.is_open is True
    bench.look(OPEN, 60_000)
    bench.look(CLOSED, STEADY_MS + 200)
    assert bench.found == [(COVER_OPENED, ""), (COVER_CLOSED, "")]


def test_a_switch_that_bounces_is_no_opening():
    bench = Bench()
    bench.look(CLOSED, 3_000)
    for _ in range(20):
        bench.look(OPEN, STEADY_MS - 100)
        bench.look(CLOSED, 100)
    assert bench.found == [] and bench.cover.is_open is False


def test_what_has_changed_while_the_power_was_off_is_told_at_the_start():
    for before, now, told in (
        (CLOSED, OPEN, [(COVER_OPENED, WHILE_OFF)]),
        (OPEN, CLOSED, [(COVER_CLOSED, WHILE_OFF)]),
        (CLOSED, CLOSED, []),
        (OPEN, OPEN, []),
    ):
        bench = Bench()
        bench.look(before, 2_000)
        bench.start()
        bench.found = []
        bench.look(now, 2_000)
        assert bench.found == told, (before, now)
        bench.look(not now, 2_000)
        assert bench.found[-1][1] == "", "that was not while it was off"


def test_a_dcu_that_begins_with_an_open_cover_says_so_and_one_that_is_closed_is_as_it_should_be():
    for is_open, told in ((OPEN, [(COVER_OPENED, "")]), (CLOSED, [])):
        bench = Bench(Kept(b"rubbish"))
        bench.look(is_open, 2_000)
        assert bench.found == told


def test_a_full_disk_is_tried_again_and_costs_no_second_event():
    bench = Bench()
    bench.look(CLOSED, 2_000)
    bench.kept.full = True
    bench.look(OPEN, 2_000)
    assert bench.found == [(COVER_OPENED, "")] and bench.kept.data == b"closed"
    bench.kept.full = False
    bench.look(OPEN, 200)
    assert bench.kept.data == b"open" and bench.kept.saves == 2 and len(bench.found) == 1


def test_the_input_is_where_the_setting_says_and_its_loss_is_an_event():
    files = Files(os.getenv("DUAL_TMP") + "/cover")
    files.replace("level", b"0\n")
    plant, found = Plant(1), []
    plant.dcu.alarms.raise_alarm = lambda code, mp, text: found.append(code)
    plant.dcu.cover = Cover(Kept(), VirtualClock(), plant.dcu.alarms.raise_alarm)
    plant.dcu.settings.put("cover.input", files.folder + "/level")

    async def main():
        running = coop.spawn(cover_switch(plant.dcu).run(Part()))
        for level in (b"0", b"1", b"0", b"", b"0"):
            files.replace("level", level)
            await coop.sleep_ms(8_000)
        plant.dcu.settings.put("cover.open_level", "0")
        await coop.sleep_ms(8_000)
        await coop.stop(running)

    run_virtual(main())
    assert found == [COVER_OPENED, COVER_CLOSED, PORT_LOST, PORT_BACK, COVER_OPENED]


def test_a_file_without_a_level_is_the_fault_of_the_port():
    files = Files(os.getenv("DUAL_TMP") + "/level")
    for octets in (b"", b"2", b"on", b"1 0"):
        files.replace("level", octets)
        assert "neither 0 nor 1" in refusal(FileLine, files.folder + "/level"), octets
    assert "does not exist" in refusal(FileLine, files.folder + "/none")


def test_another_firmware_is_told_once_and_the_first_is_no_other():
    kept, found = Kept(), []
    for version in ("0.1.0", "0.1.0", "0.2.0", "0.2.0", "0.1.0"):
        tell_version(kept, version, lambda *alarm: found.append(alarm))
    texts = [(FIRMWARE_CHANGED, 0, "0.1.0 to 0.2.0"), (FIRMWARE_CHANGED, 0, "0.2.0 to 0.1.0")]
    assert found == texts
    kept.full = True
    for _ in range(2):
        tell_version(kept, "0.3.0", lambda *alarm: found.append(alarm))
    assert [text for _, _, text in found[2:]] == ["0.1.0 to 0.3.0"] * 2
