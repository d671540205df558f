"""Tasks on simulated meters: what each kind brings, and that holes are filled or have a reason."""

from dcu import ledger, record
from dcu.alarm_codes import METER_CLOCK, METER_EVENT
from dcu.operations import LAYOUT_TIME_S
from hal import coop
from meter_sim.device import PASSWORD
from tests.sim.world import ALL, World
from tests.virtual import run_virtual
from wire import axdr

HOUR_S, DAY_S, SLOT_S = 3600, 86_400, 900
ENERGY, IMPORT = 1, "energy_import_wh"  # behind the status of a row of the load profile
ADMIN = {"client": "1", "auth": "lls", "password": PASSWORD}


def hours_with(world, tasks, hours, between=None):
    """Run; `between(hour)` is called at the beginning of each."""

    async def live():
        world.power_on()
        for task in tasks:
            world.dcu.task_list.add(task)
        for hour in range(hours):
            if between:
                await between(hour)
            await world.run(1)
        await world.stop()

    run_virtual(live())
    return world.dcu


def records_of(dcu, task, mp):
    """[(time_s, value)] without the layouts."""
    found = [record.unpack(payload) for _, payload in dcu.records.read(0, ALL)]
    return [
        (each.time_s, axdr.decode_all(each.data))
        for each in found
        if (each.task, each.mp) == (task, mp) and each.time_s != LAYOUT_TIME_S
    ]


def entries_of(dcu, task, mp):
    return list(dcu.ledger.entries(dcu.task_list.get(task), mp, 0, 1 << 32))


def whats(dcu, task, mp):
    return [entry.what for entry in entries_of(dcu, task, mp)]


def test_a_load_profile_comes_whole_and_once_however_often_it_is_asked_for():
    world = World(seed=31, meters=2, period_s=3600)
    world.settings["collect.first_days"] = 2
    dcu = hours_with(world, [{"id": "3", "kind": "profile", "period": "1h"}], 6)
    for mp in world.meters:
        rows = records_of(dcu, 3, mp)
        times = [time_s for time_s, _ in rows]
        assert times == list(range(times[0], times[-1] + 1, SLOT_S)), mp
        assert len(times) >= 2 * 96 + 5 * 4 - 1
        scale = 10 ** world.meters[mp].curve.energy_scaler
        for time_s, values in rows:
            assert values[ENERGY] * scale == world.meters[mp].truth(time_s)[IMPORT], mp
        assert whats(dcu, 3, mp)[-1] == ledger.RECEIVED


def test_rounds_of_seconds_lose_nothing_beside_profiles_that_are_read_for_the_first_time():
    for meters in (2, 6):  # of two, each is visited again before much is to be stored
        world = World(seed=35, meters=meters, period_s=10)
        world.settings["collect.first_days"] = 3
        dcu = hours_with(world, [{"id": "3", "kind": "profile", "period": "1h"}], 1)
        for mp in world.meters:
            assert set(whats(dcu, 0, mp)) == {ledger.RECEIVED}, mp
            slots = [entry.slot_s for entry in entries_of(dcu, 0, mp)]
            assert slots == list(range(slots[0], slots[-1] + 1, 10)), mp
            times = [time_s for time_s, _ in records_of(dcu, 3, mp)]
            assert len(times) >= 3 * 96
            assert times == list(range(times[0], times[-1] + 1, SLOT_S)), mp


def test_what_a_task_usually_takes_is_not_told_by_its_first_visits():
    world = World(seed=36, meters=1, period_s=3600, reply_ms=20)
    world.settings["collect.first_days"] = 5
    dcu = hours_with(world, [{"id": "3", "kind": "profile", "period": "1h"}], 3)
    weight = dcu.task_list.all()[1].weight
    assert dcu.states.of(world.rows[0]).cost(3, weight) < 500  # 4 rows; 96 take 2 s


def test_a_meter_that_was_away_brings_its_load_profile_afterwards():
    world = World(seed=32, meters=2, period_s=3600)
    world.settings["collect.first_days"] = 1

    async def away(hour):
        if hour == 2:
            world.meters[1].faults.add("silent")
        if hour == 5:
            world.meters[1].faults.clear()

    dcu = hours_with(world, [{"id": "3", "kind": "profile", "period": "1h"}], 9, away)
    times = [time_s for time_s, _ in records_of(dcu, 3, 1)]
    assert times == list(range(times[0], times[-1] + 1, SLOT_S))
    assert ledger.FILLED in whats(dcu, 3, 1)
    assert {what for what in whats(dcu, 3, 1)} <= {ledger.RECEIVED, ledger.FILLED}


def test_holes_of_the_rounds_are_filled_from_the_load_profile_when_the_meter_is_back():
    world = World(seed=33, meters=3)

    async def away(hour):
        if hour == 3:
            world.meters[2].faults.add("silent")
        if hour == 6:
            world.meters[2].faults.clear()

    dcu = hours_with(world, [], 9, away)
    world.check_rows()
    filled = [entry for entry in entries_of(dcu, 0, 2) if entry.what == ledger.FILLED]
    assert 10 <= len(filled) <= 14
    assert set(whats(dcu, 0, 2)) == {ledger.RECEIVED, ledger.FILLED}
    assert set(whats(dcu, 0, 1)) == {ledger.RECEIVED}
    slots = sorted({row[1] for row in world.check_rows() if row[0] == 2})
    assert slots == list(range(slots[0], slots[-1] + 1, SLOT_S))


def test_slots_of_a_dcu_that_was_off_are_filled_or_say_that_it_was():
    world = World(seed=34, meters=2)
    held = {}

    async def off(hour):
        if hour == 3:
            await world.power_cut()
            await world.dcu.stop()
            held["from_s"] = world.clock.utc_s()
            await coop.sleep_ms(2 * HOUR_S * 1000)
            world.power_on()

    dcu = hours_with(world, [], 6, off)
    found = entries_of(dcu, 0, 1)
    slots = [entry.slot_s for entry in found]
    assert slots == list(range(slots[0], slots[-1] + 1, SLOT_S))
    during = [e for e in found if held["from_s"] <= e.slot_s < held["from_s"] + 2 * HOUR_S]
    assert len(during) == 8 and {entry.what for entry in during} == {ledger.FILLED}


def test_a_hole_that_the_meter_has_no_row_of_says_so():
    world = World(seed=35, meters=2)

    async def away(hour):
        if hour == 2:
            world.meters[1].power_off(world.clock.utc_s())
        if hour == 4:
            world.meters[1].power_on(world.clock.utc_s())

    dcu = hours_with(world, [], 8, away)
    assert ledger.NOT_IN_MEMORY in whats(dcu, 0, 1)
    assert set(whats(dcu, 0, 1)) <= {ledger.RECEIVED, ledger.FILLED, ledger.NOT_IN_MEMORY}


def test_a_daily_billing_profile_is_read_after_midnight_once():
    world = World(seed=36, meters=2, period_s=3600)
    world.settings["collect.first_days"] = 3
    task = {"id": "4", "kind": "billing", "period": "1d", "offset": "10m", "window": "3h"}
    dcu = hours_with(world, [task], 50)
    for mp in world.meters:
        days = [time_s for time_s, _ in records_of(dcu, 4, mp)]
        assert [time_s % DAY_S for time_s in days] == [0] * len(days) and len(days) >= 4
        assert days == sorted(set(days))


def test_events_of_a_meter_become_alarms_each_once():
    world = World(seed=37, meters=1, period_s=3600)
    world.settings["collect.first_days"] = 1

    async def dip(hour):
        if hour in (2, 4):
            world.meters[1].power_off(world.clock.utc_s() - 30)
            world.meters[1].power_on(world.clock.utc_s())

    dcu = hours_with(world, [{"id": "5", "kind": "events", "period": "1h"}], 6, dip)
    found = [time_s for time_s, _ in records_of(dcu, 5, 1)]
    assert len(found) >= 4 and found == sorted(found)
    assert dcu.alarms_since_start().count((METER_EVENT, 1)) == len(found)


def test_a_clock_is_left_set_or_reported_by_how_far_it_is_off():
    world = World(seed=38, meters=3, period_s=3600, row=ADMIN)
    offs_s = {1: 5, 2: 60, 3: 4000}
    for mp, off_s in offs_s.items():
        world.meters[mp].objects.clock.offset_s = off_s
    dcu = hours_with(world, [{"id": "6", "kind": "clock", "period": "1h"}], 3)
    actions = {mp: [bytes_of(v[1]) for _, v in records_of(dcu, 6, mp)] for mp in offs_s}
    assert set(actions[1]) == {"left"}
    assert actions[2][0] == "set" and set(actions[2][1:]) == {"left"}
    assert set(actions[3]) == {"too far off to be set"}
    assert (METER_CLOCK, 3) in dcu.alarms_since_start()


def bytes_of(value):
    return value if isinstance(value, str) else bytes(value).decode()


def test_a_list_a_switch_and_a_write_bring_one_record_a_slot():
    world = World(seed=39, meters=1, period_s=3600, row=ADMIN)
    tasks = [
        {"id": "7", "kind": "list", "items": "1.0.32.7.0.255 0.0.96.1.0.255", "period": "1h"},
        {"id": "8", "kind": "switch", "period": "1h"},
    ]
    dcu = hours_with(world, tasks, 4)
    assert len(records_of(dcu, 7, 1)) == len(records_of(dcu, 8, 1)) == 3
    (_, (voltage, serial)), *_ = records_of(dcu, 7, 1)
    assert voltage > 2000 and serial == world.meters[1].objects.serial
    assert all([value[0] is True for _, value in records_of(dcu, 8, 1)])


def test_a_write_and_an_action_are_done_once_a_slot_and_their_results_kept():
    world = World(seed=44, meters=1, period_s=3600, row=ADMIN)
    meter = world.meters[1]
    time = axdr.octets(axdr.date_time(world.clock.utc_s() + 500_000)).hex()
    tasks = [
        {"id": "1", "kind": "write", "items": f"8/0.0.1.0.0.255/2={time}", "period": "2h"},
        {"id": "2", "kind": "action", "items": "70/0.0.96.3.10.255/1=0F00", "period": "1h"},
        {"id": "3", "kind": "action", "items": "70/0.0.96.3.10.255/9=0F00", "period": "1h"},
    ]
    dcu = hours_with(world, tasks, 3)
    assert [value for _, value in records_of(dcu, 1, 1)] == [(0,)]
    assert meter.objects.clock.offset_s > 400_000
    assert [value for _, value in records_of(dcu, 2, 1)][0] == (0,)
    assert not meter.objects.output_on
    assert {value != (0,) for _, value in records_of(dcu, 3, 1)} == {True}
    assert whats(dcu, 2, 1) == [ledger.RECEIVED] * 2


def test_tasks_that_are_due_together_share_one_visit():
    def octets(tasks):
        world = World(seed=40, meters=2, period_s=900)
        hours_with(world, tasks, 4)
        return world.buses["rs485-1"].octets

    alone = octets([])
    both = octets([{"id": "1", "kind": "registers", "period": "15m"}])
    assert both < 1.02 * alone


def test_a_long_load_profile_keeps_no_round_waiting():
    world = World(seed=43, meters=4, period_s=60)
    world.settings["collect.first_days"] = 30
    task = {"id": "3", "kind": "profile", "period": "1h", "meters": "1"}
    dcu = hours_with(world, [task], 1)
    for mp in (1, 2, 3, 4):
        assert whats(dcu, 0, mp).count(ledger.RECEIVED) >= 59
        delays_s = [entry.at_s - entry.slot_s for entry in entries_of(dcu, 0, mp)]
        assert max(delays_s) <= 15, (mp, max(delays_s))
    assert len(records_of(dcu, 3, 1)) >= 30 * 96


def test_a_task_outside_its_days_is_not_done():
    world = World(seed=41, meters=1, period_s=3600)
    past = {"id": "2", "kind": "list", "items": "1.0.32.7.0.255", "period": "1h"}
    dcu = hours_with(world, [dict(past, until="2024-12-31"), dict(past, id="3")], 3)
    assert records_of(dcu, 2, 1) == [] and len(records_of(dcu, 3, 1)) == 2


def test_a_daily_task_is_not_done_twice_when_the_clock_is_set_back_nor_after_a_power_cut():
    world = World(seed=42, meters=1, period_s=3600)
    task = {"id": "2", "kind": "billing", "period": "1d", "offset": "1h", "window": "6h"}

    async def step(hour):
        if hour == 3:
            world.dcu.clock.set_utc(world.dcu.clock.utc_s() - 2 * HOUR_S - 600)
        if hour == 5:
            kept = world.dcu.task_list.export_csv()
            await world.power_cut()
            assert world.dcu.task_list.export_csv() == kept

    dcu = hours_with(world, [task], 8, step)
    days = [time_s for time_s, _ in records_of(dcu, 2, 1)]
    assert days == sorted(set(days))


def test_a_disk_that_refuses_is_asked_every_few_seconds_and_then_takes_all():
    world, refused = World(seed=43, meters=2), []

    async def full(hour):
        world.disk.room = 0 if hour == 2 else None
        if hour == 0:
            take = world.dcu.readings._refused
            world.dcu.readings._refused = lambda error: (refused.append(error), take(error))

    dcu = hours_with(world, [{"id": "3", "kind": "profile", "period": "15m"}], 5, full)
    said = [text for _, part, text in dcu.lines if part == "storage"]
    assert len(said) == 2 and "not stored yet" in said[0] and "stores again" in said[1]
    assert 100 < len(refused) <= 3 * HOUR_S // 5 + 100  # three channels
    assert set(whats(dcu, 0, 1)) | set(whats(dcu, 3, 1)) <= {ledger.RECEIVED, ledger.FILLED}
    world.check_rows()
