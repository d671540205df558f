"""What may befall a street, by the scripts of `meter-sim plc --scenario`: a whole DCU lives
through each of them, and all is well in the end.
"""

import pytest

from dcu import ledger
from dcu.alarm_codes import (
    AUTHENTICATION_FAILURE,
    METER_BACK,
    METER_SILENT,
    PORT_BACK,
    PORT_LOST,
)
from dcu.meter_state import ONLINE, SILENT
from drivers.module_life import RUNNING
from hal import coop
from meter_sim import gdw3762_commands, plc_commands
from meter_sim.plc_scenarios import SCENARIOS, script
from tests.sim.plc_world import PlcWorld
from tests.sim.test_plc_3762 import NumberedWorld
from tests.virtual import UTC_S

SLOT_S = 900
SEED = 6


class Scenario(PlcWorld):
    """One scenario from its first second on; alarms are (code, MP)."""

    def __init__(self, name, meters, settings=(), **nature):
        super().__init__(SEED, meters, settings=settings, **nature)
        self._name = name

    async def begin(self):
        await self.running()
        self.tell("on-all")
        schedule(self, self._name, plc_commands.COMMANDS)

    async def until_s(self, second):
        await coop.sleep_ms(max(0, 1000 * second - self.clock.ticks_ms()))

    def alarms(self):
        return [(alarm.code, alarm.mp) for alarm in self.dcu.alarms.read(0, 10_000)]

    def joins(self):
        return len([text for _, _, text in self.lines if ", has joined as" in text])

    def slot(self, second):
        """Share of the meters read in the slot that begins by then."""
        return self.good_share(UTC_S + SLOT_S * (second // SLOT_S))

    def are_well(self):
        check_well(self)


def schedule(world, name, commands):
    began_ms, events = world.clock.ticks_ms(), world.world.events

    def told(line):
        said = world.world.command(line)
        assert said == "ok", (line, said)

    for second, line in script([name], commands):
        events.after(began_ms + 1000 * second - events.now_ms, told, line)


def check_well(world):
    assert world.members() == world.on_file
    states = {number: world.dcu.state_of(number) for number in world.on_file}
    assert set(states.values()) == {ONLINE}, states


def test_500_meters_whose_power_returns_at_once_are_all_back_within_a_quarter_of_an_hour():
    world = Scenario("power-return", 500, settings=[("collect.period_s", "3600")])

    async def play(world):
        await world.begin()
        await world.until_s(2_090)
        assert len(world.members()) == 500
        await world.until_s(2_100 + 900)
        assert len(world.world.net.members()) == 500
        await world.until_s(2 * 3600)
        assert world.slot(3600) == 1.0 and world.joins() >= 1000
        world.are_well()

    world.run(play)


def test_a_feeder_that_belongs_to_another_dcu_for_a_while_is_silent_and_the_others_are_read():
    async def play(world):
        await world.begin()
        gone = [n for n in world.on_file if world.world.town.place[n][0] == 1]
        await world.until_s(7_190)
        silent = {n for n in world.on_file if world.dcu.state_of(n) == SILENT}
        assert silent == set(gone) and 30 < len(gone) < 40
        assert 1 - world.slot(6_300) == len(gone) / len(world.on_file)
        await world.until_s(9_900)
        world.are_well()
        alarms = world.alarms()
        for number in world.on_file:
            for code in (METER_SILENT, METER_BACK):
                assert alarms.count((code, number)) == (number in gone), number

    Scenario("feeder-switched", 70).run(play)


def test_a_burst_of_noise_is_filled_from_the_memory_of_the_meters_and_no_meter_has_to_join_anew():
    async def play(world):
        await world.begin()
        await world.until_s(6_300)
        world.are_well()
        assert world.joins() == len(world.on_file)
        noisy = (UTC_S + 1_800, UTC_S + 2_700)
        for number in world.on_file:
            for entry in world.entries(number):
                was_noisy = entry.slot_s in noisy
                assert entry.what == (ledger.FILLED if was_noisy else ledger.RECEIVED), entry

    Scenario("noise-burst", 12).run(play)


def test_another_module_has_its_network_and_keys_and_nobody_joins_anew():
    async def play(world):
        await world.begin()
        await world.until_s(3_700)
        assert world.joins() == len(world.on_file)
        alarms = [code for code, _ in world.alarms()]
        assert alarms.count(PORT_LOST) == alarms.count(PORT_BACK) == 1
        tries = [entry.attempt for number in world.on_file for entry in world.entries(number)]
        assert world.slot(2_700) == world.slot(3_600) == 1.0 and set(tries) == {1}
        assert (await world.driver.statistics())["repeated"] == 0
        world.are_well()

    Scenario("module-replaced", 12).run(play)


def test_meters_with_wrong_keys_are_told_of_and_are_in_once_they_have_theirs():
    async def play(world):
        await world.begin()
        await world.until_s(3_590)
        assert world.members() == world.on_file[3:] and world.slot(1_800) == 9 / 12
        wrong = [mp for code, mp in world.alarms() if code == AUTHENTICATION_FAILURE]
        assert set(wrong) == {1, 2, 3}
        await world.until_s(7_200)
        world.are_well()

    Scenario("wrong-keys", 12).run(play)


def test_a_meter_that_was_moved_keeps_its_address_and_its_way_is_another():
    async def play(world):
        await world.begin()
        await world.until_s(1_790)
        plc, eui = world.dcu.plc, world.dcu.archive.get(1).eui
        before = plc.book.short(eui), plc.survey.row(plc.book.short(eui))
        await world.until_s(6_300)
        world.are_well()
        after = plc.book.short(eui), plc.survey.row(plc.book.short(eui))
        assert before[0] == after[0] and before[1]["lqi"] - after[1]["lqi"] > 40
        assert world.slot(3_600) == world.slot(4_500) == 1.0
        truth = world.truth(1, UTC_S + 4_500)["energy_import_wh"]
        kept = [values for mp, slot_s, values in world.stored() if mp == 1]
        assert truth - 5_000 < max([value for value in kept[-1][1:2]]) <= truth + 5_000

    Scenario("meter-moved", 12).run(play)


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "wrong-keys"])
def test_a_street_behind_a_376_2_module_lives_through_it_too(name):
    async def play(world):
        world.tell("on-all")
        await world.until(lambda: world.driver.state == RUNNING)
        schedule(world, name, gdw3762_commands.COMMANDS)
        await coop.sleep_ms(12_600_000)
        check_well(world)
        for mp in world.on_file:
            entries = world.entries(mp)
            assert {entry.what for entry in entries} <= set(ledger.FINAL), (mp, entries)
            assert entries[-1].what == ledger.RECEIVED

    NumberedWorld(3, 7, drive=1).run(play)


def test_every_scenario_is_played_here():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    for name in SCENARIOS:
        assert f'Scenario("{name}"' in text, name
