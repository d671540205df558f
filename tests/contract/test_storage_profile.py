"""What a profile of every store keeps to, whatever it keeps its rows in."""

from storage.limits import COLUMNS_MAX, TIME_MAX_S
from tests.contract.storage_places import (
    PERIOD_S,
    T0,
    everything,
    fill,
    places,
    profile_of,
    refused,
    row,
    rows,
)

LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1


def test_committed_rows_are_there_after_a_new_start():
    for place in places():
        store = place.open()
        fill(store, profile_of(store), 17, range(5))
        assert everything(profile_of(place.open()), 17) == rows(range(5)), place


def test_a_row_keeps_holes_and_the_extremes_of_64_bits():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        profile.put(1, T0, (LOWEST, HIGHEST, None))
        profile.put(2, T0, (None, None, None))
        store.commit()
        assert everything(profile, 1) == [(T0, (LOWEST, HIGHEST, None))], place
        assert everything(profile, 2) == [(T0, (None, None, None))], place


def test_a_value_beyond_64_bits_or_a_wrong_count_is_a_mistake_of_the_caller():
    for place in places():
        profile = profile_of(place.open())
        for values in ((HIGHEST + 1, 0, 0), (0, LOWEST - 1, 0), (0, 0), (0, 0, 0, 0)):
            assert refused(AssertionError, profile.put, 1, T0, values), (place, values)


def test_a_time_that_32_bits_do_not_hold_is_a_mistake_of_the_caller():
    for place in places():
        profile = profile_of(place.open())
        profile.put(1, 1, row(0))
        profile.put(1, TIME_MAX_S, row(0))
        for time_s in (0, TIME_MAX_S + 1):
            assert refused(AssertionError, profile.put, 1, time_s, row(0)), (place, time_s)


def test_a_profile_has_columns_and_not_too_many():
    for place in places():
        store = place.open()
        names = tuple([f"c{n}" for n in range(COLUMNS_MAX + 1)])
        profile = profile_of(store, columns=names[:-1])
        profile.put(1, T0, tuple(range(COLUMNS_MAX)))
        store.commit()
        assert everything(profile, 1) == [(T0, tuple(range(COLUMNS_MAX)))], place
        for wrong in (names, (), ("Upper",), ("a b",), ("",)):
            assert refused(AssertionError, profile_of, store, 96, PERIOD_S, wrong), place


def test_nothing_is_readable_before_the_commit():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        journal = store.journal("alarms", 10)
        profile.put(17, T0, row(0))
        assert journal.append(b"record 1") == 1
        assert everything(profile, 17) == [] and profile.last(17) is None, place
        assert journal.read(0, 10) == [] and journal.last == 0 and journal.first == 1, place
        store.commit()
        assert everything(profile, 17) == rows([0]), place
        assert journal.read(0, 10) == [(1, b"record 1")], place


def test_a_query_gives_from_the_first_time_to_before_the_second():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        fill(store, profile, 17, range(10))
        day = list(profile.query(17, T0 + 2 * PERIOD_S, T0 + 5 * PERIOD_S))
        assert day == rows([2, 3, 4]), place
        assert list(profile.query(17, T0 + 1, T0 + PERIOD_S)) == [], place
        assert list(profile.query(17, T0, T0)) == [], place
        assert list(profile.query(17, T0 + 1, T0)) == [], place


def test_meters_do_not_see_each_others_rows():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        for mp in (1, 2, 1120):
            profile.put(mp, T0, row(mp))
        store.commit()
        for mp in (1, 2, 1120):
            assert everything(profile, mp) == [(T0, row(mp))], place
        assert everything(profile, 3) == [] and profile.last(3) is None, place


def test_the_oldest_rows_make_room_when_the_capacity_is_reached():
    for place in places():
        store = place.open()
        profile = profile_of(store, capacity=40)
        for n in range(100):
            fill(store, profile, 17, [n])
        assert everything(profile, 17) == rows(range(60, 100)), place
        assert everything(profile_of(place.open(), 40), 17) == rows(range(60, 100)), place


def test_rows_out_of_order_come_back_in_order():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        fill(store, profile, 17, [5, 1, 3])
        fill(store, profile, 17, [4, 0, 2])
        assert everything(profile, 17) == rows(range(6)), place
        assert list(profile.query(17, T0, T0 + 6 * PERIOD_S)) == rows(range(6)), place


def test_a_second_row_of_a_period_takes_the_place_of_the_first():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        fill(store, profile, 17, [0, 1, 2])
        profile.put(17, T0 + PERIOD_S + 7, (1, 2, 3))
        profile.put(17, T0 + PERIOD_S + 9, (4, 5, 6))
        store.commit()
        middle = (T0 + PERIOD_S + 9, (4, 5, 6))
        assert everything(profile, 17) == [rows([0])[0], middle, rows([2])[0]], place


def test_the_last_row_is_the_newest_also_after_a_new_start():
    for place in places():
        store = place.open()
        profile = profile_of(store, capacity=4)
        for n in (0, 1, 5, 3):
            fill(store, profile, 17, [n])
        assert profile.last(17) == rows([5])[0], place
        again = place.open()
        profile = profile_of(again, capacity=4)
        assert profile.last(17) == rows([5])[0], place
        fill(again, profile, 17, [1])  # takes the slot of 5
        assert profile.last(17) == rows([3])[0], place


def test_one_row_with_a_wrong_clock_hides_no_other():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        fill(store, profile, 17, range(3))
        far = T0 + 1000 * 96 * PERIOD_S + 50 * PERIOD_S
        profile.put(17, far, row(9))
        store.commit()
        fill(store, profile, 17, [3])
        assert everything(profile, 17) == rows(range(4)) + [(far, row(9))], place


def test_rows_are_carried_over_to_another_period_and_capacity():
    for place in places():
        store = place.open()
        fill(store, profile_of(store, capacity=40), 17, range(40))
        wider = profile_of(place.open(), capacity=400, period_s=300)
        assert everything(wider, 17) == rows(range(27)) + rows(range(27, 40)), place
        smaller = profile_of(place.open(), capacity=10, period_s=900)
        assert everything(smaller, 17) == rows(range(30, 40)), place


def test_columns_are_carried_over_by_their_names():
    for place in places():
        store = place.open()
        fill(store, profile_of(store), 17, [7])
        changed = profile_of(place.open(), columns=("power_w", "voltage_mv", "import_wh"))
        assert everything(changed, 17) == [(T0 + 7 * PERIOD_S, (-7, None, 1007))], place


def test_cleared_profiles_have_no_rows_not_even_after_a_new_start():
    for place in places():
        store = place.open()
        profile = profile_of(store)
        other = store.profile("ledger", 60, 10, ("entry",))
        fill(store, profile, 7, range(5))
        other.put(7, T0, (1,))
        store.commit()
        del other
        store = place.open()  # the other is not opened this time
        profile = profile_of(store)
        fill(store, profile, 8, range(3))
        store.clear([])
        for _ in range(2):
            assert [everything(profile, mp) for mp in (7, 8)] == [[], []], place
            assert profile.last(8) is None, place
            store = place.open()
            profile = profile_of(store)
        other = store.profile("ledger", 60, 10, ("entry",))
        assert list(other.query(7, 0, TIME_MAX_S)) == [], place
        fill(store, profile, 8, [2])
        store.clear([])
        fill(store, profile, 8, [1])
        assert everything(profile, 8) == rows([1]), place
        assert profile.last(8) == rows([1])[0], place
