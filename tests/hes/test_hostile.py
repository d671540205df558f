"""DCUs that are wrong, silent, refusing or too many: one line each, and the others go on."""

import asyncio
import itertools
import sqlite3

import pytest

from hes_stub import hall as hall_module
from hes_stub import session
from tests.hes.fake_dcu import Dcu, alarm_row, reading_row
from tests.hes.running_hes import run_hes, until
from tests.hes.stored import plant_with
from wire import axdr

TERMINAL = "07310001"
ANSWER_S = 1.0  # a busy machine must not take so long for a good answer


def fetched(plant):
    return lambda: plant.readings.mark == plant.readings.last


async def works(hes, terminal="07310009"):
    """Another DCU is served as if nothing had been."""
    plant = plant_with(3)
    await Dcu(plant, hes.port, terminal).dial()
    await until(fetched(plant))


def test_a_dcu_that_does_not_answer_is_closed(tmp_path, capsys):
    async def check(hes):
        dcu = Dcu(plant_with(1), hes.port)
        dcu.deaf = True
        await dcu.dial()
        await asyncio.wait_for(dcu.closed.wait(), 5)
        await works(hes)

    run_hes(tmp_path, check, limits={"answer_s": ANSWER_S})
    line = f"terminal {TERMINAL} did not answer within {ANSWER_S} s; the connection is closed\n"
    assert line in capsys.readouterr().out


def test_a_wrong_password_is_said_and_the_link_stays_up(tmp_path, capsys):
    async def check(hes):
        dcu = Dcu(plant_with(1), hes.port, password=b"RightOne")
        await dcu.dial()
        hes.password.octets = b""
        await works(hes)
        assert not dcu.closed.is_set()

    run_hes(tmp_path, check, password=b"WrongOne")
    out = capsys.readouterr().out
    assert out.count("association refused") == 1
    assert "WrongOne" not in out and "RightOne" not in out


def test_who_is_refused_again_and_again_is_asked_less_and_less():
    pauses_s = list(itertools.islice(session.pauses_s(), 8))
    assert pauses_s == [60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_dcu_that_pushes_without_end_is_asked_for_readings_all_the_same(tmp_path):
    plant = plant_with(1)
    plant.alarms.append(alarm_row, 1000)

    async def check(hes):
        dcu = Dcu(plant, hes.port)
        answer = dcu._answer

        def answer_and_push(frame):
            answer(frame)
            dcu.push(plant.alarms.rows)

        dcu._answer = answer_and_push
        await dcu.dial()
        for _ in range(3):
            plant.readings.append(reading_row, 1, 900 * (plant.readings.last + 1))
            await until(fetched(plant))

    run_hes(tmp_path, check)


def test_the_right_password_opens(tmp_path):
    plant = plant_with(3)

    async def check(hes):
        await Dcu(plant, hes.port, password=b"RightOne").dial()
        await until(fetched(plant))

    run_hes(tmp_path, check, password=b"RightOne")


@pytest.mark.parametrize(
    "bad",
    [
        axdr.u8(1),
        axdr.structure([axdr.u32(4)]),
        axdr.structure([axdr.null()] * 11),
        reading_row(2, 1, 900),
    ],
)
def test_a_bad_row_is_never_passed_over(tmp_path, capsys, bad):
    plant = plant_with(3)
    plant.readings.rows[2] = plant.readings.rows[2]._replace(octets=bad)

    async def check(hes):
        dcu = Dcu(plant, hes.port)
        await dcu.dial()
        await asyncio.wait_for(dcu.closed.wait(), 5)
        assert hes.readings() == [] and plant.readings.mark == 0
        await works(hes)

    run_hes(tmp_path, check)
    assert f"terminal {TERMINAL} breaks the protocol, closed" in capsys.readouterr().out


def test_a_refused_mark_is_said_once_and_tried_again(tmp_path, capsys):
    plant = plant_with(3)
    plant.refuse_marks = True

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(lambda: plant.refused >= 3)
        assert len(hes.readings()) == 3
        plant.refuse_marks = False
        await until(fetched(plant))

    run_hes(tmp_path, check)
    assert capsys.readouterr().out.count("refused: read-write denied") == 1


def test_a_full_disk_acknowledges_nothing_and_is_got_over(tmp_path, capsys):
    plant = plant_with(300)

    async def check(hes):
        (pages,) = hes._database._sql.execute("PRAGMA page_count").fetchone()
        hes._database._sql.execute(f"PRAGMA max_page_count = {pages}")
        await Dcu(plant, hes.port).dial()
        await until(lambda: "acknowledged: hes.db refused" in capsys.readouterr().out)
        assert plant.readings.mark == len(hes.readings()) < 300
        hes._database._sql.execute("PRAGMA max_page_count = 1000000")
        await until(fetched(plant))
        assert len(hes.readings()) == 300

    run_hes(tmp_path, check)


def test_a_newer_connection_replaces_the_older(tmp_path, capsys):
    plant = plant_with(3)

    async def check(hes):
        first, second = Dcu(plant, hes.port), Dcu(plant, hes.port)
        await first.dial()
        await until(fetched(plant))
        await second.dial()
        await asyncio.wait_for(first.closed.wait(), 5)
        plant.readings.append(reading_row, 1, 90_000)
        await until(fetched(plant))
        assert hes.dcu()["connected"] and not second.closed.is_set()

    run_hes(tmp_path, check)
    assert "its older connection from 127.0.0.1:" in capsys.readouterr().out


def test_damaged_pushes_end_the_connection_of_who_sent_them(tmp_path):
    async def check(hes):
        dcu = Dcu(plant_with(1), hes.port)
        await dcu.dial()
        dcu._send(b"\x0f\x00\x00\x00\x01\x00\x01\x01\x02")
        await asyncio.wait_for(dcu.closed.wait(), 5)
        await works(hes)

    run_hes(tmp_path, check)


def test_control_characters_of_a_dcu_do_not_reach_the_terminal(tmp_path, capsys):
    plant = plant_with(0)
    text = axdr.utf8("\x1b[2J\nfalse line")
    row = alarm_row(1, 1000, text="@").replace(axdr.visible("@"), text)
    plant.alarms.append(lambda seq: row)

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(lambda: plant.alarms.mark == 1)

    run_hes(tmp_path, check)
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\nfalse line" not in out


def test_too_many_connections_are_refused_and_room_is_found_again(tmp_path, capsys):
    async def check(hes):
        writers = [(await asyncio.open_connection("127.0.0.1", hes.port))[1] for _ in range(5)]
        reader, _ = await asyncio.open_connection("127.0.0.1", hes.port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writers[0].close()
        await until(lambda: len(hes.hall._links) < len(writers))
        await works(hes)

    run_hes(tmp_path, check, rooms=5)
    assert capsys.readouterr().out.count("too many connections") == 1


def test_strangers_do_not_take_the_room_of_dcus(tmp_path, monkeypatch):
    monkeypatch.setattr(hall_module, "STRANGERS_MAX", 3)

    async def check(hes):
        for number in range(1, 6):
            await works(hes, f"0731000{number}")
        writers = [(await asyncio.open_connection("127.0.0.1", hes.port))[1] for _ in range(3)]
        reader, _ = await asyncio.open_connection("127.0.0.1", hes.port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert len(hes.hall.dcus) == 5 and len(writers) == 3

    run_hes(tmp_path, check)


def test_presence_that_cannot_be_written_costs_no_connection(tmp_path, capsys):
    plant = plant_with(3)

    async def check(hes):
        def refuse(*values):
            raise sqlite3.OperationalError("database or disk is full")

        hes._database.logged_in = refuse
        await Dcu(plant, hes.port).dial()
        await until(fetched(plant))

    run_hes(tmp_path, check)
    assert "hes.db refused: database or disk is full" in capsys.readouterr().out
