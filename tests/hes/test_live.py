"""A backlog does not hold up what is new, what is urgent, or the link."""

import asyncio

import pytest

from hes_stub.database import READINGS as READINGS_STREAM
from hes_stub.database import Database
from hes_stub.errors import NoAnswer
from hes_stub.fetch import Fetch
from hes_stub.rows import COLUMNS, Reading
from hes_stub.session import Session
from tests.hes import fake_dcu
from tests.hes.fake_dcu import Dcu, reading_row
from tests.hes.held_dcu import Held
from tests.hes.running_hes import run_hes, until
from tests.hes.stored import add_readings, all_acknowledged, numbers, plant_with
from wire import apdu, axdr, obis

TERMINAL = "07310001"
READINGS = obis.parse("0.0.99.128.1.255")
RECORDS = obis.parse("0.0.99.128.3.255")


def slot_of(hes, seq):
    return [row for row in hes.readings() if row[1] == seq]


async def with_backlog(hes, count=1000):
    """A DCU in the middle of its backlog: two questions wait for their answers."""
    plant = plant_with(readings=1)
    dcu = Held(plant, hes.port)
    await dcu.dial()
    await until(all_acknowledged(plant))
    dcu.is_holding = True
    add_readings(plant, count)
    while len(dcu.held) < 2:
        dcu.held and dcu.let_out()  # what is asked one by one: versions, numbers
        await asyncio.sleep(0.02)
    return plant, dcu


def test_two_questions_are_on_the_way_while_there_is_a_backlog(tmp_path):
    async def check(hes):
        plant, dcu = await with_backlog(hes)
        for _ in range(6):
            dcu.let_out()
            await until(lambda: len(dcu.held) >= 2)
        dcu.is_holding = False
        while dcu.held:
            dcu.let_out()
        await until(all_acknowledged(plant))
        assert numbers(hes) == list(range(1, 1002)) and hes.events() == []

    run_hes(tmp_path, check)


def test_what_is_new_is_stored_before_the_backlog_and_once(tmp_path):
    async def check(hes):
        plant, dcu = await with_backlog(hes)
        add_readings(plant, 2)
        new = plant.readings.last
        dcu.push_live(new - 1)
        dcu.let_out()
        await until(lambda: slot_of(hes, new))
        assert max(numbers(hes)[:-2]) < 200  # the backlog is not through
        assert plant.readings.mark < 200  # and nothing beyond it acknowledged
        dcu.is_holding = False
        while dcu.held:
            dcu.let_out()
        await until(all_acknowledged(plant))
        assert sorted(numbers(hes)) == list(range(1, new + 1)) and hes.events() == []
        assert hes.dcu()["readings"] == new

    run_hes(tmp_path, check)


def test_without_a_backlog_what_is_pushed_is_acknowledged_at_once(tmp_path):
    async def check(hes):
        plant = plant_with(readings=3)
        dcu = Held(plant, hes.port)
        await dcu.dial()
        await until(all_acknowledged(plant))
        add_readings(plant, 2)
        dcu.push_live(4)
        await until(all_acknowledged(plant))
        assert numbers(hes) == [1, 2, 3, 4, 5]

    run_hes(tmp_path, check, fetch_s=60)


def test_what_is_pushed_before_the_hes_is_let_in_comes_once_all_the_same(tmp_path):
    async def check(hes):
        plant = plant_with(readings=70)
        dcu = Held(plant, hes.port)
        dcu.is_holding = True
        await dcu.dial()
        await until(lambda: dcu.held)
        dcu.push_live(70)
        dcu.is_holding = False
        dcu.let_out()
        await until(all_acknowledged(plant))
        assert sorted(numbers(hes)) == list(range(1, 71))

    run_hes(tmp_path, check)


def test_nothing_is_taken_of_a_dcu_that_may_be_another_one(tmp_path):
    database = Database(tmp_path / "hes.db")
    fetch = Fetch(TERMINAL, None, database, READINGS_STREAM)
    asyncio.run(fetch.take_live([Reading(1, 1, 900, (0,) * len(COLUMNS))]))
    assert database.position(TERMINAL, READINGS_STREAM).seq == 0
    assert database.held(TERMINAL, READINGS_STREAM, 1) is None
    database.close()


def test_an_errand_does_not_wait_for_the_backlog(tmp_path):
    async def check(hes):
        plant, dcu = await with_backlog(hes)
        link = hes.hall.dcus[TERMINAL]
        errand = asyncio.create_task(link.errand(Session.look, 10))
        await asyncio.sleep(0)
        for _ in range(8):
            await until(lambda: dcu.held)
            dcu.let_out()
        dcu.is_holding = False
        while dcu.held:
            dcu.let_out()
        await errand
        await until(all_acknowledged(plant))

    run_hes(tmp_path, check)


def test_a_dcu_that_gives_fewer_rows_than_asked_for_loses_none(tmp_path, monkeypatch):
    for rows in (1, 2, 7, 63):
        monkeypatch.setattr(fake_dcu, "ROWS_MAX", max(rows, 2))
        folder = tmp_path / str(rows)
        folder.mkdir()

        async def check(hes):
            plant = plant_with(readings=200)
            await Dcu(plant, hes.port).dial()
            await until(all_acknowledged(plant))
            assert numbers(hes) == list(range(1, 201)) and hes.events() == []

        run_hes(folder, check)


def test_a_gap_in_the_numbers_is_passed_and_told(tmp_path):
    async def check(hes):
        plant = plant_with(readings=400)
        del plant.readings.rows[100:300]
        await Dcu(plant, hes.port).dial()
        await until(all_acknowledged(plant))
        assert numbers(hes) == list(range(1, 101)) + list(range(301, 401))
        (told,) = hes.events()
        assert told.startswith(f"terminal {TERMINAL}: up to 200 readings before number")

    run_hes(tmp_path, check)


def test_a_push_of_a_buffer_that_is_none_of_ours_ends_the_connection(tmp_path):
    async def check(hes):
        plant = plant_with(readings=1)
        dcu = Held(plant, hes.port)
        await dcu.dial()
        await until(all_acknowledged(plant))
        for body in (
            axdr.structure([axdr.octets(obis.parse("1.2.3.4.5.6")), axdr.array([])]),
            axdr.structure([axdr.octets(READINGS), reading_row(1, 1, 900)]),
            axdr.structure([axdr.octets(b"short"), axdr.array([])]),
        ):
            dcu._send(apdu.encode(apdu.DataNotification(1, b"", body)))
            await asyncio.wait_for(dcu.closed.wait(), 5)
            dcu = Held(plant, hes.port)
            await dcu.dial()
            await until(lambda: TERMINAL in hes.hall.dcus)
            await asyncio.sleep(0.05)

    run_hes(tmp_path, check)


def test_an_errand_of_a_dcu_that_does_not_let_us_in_says_why_at_once(tmp_path):
    async def check(hes):
        plant = plant_with()
        dcu = Dcu(plant, hes.port, password=b"other")
        await dcu.dial()
        await until(lambda: TERMINAL in hes.hall.dcus and hes.hall.dcus[TERMINAL].trouble)
        with pytest.raises(NoAnswer, match="does not let the HES in: .*mechanism"):
            await asyncio.wait_for(hes.hall.dcus[TERMINAL].errand(Session.look, 60), 2)

    run_hes(tmp_path, check)


def test_a_push_that_brings_us_further_in_the_middle_of_a_backlog_breaks_nothing(tmp_path):
    async def check(hes):
        plant, dcu = await with_backlog(hes)
        rows = plant.readings.rows[64:74]  # as if the first piece had been stored
        body = [axdr.octets(READINGS), axdr.array([row.octets for row in rows])]
        dcu._send(apdu.encode(apdu.DataNotification(1, b"", axdr.structure(body))))
        dcu.is_holding = False
        while dcu.held:
            dcu.let_out()
        await until(all_acknowledged(plant))
        assert sorted(numbers(hes)) == list(range(1, 1002)) and hes.events() == []
        assert not dcu.closed.is_set()

    run_hes(tmp_path, check)


def test_what_a_dcu_pushes_of_records_that_it_refused_before_breaks_nothing(tmp_path, capsys):
    async def check(hes):
        plant = plant_with(readings=1)
        dcu = Held(plant, hes.port)
        await dcu.dial()
        await until(all_acknowledged(plant))
        body = axdr.structure([axdr.octets(RECORDS), axdr.array([])])
        dcu._send(apdu.encode(apdu.DataNotification(1, b"", body)))
        add_readings(plant, 3)
        dcu.push_live(2)
        await until(all_acknowledged(plant))
        assert not dcu.closed.is_set()

    run_hes(tmp_path, check)
    assert capsys.readouterr().out.count("has no records of tasks") == 1
