"""A new alarm is stored at once, however many old ones wait before it, and told once."""

import asyncio

from hes_stub.database import ALARMS, Database
from hes_stub.fetch import Fetch
from hes_stub.rows import Alarm
from tests.hes import fake_dcu
from tests.hes.held_dcu import Held
from tests.hes.running_hes import run_hes, until
from tests.hes.stored import add_alarms, all_acknowledged, plant_with
from wire import obis

TERMINAL = "07310001"
NEWEST = obis.parse("0.0.96.128.2.255")
NEW_S = 5000
OLD = 1000


class Plant(fake_dcu.Plant):
    """Counts how often the number of its newest alarm is asked for."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    def get(self, attribute, access, client_sap):
        self.asked += attribute.ln == NEWEST
        return super().get(attribute, access, client_sap)


async def in_the_backlog(hes, plant):
    """A DCU of which the HES has the first alarm, and fetches 1000 more."""
    dcu = Held(plant, hes.port)
    await dcu.dial()
    await until(all_acknowledged(plant))
    add_alarms(plant, OLD)
    dcu.is_holding = True
    dcu.push(plant.alarms.rows[-1:])
    while len(dcu.held) < 2:
        dcu.held and dcu.let_out()  # what is asked one by one
        await asyncio.sleep(0.02)
    return dcu


def lines_of(text, seq):
    return [line for line in text.splitlines() if f"(seq {seq}) stored" in line]


def test_one_that_comes_during_the_backlog_is_stored_at_once_and_acknowledged_in_its_turn(
    tmp_path,
):
    async def check(hes):
        plant = Plant()
        add_alarms(plant, 1)
        dcu = await in_the_backlog(hes, plant)
        add_alarms(plant, 1, NEW_S)
        dcu.push(plant.alarms.rows[-1:])
        dcu.let_out()
        await until(lambda: (1, OLD + 2) in hes.alarms())
        assert len(hes.alarms()) < 200 and plant.alarms.mark < 200
        dcu.is_holding = False
        while dcu.held:
            dcu.let_out()
        await until(lambda: plant.alarms.mark > OLD)
        dcu.push(plant.alarms.rows[-1:])
        await until(all_acknowledged(plant))
        assert sorted(hes.alarms()) == [(1, seq) for seq in range(1, OLD + 3)]
        assert hes.events() == [] and plant.asked == 2  # at the login, and for the backlog

    run_hes(tmp_path, check, fetch_s=3600)


def test_neither_does_it_wait_for_those_that_are_fetched_after_the_login(tmp_path):
    async def check(hes):
        plant = plant_with(alarms=OLD)
        dcu = Held(plant, hes.port)
        dcu.is_holding = True
        await dcu.dial()
        while plant.alarms.mark == 0:
            dcu.held and dcu.let_out()
            await asyncio.sleep(0.01)
        add_alarms(plant, 1, NEW_S)
        dcu.push(plant.alarms.rows[-1:])
        while (1, OLD + 1) not in hes.alarms():
            dcu.held and dcu.let_out()
            await asyncio.sleep(0.01)
        assert len(hes.alarms()) < OLD

    run_hes(tmp_path, check, fetch_s=3600)


def test_one_that_comes_without_those_before_it_is_stored_before_they_are_asked_for(
    tmp_path, capsys
):
    async def check(hes):
        plant = plant_with(alarms=1)
        dcu = Held(plant, hes.port)
        await dcu.dial()
        await until(all_acknowledged(plant))
        add_alarms(plant, 4)
        dcu.push(plant.alarms.rows[-1:])
        await until(all_acknowledged(plant))
        assert hes.alarms() == [(1, seq) for seq in (1, 5, 2, 3, 4)]

    run_hes(tmp_path, check, fetch_s=3600)
    assert len(lines_of(capsys.readouterr().out, 5)) == 1


def test_none_is_taken_of_a_dcu_that_may_be_another_one(tmp_path):
    database = Database(tmp_path / "hes.db")
    fetch = Fetch(TERMINAL, None, database, ALARMS)
    asyncio.run(fetch.take_live([Alarm(7, NEW_S, 2, 3, "", "alarm")]))
    assert database.held(TERMINAL, ALARMS, 7) is None
    database.close()
