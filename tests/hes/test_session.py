"""A DCU and the HES over loopback TCP: nothing is lost, nothing is stored twice."""

import asyncio
import sqlite3

import pytest

from hes_stub import session
from tests.hes.fake_dcu import Dcu, meter_row, reading_row
from tests.hes.running_hes import Hes, run_hes, until
from tests.hes.stored import add_alarms, add_readings, all_acknowledged, numbers, plant_with
from wire import qgdw3761

TERMINAL = "07310001"


def test_readings_alarms_and_archive_come_in(tmp_path, capsys):
    plant = plant_with(readings=150, alarms=2)

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(all_acknowledged(plant))
        assert numbers(hes) == list(range(1, 151)) and hes.alarms() == [(1, 1), (1, 2)]
        assert [row["mp"] for row in hes.meters()] == [1, 2, 3]
        await until(lambda: hes.dcu()["version"] == "0.1 <b>" and hes.dcu()["backlog"] == 0)
        assert hes.dcu()["readings"] == 150

    run_hes(tmp_path, check)
    out = capsys.readouterr().out
    assert f"terminal {TERMINAL} registered from 127.0.0.1:" in out
    assert f"fetched 63 readings of {TERMINAL}, up to 63, stored in hes.db\n" in out
    line = f"alarm of {TERMINAL}: meter silent, MP 3: no answer (seq 2) stored"
    assert line in out


def test_what_comes_later_is_fetched_too(tmp_path):
    plant = plant_with(readings=1)

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        for count in (1, 64, 65):
            add_readings(plant, count)
            await until(all_acknowledged(plant))
        assert numbers(hes) == list(range(1, 132))
        assert sorted(plant.readings.marks) == plant.readings.marks

    run_hes(tmp_path, check)


def test_heartbeats_are_answered_and_counted(tmp_path, capsys):
    async def check(hes):
        dcu = Dcu(plant_with(), hes.port)
        await dcu.dial()
        dcu.link(qgdw3761.HEARTBEAT, 1)
        dcu.link(qgdw3761.HEARTBEAT, 2)
        await until(lambda: dcu.confirmed == 3)
        assert hes.dcu()["heartbeats"] == 2

    run_hes(tmp_path, check)
    assert f"heartbeat of {TERMINAL} answered (2)" in capsys.readouterr().out


def test_a_pushed_alarm_is_stored_before_it_is_acknowledged_and_once(tmp_path):
    plant = plant_with(alarms=1)

    async def check(hes):
        dcu = Dcu(plant, hes.port)
        await dcu.dial()
        await until(lambda: plant.alarms.mark == 1)
        add_alarms(plant, 2)
        for _ in range(3):
            dcu.push(plant.alarms.rows[1:])
        await until(lambda: plant.alarms.marks.count(3) == 3)
        assert hes.alarms() == [(1, 1), (1, 2), (1, 3)]

    run_hes(tmp_path, check, fetch_s=3600)


def test_a_push_that_leaves_something_out_is_asked_for(tmp_path):
    plant = plant_with(alarms=1)

    async def check(hes):
        dcu = Dcu(plant, hes.port)
        await dcu.dial()
        await until(lambda: plant.alarms.mark == 1)
        add_alarms(plant, 5)
        dcu.push(plant.alarms.rows[4:])
        await until(lambda: plant.alarms.mark == 6)
        assert sorted(hes.alarms()) == [(1, seq) for seq in range(1, 7)]

    run_hes(tmp_path, check, fetch_s=3600)


def test_an_alarm_brings_the_states_of_the_meters_up_to_date(tmp_path):
    plant = plant_with()

    async def check(hes):
        dcu = Dcu(plant, hes.port)
        await dcu.dial()
        await until(lambda: len(hes.meters()) == 3)
        plant.meters[2] = meter_row(3, state="silent")
        add_alarms(plant, 1)
        dcu.push(plant.alarms.rows)
        await until(lambda: hes.meters()[2]["state"] == "silent")

    run_hes(tmp_path, check, fetch_s=3600)


def test_the_archive_is_looked_at_again_while_the_dcu_stays_connected(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "ARCHIVE_MIN_S", 0)
    monkeypatch.setattr(session, "ARCHIVE_MAX_S", 0)
    plant = plant_with()

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(lambda: len(hes.meters()) == 3)
        plant.meters[1] = meter_row(2, state="late")
        plant.meters.append(meter_row(4))
        await until(lambda: len(hes.meters()) == 4 and hes.meters()[1]["state"] == "late")

    run_hes(tmp_path, check)


def test_a_large_archive_is_looked_at_less_often():
    pauses = [session.archive_pause_s(count) for count in (0, 60, 61, 300, 1120)]
    assert pauses == [60, 60, 61, 300, 300]


@pytest.mark.parametrize("dies_after", [False, True])
@pytest.mark.parametrize("both", [False, True])
def test_death_at_any_moment_loses_and_doubles_nothing(tmp_path, dies_after, both):
    """The DCU dies at its nth answer, and the HES with it or not; n from the first to the last."""
    plant = plant_with()

    def check_mark(attribute, access, data, client_sap, put=plant.set):
        put(attribute, access, data, client_sap)
        stored = sqlite3.connect(tmp_path / "hes.db").execute
        for store, table in ((plant.readings, "readings"), (plant.alarms, "alarms")):
            assert store.mark <= (stored(f"SELECT max(seq) FROM {table}").fetchone()[0] or 0)

    plant.set = check_mark

    async def live():
        hes = Hes(tmp_path)
        await hes.start()
        for moment in range(1, 16):
            add_readings(plant, 70)
            add_alarms(plant, 2)
            dcu = Dcu(plant, hes.port)
            dcu.answers_left, dcu.dies_after = moment, dies_after
            await dcu.dial()
            await asyncio.wait_for(dcu.closed.wait(), 10)
            if both:
                await hes.stop()
                hes = Hes(tmp_path)
                await hes.start()
        await Dcu(plant, hes.port).dial()
        await until(all_acknowledged(plant))
        assert numbers(hes) == list(range(1, 70 * 15 + 1))
        assert hes.alarms() == [(1, seq) for seq in range(1, 31)]
        assert hes.events() == []
        await hes.stop()

    asyncio.run(live())


def test_a_replaced_dcu_begins_a_new_epoch(tmp_path, capsys):
    async def check(hes):
        first = plant_with(readings=30, alarms=3)
        await Dcu(first, hes.port).dial()
        await until(all_acknowledged(first))
        second = plant_with(alarms=0)
        for mp in (4, 5):
            second.readings.append(reading_row, mp, 900 * 50)
        add_alarms(second, 1, time_s=9000)
        await Dcu(second, hes.port).dial()
        await until(all_acknowledged(second))
        assert hes.readings()[30:] == [(2, 1, 4, 45000), (2, 2, 5, 45000)]
        assert hes.alarms() == [(1, 1), (1, 2), (1, 3), (2, 1)]
        assert len(hes.events()) == 2 and "numbered anew from 1" in hes.events()[0]

    run_hes(tmp_path, check)
    out = capsys.readouterr().out
    assert "older connection" in out and "epoch 2" in out


def test_a_replaced_dcu_is_noticed_also_when_it_has_counted_beyond_us(tmp_path):
    async def check(hes):
        first = plant_with(readings=5)
        await Dcu(first, hes.port).dial()
        await until(all_acknowledged(first))
        second = plant_with()
        for n in range(20):
            second.readings.append(reading_row, 7, 90_000 + 900 * n)
        await Dcu(second, hes.port).dial()
        await until(all_acknowledged(second))
        assert len(hes.readings()) == 25

    run_hes(tmp_path, check)


def test_data_cleared_during_a_session_are_noticed(tmp_path):
    plant = plant_with(readings=5, alarms=2)

    async def check(hes):
        dcu = Dcu(plant, hes.port)
        await dcu.dial()
        await until(all_acknowledged(plant))
        for store in (plant.readings, plant.alarms):
            store.rows, store.mark = [], 0
        plant.readings.append(reading_row, 9, 90_000)
        add_alarms(plant, 3, time_s=5000)
        dcu.push(plant.alarms.rows)
        await until(all_acknowledged(plant))
        assert hes.readings()[-1] == (2, 1, 9, 90_000)
        assert hes.alarms() == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]

    run_hes(tmp_path, check)


def test_a_dcu_that_lost_its_newest_rows_goes_on_without_doubles(tmp_path):
    plant = plant_with(alarms=10)

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(all_acknowledged(plant))
        plant.alarms.rows = plant.alarms.rows[:7]
        plant.alarms.mark = 0
        add_alarms(plant, 1, time_s=5000)
        await until(all_acknowledged(plant))
        assert hes.alarms() == [(1, seq) for seq in range(1, 11)] + [(2, 8)]
        assert "numbered anew from 8" in hes.events()[0]

    run_hes(tmp_path, check)


def test_rows_that_the_dcu_dropped_are_reported(tmp_path):
    plant = plant_with(readings=100)
    plant.readings.rows = plant.readings.rows[40:]

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(all_acknowledged(plant))
        assert numbers(hes) == list(range(41, 101))
        (event,) = hes.events()
        assert event.startswith(f"terminal {TERMINAL}: up to 40 readings before number 63 are not")

    run_hes(tmp_path, check)


def test_the_same_slot_sent_again_is_one_row(tmp_path, capsys):
    plant = plant_with(readings=3)
    plant.readings.append(reading_row, 1, 900, 5000)

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(all_acknowledged(plant))
        assert sorted(numbers(hes)) == [2, 3, 4]
        await until(lambda: hes.dcu()["backlog"] == 0)

    run_hes(tmp_path, check)
    assert "(1 of slots that were here already)" in capsys.readouterr().out
