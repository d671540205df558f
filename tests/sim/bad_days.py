"""A bad day: everything that can break does, by the dice of a seed; then good hours; then what
must be true.

Safety: what is stored is the meters' truth, and the ledger calls received what is stored. Then
liveness: every meter is read again, and every hole is filled or is in no meter's memory.
"""

from dcu import ledger, record
from dcu.alarm_codes import METER_BACK, METER_SILENT, METER_WRONG
from dcu.meter_state import ONLINE
from dcu.operations import LAYOUT_TIME_S
from hal import coop
from hal.errors import DcuError
from tests.sim.breakage import KINDS
from tests.sim.world import ALL, World
from wire import axdr, obis
from wire.apdu import Attribute

ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
SCALER = Attribute(3, obis.parse("1.0.1.8.0.255"), 3)
PERIOD_S = 900
GOOD_HOURS = 1.5
TASKS = (
    {"id": "1", "kind": "profile", "period": "1h", "window": "50m"},
    {"id": "2", "kind": "events", "period": "1h", "offset": "5m"},
)
_IMPORT = 1  # in a row of the load profile, behind its status


async def read_now_and_then(world, found):
    """The HES reads meters on demand, in between and with priority."""
    while True:
        await coop.sleep_ms(world.prng.randrange(60_000, 900_000))
        row = world.prng.choice(world.rows)
        meter = world.dcu.meter(row)
        asked_s = world.clock.utc_s()
        try:
            await meter.open(urgent=True)
        except DcuError:
            continue  # there is nothing to close
        try:
            scaler, _ = await meter.get(SCALER)
            energy_wh = await meter.get(ENERGY) * 10**scaler
        except DcuError:
            continue
        finally:
            await meter.close()
        found.append((row.mp, asked_s, world.clock.utc_s(), energy_wh))


async def bad_day(seed, hours=8, tasks=(), **options):
    """The World with these options after `hours` of breakage and its mending, and what was read
    on demand."""
    world = World(seed, **options)
    world.settings["collect.first_days"] = 1
    world.power_on()
    for task in tasks:
        world.dcu.task_list.add(task)
    on_demand = []
    reader = coop.spawn(read_now_and_then(world, on_demand))
    mend = []
    for _ in range(4 * hours):
        mend.append(await world.prng.choice(KINDS)(world))
        if world.prng.random() < 0.9:
            mend.pop(world.prng.randrange(len(mend)))()
        await world.run(hours=0.25)
        assert not reader.done()
    for mended in reversed(mend):
        mended()
    await coop.stop(reader)
    return world, on_demand


async def bad_day_and_good_hours(seed, **options):
    world, on_demand = await bad_day(seed, tasks=TASKS, **options)
    world.check_rows()
    for mp, asked_s, got_s, energy_wh in on_demand:
        truth = [world.meters[mp].truth(time_s)["energy_import_wh"] for time_s in (asked_s, got_s)]
        assert truth[0] <= energy_wh <= truth[1], (mp, asked_s)
    await world.run(hours=GOOD_HOURS)
    await world.stop()
    return world


def check(world):
    """After a bad day and good hours."""
    rows = world.check_rows()
    check_holes(world)
    check_profiles(world)
    now_s = world.dcu.clock.utc_s()
    slots = [now_s // PERIOD_S * PERIOD_S - n * PERIOD_S for n in (1, 2, 3)]
    taken = {(mp, slot_s) for mp, slot_s, _ in rows}
    alarms = world.dcu.alarms_since_start()
    for mp in world.meters:
        assert world.dcu.states.word(mp) == ONLINE, mp
        assert all((mp, slot_s) in taken for slot_s in slots), mp
        away = alarms.count((METER_SILENT, mp)) + alarms.count((METER_WRONG, mp))
        assert away == alarms.count((METER_BACK, mp)), mp
        assert world.dcu.profile.last(mp)[0] >= slots[0], mp


def check_holes(world):
    """An hour and a half after all is well, what was missing is there or will never be."""
    for mp, entries in world.check_ledger().items():
        assert len(entries) > 4, mp
        for entry in entries:
            assert entry.what in ledger.FINAL, (mp, entry)
            if entry.what == ledger.NOT_IN_MEMORY:
                power = world.meters[mp].power
                assert not power.is_on(entry.slot_s) or power.was_off(
                    entry.slot_s - PERIOD_S, entry.slot_s + PERIOD_S
                ), (mp, entry)


def check_profiles(world):
    """Rows of load profiles are true, in order and each there once; since the last restart of the
    DCU all of them."""
    found = {mp: {} for mp in world.meters}
    for _, payload in world.dcu.records.read(0, ALL):
        taken = record.unpack(payload)
        if taken.task == 1 and taken.time_s != LAYOUT_TIME_S:
            found[taken.mp].setdefault(taken.time_s, set()).add(taken.data)
    for mp, rows in found.items():
        meter = world.meters[mp]
        times = sorted(rows)
        assert times, mp
        for time_s in times:
            (data,) = rows[time_s]
            energy_wh = axdr.decode_all(data)[_IMPORT] * 10**meter.curve.energy_scaler
            assert energy_wh == meter.truth(time_s)["energy_import_wh"], (mp, time_s)
        span = range(times[0], times[-1] + 1, PERIOD_S)
        missing = [t for t in span if t not in rows and meter.power.is_on(t)]
        assert missing == [], (mp, missing)
