"""The rounds of collection, on meters of cardboard and in virtual time."""

from dcu import alarm_codes, reading
from hal import coop
from hal.errors import NoReply, NotAuthenticated, Refused, WireError
from tests.dual.cardboard import PERIOD_S, VOLTAGE, Plant, record
from tests.virtual import run_virtual
from wire.dialogue import AccessRefused


def rounds(plant, count, *changes):
    """Let `count` slots begin; before the nth, call the nth of `changes`."""

    async def live():
        task = plant.start()
        await coop.sleep_ms(0)
        to_slot_s = PERIOD_S - plant.clock.utc_s() % PERIOD_S
        await coop.sleep_ms(to_slot_s * 1000 - 5_000)
        for number in range(count):
            if number < len(changes) and changes[number]:
                changes[number]()
            await coop.sleep_ms(PERIOD_S * 1000)
        assert not task.done()
        task.cancel()

    run_virtual(live())


def fail(plant, mp, error):
    return lambda: setattr(plant.meter(mp), "fails", error)


def test_every_meter_is_stored_under_every_slot_once():
    plant = Plant()
    rounds(plant, 4)
    slots = plant.slots()
    assert len(slots) == 4 and len(plant.store.rows) == 12
    assert [slot % PERIOD_S for slot in slots] == [0] * 4
    for mp, slot_s, values in plant.store.rows:
        assert values[VOLTAGE] == 230_000
        assert 0 <= values[0] - slot_s <= 5, (mp, slot_s, values)


def test_profile_and_journal_get_the_same_and_are_committed_once_a_round():
    plant = Plant()
    rounds(plant, 4)
    assert [reading.unpack(payload) for payload in plant.store.payloads] == plant.store.rows
    assert plant.store.commits == 2 * 4  # the data, then what the ledger says of them


def test_a_long_round_is_committed_on_the_way():
    plant = Plant(130)
    for mp in range(1, 131):
        plant.meter(mp).visit_ms = 10
    rounds(plant, 1)
    assert plant.store.commits == 2 * 3


def test_the_first_round_is_at_a_multiple_of_the_period():
    plant = Plant(1)
    rounds(plant, 1)
    assert plant.meter(1).attempts == [None] and plant.slots()[0] % PERIOD_S == 0


def test_a_meter_added_or_removed_counts_from_the_next_round():
    plant = Plant(2)

    def change():
        plant.records = [plant.records[1], record(9)]

    rounds(plant, 2, None, change)
    assert [mp for mp, _, _ in plant.store.rows] == [1, 2, 9, 2]
    assert plant.states.word(9) == "online"


def test_one_that_fails_costs_the_others_nothing():
    plant = Plant()
    plant.meter(2).fails = NoReply("rs485-1 meter 18 does not answer")
    rounds(plant, 2)
    assert [mp for mp, _, _ in plant.store.rows] == [1, 3, 1, 3]
    state = plant.states.of(plant.records[1])
    assert (state.state, state.failed, state.misses) == ("late", 2, 2)
    assert state.reason == "rs485-1 meter 18 does not answer" and plant.alarms == []


def test_silence_of_some_rounds_is_alarmed_once_and_its_end_once():
    plant = Plant()
    silence = NoReply("rs485-1 meter 18 does not answer")
    rounds(plant, 8, fail(plant, 2, silence), None, None, None, None, fail(plant, 2, None))
    assert plant.codes() == [(alarm_codes.METER_SILENT, 2), (alarm_codes.METER_BACK, 2)]
    assert plant.states.word(2) == "online"
    assert plant.states.of(plant.records[1]).reason == ""


def test_a_meter_that_was_replaced_while_it_was_silent_is_told():
    for serial, told in ((b"4711", []), (b"4712", [(alarm_codes.METER_REPLACED, 1)])):
        plant = Plant(1)

        def replace(plant=plant, serial=serial):
            plant.meter(1).serial_number = serial
            plant.meter(1).fails = None

        away = fail(plant, 1, NoReply("taken off the wall"))
        rounds(plant, 8, None, away, None, None, None, replace)
        around = [(alarm_codes.METER_SILENT, 1)] + told + [(alarm_codes.METER_BACK, 1)]
        assert plant.codes() == around, serial


def test_a_meter_that_talks_nonsense_is_alarmed_as_wrong_and_once():
    plant = Plant()
    nonsense, silence = WireError("no AARE"), NoReply("silent")
    changes = [fail(plant, 3, error) for error in (nonsense, nonsense, nonsense, silence)]
    rounds(plant, 6, *changes)
    assert plant.codes() == [(alarm_codes.METER_WRONG, 3)]
    assert plant.states.word(3) == "silent"


def test_a_meter_that_refuses_a_task_is_online_and_what_it_refuses_is_said():
    plant = Plant(1)
    state, real = plant.states.of(plant.records[0]), plant.meter(1).get_list

    async def refuse(attributes):
        raise AccessRefused(3)

    plant.meter(1).get_list = refuse
    rounds(plant, 2)
    assert state.state == "online" and state.reason.startswith("rounds: "), state.reason
    plant.meter(1).get_list = real
    rounds(plant, 2)
    assert state.state == "online" and state.reason == ""


def test_a_meter_that_gives_none_of_the_values_is_wrong():
    plant = Plant(1)

    async def nothing(attributes):
        return [(4, None)] * len(attributes)

    plant.meter(1).get_list = nothing
    rounds(plant, 3)
    assert plant.codes() == [(alarm_codes.METER_WRONG, 1)] and plant.store.rows == []


def test_a_meter_in_transparent_use_is_not_read_and_not_blamed():
    plant = Plant(1)
    plant.meter(1).fails = Refused("rs485-1 meter 17 is in use")
    rounds(plant, 5)
    state = plant.states.of(plant.records[0])
    assert plant.alarms == [] and state.misses == 0 and state.failed == 5
    assert "in use" in state.reason


def test_refused_credentials_are_an_alarm_at_once_and_once():
    plant = Plant(2)
    refused = NotAuthenticated("rs485-1 meter 17, auth lls: wrong; held back for 3600 s")
    rounds(plant, 9, fail(plant, 1, refused), None, None, None, fail(plant, 1, None))
    assert plant.codes() == [(alarm_codes.AUTHENTICATION_FAILURE, 1), (alarm_codes.METER_BACK, 1)]
    assert plant.alarms[0][2] == str(refused)


def test_an_alarm_about_a_meter_ends_also_when_its_row_was_changed_to_mend_it():
    plant = Plant(1)

    def mend():
        plant.records = [record(1)]
        plant.meter(1).fails = None

    rounds(plant, 4, fail(plant, 1, NotAuthenticated("wrong password")), None, mend)
    assert plant.codes() == [(alarm_codes.AUTHENTICATION_FAILURE, 1), (alarm_codes.METER_BACK, 1)]


def test_scalers_are_read_once_and_again_after_a_failure():
    plant = Plant(1)
    rounds(plant, 6, None, None, None, fail(plant, 1, NoReply("silent")), fail(plant, 1, None))
    assert plant.meter(1).scalers_read == 2


def test_the_meter_is_told_when_it_will_be_visited_again():
    plant = Plant(1)
    rounds(plant, 1)
    assert plant.meter(1).idle_ms == PERIOD_S * 1000


def test_what_was_learned_is_forgotten_with_the_meter_and_its_serial_number_is_kept():
    plant = Plant(1)
    known = plant.learned.of(1)
    known.lists = True
    silence = NoReply("silent")
    rounds(plant, 4, None, fail(plant, 1, silence), fail(plant, 1, None))
    assert known.lists and plant.learned.serial(1) == "4711"
    other = lambda: setattr(plant.meter(1), "serial_number", b"4712")  # noqa: E731
    rounds(plant, 3, fail(plant, 1, silence), other, fail(plant, 1, None))
    assert known.lists is None and plant.learned.serial(1) == "4712"
    known.lists = True
    rounds(plant, 4, fail(plant, 1, silence))
    assert known.lists is None and plant.learned.serial(1) == "4712"


def test_what_was_learned_is_stored_with_the_round():
    plant = Plant(1)
    plant.learned.of(1).info = plant.learned.of(1).window = 7
    rounds(plant, 3)
    assert plant.kept.saves == 1 and b"1,4711,7,7,," in plant.kept.data


def test_the_deviation_of_a_meters_clock_is_taken_as_the_archive_says():
    for deviation, off_s in (("normal", 0), ("reversed", 7200), ("ignored", 3600)):
        plant = Plant(1)
        plant.meter(1).deviation_min = -60
        plant.records[0].deviation = deviation
        rounds(plant, 1)
        (_, slot_s, values), *_ = plant.store.rows
        assert 0 <= values[0] - slot_s - off_s <= 5, deviation


def test_nothing_is_collected_while_the_clock_is_not_set():
    plant = Plant(1)
    plant.clock.set_utc(1000 * PERIOD_S)  # 1970: nobody has set it
    right = lambda: plant.clock.set_utc(plant.clock.utc_s() + 29_000_000 * PERIOD_S)  # noqa: E731
    rounds(plant, 5, None, None, right)
    assert 2 <= len(plant.store.rows) <= 3
    assert len([line for line in plant.lines if "clock" in line]) == 1


def test_a_clock_set_back_by_seconds_repeats_no_slot():
    plant = Plant(1)

    async def live():
        task = plant.start()
        for _ in range(4):  # each time just after a slot has begun, back before it
            await coop.sleep_ms((PERIOD_S - plant.clock.utc_s() % PERIOD_S) * 1000 + 3000)
            plant.clock.set_utc(plant.clock.utc_s() - 10)
            await coop.sleep_ms(20_000)
        task.cancel()

    run_virtual(live())
    assert len(plant.store.rows) == len(plant.slots()) == 4


def test_a_clock_set_by_hours_collects_on_at_the_new_time():
    for hours in (-5, 5):
        plant = Plant(1)
        step = lambda: plant.clock.set_utc(plant.clock.utc_s() + hours * 3600)  # noqa: B023, E731
        rounds(plant, 4, None, step, None, None)
        assert len(plant.store.rows) >= 3, hours
        for _, slot_s, values in plant.store.rows:
            assert 0 <= values[0] - slot_s <= 20


def test_a_full_disk_is_alarmed_once_and_loses_nothing_within_the_bound():
    plant = Plant(3)

    def full(is_full):
        return lambda: setattr(plant.store, "is_full", is_full)

    rounds(plant, 5, full(True), None, None, full(False))
    assert plant.codes() == [(alarm_codes.STORAGE_FAILED, 0)]
    assert len(plant.slots()) == 5 and len(plant.store.rows) == 15
    assert (plant.readings.unstored, plant.readings.lost) == (0, 0)


def test_it_shows_that_it_is_alive_for_each_meter():
    plant = Plant(3)
    plant.meter(2).visit_ms = 20_000
    rounds(plant, 2)
    assert plant.lived >= 2 * (3 + PERIOD_S // 5 - 5)


def test_a_channel_that_is_paused_is_not_read_until_it_goes_on():
    plant, doing = Plant(1), []

    def pause(text):
        def change():
            doing.append(plant.collection.doing)
            plant.values["collect.paused"] = text

        return change

    rounds(plant, 6, None, pause("rs485-2,rs485-1"), None, pause("rs485-2"))
    first_s = plant.slots()[0]
    assert plant.slots() == [first_s + PERIOD_S * at for at in (0, 3, 4, 5)]
    assert doing[1] == "paused (collect.paused)" != doing[0]
