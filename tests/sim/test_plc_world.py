"""A whole DCU with DLMS meters behind its module slot: bad days, and what works on a good one."""

import pytest

from dcu.alarm_codes import METER_PUSH
from dcu.console import execute
from dcu.exit_codes import GOOD, WRONG_USE
from dcu.meter_state import ONLINE, SILENT
from dcu.read_now import attributes_of, read_now
from dcu.transparent import PLC_NETWORK
from dcu.verbs_image import FILE
from hal import coop
from meter_sim.plc_world import PSK
from tests.sim.plc_bad_day import bad_day
from tests.sim.plc_world import PlcWorld
from wire import dialogue, gateway, obis, wrapper
from wire.apdu import Attribute
from wire.wrapper import Wrapper

ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
SEEDS = range(20)  # `make sim PLC=1` has more


@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_bad_day_all_is_well(seed):
    bad_day(seed)


async def joined(world):
    await world.running()
    world.tell("on-all")
    await world.until(lambda: world.members() == world.on_file, 3600)


def test_a_meter_is_read_on_demand_while_the_others_are_read():
    async def play(world):
        await joined(world)
        slot_ms = 900_000 - world.clock.ticks_ms() % 900_000
        await coop.sleep_ms(slot_ms + 100)
        meter = world.dcu.open_meter(world.dcu.archive.get(20))
        began_ms = world.clock.ticks_ms()
        (row,) = await read_now(meter, attributes_of(["1.0.1.8.0.255"]))
        took_ms = world.clock.ticks_ms() - began_ms
        assert world.dcu.rounds["plc"].doing.startswith("visiting")
        low, high = [world.truth(20, s)["energy_import_wh"] for s in (0, 4_000_000_000)]
        assert low <= int(row["value"]) <= high and took_ms < 3_000

    PlcWorld(7, 20).run(play)


async def through_the_gateway(world, record, talk):
    """What the dialogue gives, with the HES on one side and the meter on the other."""
    said = next(talk)
    while True:
        asked = gateway.Gateway(True, PLC_NETWORK, str(record.address).encode(), said)
        frame = Wrapper(16, 1, gateway.encode(asked))
        answer = gateway.decode(await world.dcu.transparent.serve(frame, "hes"))
        try:
            said = talk.send(answer.apdu)
        except StopIteration as end:
            return end.value


def test_the_hes_talks_to_a_meter_through_the_gateway():
    async def play(world):
        await joined(world)
        record = world.dcu.archive.get(2)
        await through_the_gateway(world, record, dialogue.associate())
        found = await through_the_gateway(world, record, dialogue.get(ENERGY))
        low, high = [world.truth(2, s)["energy_import_wh"] for s in (0, 4_000_000_000)]
        assert low <= found <= high

    PlcWorld(1, 3).run(play)


def test_the_time_goes_to_all_at_once():
    async def play(world):
        await joined(world)
        await coop.sleep_ms(1_000_000)  # a round
        for meter in world.meters.values():
            meter.objects.clock.offset_s = 77
        said = await execute(world.dcu, "plc sync", [], None)
        await coop.sleep_ms(20_000)
        off = [meter.objects.clock.offset_s for meter in world.meters.values()]
        assert said == (GOOD, "the time was said to all, as client 1; nobody answers")
        assert len([off_s for off_s in off if abs(off_s) <= 2]) >= 8, off
        for record in world.dcu.archive.meters():
            if record.client == 1:
                world.dcu.archive.remove(record.mp)
        code, text = await execute(world.dcu, "plc sync", [], None)
        assert code == WRONG_USE and "one by one" in text

    PlcWorld(2, 12).run(play)


def test_an_image_is_said_to_all_once_and_each_gets_what_it_lacks():
    said = []

    async def say(text):
        said.append(text)

    async def play(world):
        await joined(world)
        world.dcu.files.replace(FILE, bytes(range(256)) * 20)
        mps = ",".join([str(mp) for mp in world.on_file if mp % 2])  # who may be written to
        return await execute(world.dcu, "image", [mps, "NEW", "activate"], say)

    code, rows = PlcWorld(2, 8).run(play)
    assert code == GOOD and [row["done"] for row in rows] == [True] * 4
    assert "plc: block 0 of 80 to all" in said and "MP 7: activated" in said


def joins_of(world, mp):
    return [text for _, _, text in world.lines if f"MP {mp}, has joined" in text]


def test_a_meter_that_comes_back_into_the_network_is_read_in_the_next_round():
    async def play(world):
        await joined(world)
        world.tell("off 2")
        await coop.sleep_ms(9 * 3_600_000)  # its probes are an hour apart by now
        state = world.dcu.states.of(world.dcu.archive.get(2))
        assert state.state == SILENT and state.probe_s - world.dcu.clock.utc_s() > 900
        world.tell("psk 2 " + "55" * 16)  # so that it has to join, and cannot at first
        world.tell("on 2")
        world.tell("storm 3")
        await coop.sleep_ms(60_000)
        world.tell("psk 2 " + PSK.hex())
        joins = len(joins_of(world, 2))
        await world.until(lambda: len(joins_of(world, 2)) > joins, 3_000)
        assert state.probe_s is None
        await coop.sleep_ms(900_000)
        assert state.state == ONLINE

    PlcWorld(5, 3).run(play)


def test_what_a_meter_pushes_is_an_event_of_that_meter_and_damage_is_none():
    async def play(world):
        await joined(world)
        node = world.world.node(2)
        pushed = wrapper.encode(wrapper.Wrapper(1, 1, b"\x0f\x00\x00\x00\x01\x00\x00"))
        for payload in (pushed, pushed[:-1], b"", pushed + b"\x00"):
            world.world.data.pushed(node, 4059, 4059, payload)
            await coop.sleep_ms(5_000)
        found = world.dcu.alarms.read(0, 1_000)
        return [(alarm.mp, alarm.text) for alarm in found if alarm.code == METER_PUSH]

    assert PlcWorld(1, 3).run(play) == [(2, "7 octets: 0F000000010000")]
