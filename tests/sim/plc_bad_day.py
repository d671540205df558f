"""A bad day of a street behind the module slot: everything that can break does, by the dice of a
seed; then good hours; then what must be true.

python -m tests.sim.plc_bad_day SEEDS [FIRST]     stops at the first that ends badly
"""

import sys

from dcu import ledger
from dcu.alarm_codes import METER_BACK, METER_SILENT, METER_WRONG
from dcu.meter_state import ONLINE
from hal import coop
from meter_sim.plc_world import PSK
from tests.sim.plc_world import PlcWorld

METERS, STRANGER = 8, 3
ROUNDS = 6
QUARTER_MS = 900_000
GOOD_HOURS = 4
_LINE_FAULTS = ("lose 0.2", "flip 0.001", "drop 0.001", "duplicate 0.001", "lose-flag 0.02")
_MODULE_FAULTS = (
    "lose-confirm 0.1",
    "late 3000",
    "no-buffers 40",
    "no-route 20",
    "noise 1 15 900",
)
_MENDED = ("lose 0", "flip 0", "drop 0", "duplicate 0", "lose-flag 0", "lose-confirm 0", "late 0")
_MENDED += ("no-buffers 0", "no-route 0", "mend")


async def _reboot(world, number):
    world.tell("reboot")


async def _storm(world, number):
    world.tell(f"storm {METERS}")


async def _leave(world, number):
    world.tell(f"leave {number}")


async def _off(world, number):
    world.tell(f"off {number}")
    return f"on {number}"


async def _silent(world, number):
    world.tell(f"silent {number}")
    return f"well {number}"


async def _other_key(world, number):
    world.tell(f"psk {number} {'55' * 16}")
    world.tell(f"storm {METERS}")
    return f"psk {number} {PSK.hex()}"


async def _break(world, number):
    world.tell(f"break 0 {number}")


async def _remove(world, number):
    world.tell("remove")
    return "insert"


async def _unplug(world, number):
    world.has_port = False
    world.line.is_broken = True


async def _power_cut(world, number):
    await world.power_off()
    disk, back = world.disk, world.prng.randrange(4)
    step = max(0, disk.steps - back)
    world.disk = disk.after_cut(step, 0, lambda: world.prng.random() < 0.5)
    await coop.sleep_ms(world.prng.randrange(600_000))
    world.power_on()


_BREAKS = (_reboot, _storm, _leave, _off, _silent, _other_key, _break, _remove, _unplug)
_BREAKS += (_power_cut,)


def bad_day(seed):
    """The PlcWorld after it; AssertionError says what is not well."""
    world = PlcWorld(seed, METERS, (STRANGER,))
    world.run(_day)
    return world


async def _day(world):
    prng = world.prng
    await world.running()
    world.tell("on-all")
    for _ in range(ROUNDS):  # safety: whatever happens, nothing dies and nothing wrong is kept
        mends = []
        for line in _LINE_FAULTS + _MODULE_FAULTS:
            if prng.random() < 0.2:
                world.tell(line)
        for act in prng.sample(_BREAKS, 2):
            mends.append(await act(world, prng.choice(world.on_file)))
        await coop.sleep_ms(prng.randrange(QUARTER_MS, 2 * QUARTER_MS))
        _mend(world, mends)
        _check_truth(world)
    await coop.sleep_ms(int(GOOD_HOURS * 3_600_000))  # liveness: the picture comes right
    world.check_alive()
    _check_truth(world)
    _check_well(world)


def _mend(world, mends):
    world.has_port = True
    for line in [line for line in mends if line] + list(_MENDED):
        world.tell(line)


def _check_truth(world):
    for mp, slot_s, values in world.stored():
        clock_s, rows = values[0], world.truth(mp, values[0])
        assert abs(clock_s - slot_s) < 900, (mp, slot_s, clock_s)
        kept = [value for value in values[1:] if value is not None]
        assert kept and set(kept) <= set(rows.values()), (mp, slot_s)
    assert world.world.node(STRANGER).state != "member"


def _check_well(world):
    assert world.members() == world.on_file
    alarms = [(alarm.code, alarm.mp) for alarm in world.dcu.alarms.read(0, 100_000)]
    for number in world.on_file:
        assert world.dcu.state_of(number) == ONLINE, number
        bad = alarms.count((METER_SILENT, number)) + alarms.count((METER_WRONG, number))
        back = alarms.count((METER_BACK, number))
        entries = world.entries(number)
        holes = [entry for entry in entries if entry.what not in ledger.FINAL]
        assert not holes, (number, holes)
        assert {entry.what for entry in entries[-4:]} <= set(ledger.GOOD), entries[-4:]
        stored = {slot_s for mp, slot_s, _ in world.stored() if mp == number}
        assert {entry.slot_s for entry in entries if entry.what in ledger.GOOD} == stored
        assert bad == back or bad == back + 1, (number, bad, back)


def main(seeds, first=0):
    for seed in range(first, first + seeds):
        bad_day(seed)
        print(f"\rseed {seed} good ", end="", flush=True)
    print(f"\n{seeds} bad days of {METERS} meters behind the slot, and all is well after each")
    return 0


if __name__ == "__main__":
    sys.exit(main(*[int(word) for word in sys.argv[1:]]))
