"""What a journal of every store keeps to, whatever it keeps its records in."""

from hal.errors import PortError, Refused
from storage.limits import PENDING_MAX, RECORD_MAX
from tests.contract.storage_places import log_of, places, records, refused


def test_records_are_numbered_from_one_and_read_after_a_number():
    for place in places():
        _, journal = log_of(place, 20, each=3)
        assert (journal.first, journal.last) == (1, 20), place
        assert journal.read(0, 5) == records(range(1, 6)), place
        assert journal.read(5, 100) == records(range(6, 21)), place
        assert journal.read(5, 2) == records([6, 7]), place
        assert journal.read(1, 2) == records([2, 3]), place
        assert journal.read(20, 5) == [] and journal.read(99, 5) == [], place


def test_reading_on_in_pieces_gives_each_record_once_while_others_are_written():
    for place in places():
        store, journal = log_of(place, 50, capacity=1000, each=7)
        seen = []
        while len(seen) < 150:
            piece = journal.read(len(seen), 7)
            assert piece
            seen += piece
            if journal.last < 150:
                for n in range(journal.last + 1, journal.last + 11):
                    journal.append(b"record %d" % n)
                store.commit()
        assert seen == records(range(1, 151)), place


def test_numbers_go_on_after_a_new_start():
    for place in places():
        log_of(place, 5)
        for n in range(6, 9):
            store = place.open()
            journal = store.journal("alarms", 1000)
            assert journal.last == n - 1
            assert journal.append(b"record %d" % n) == n, place
            store.commit()
        journal = place.open().journal("alarms", 1000)
        assert journal.read(0, 100) == records(range(1, 9)), place


def test_two_journals_are_numbered_apart():
    for place in places():
        store = place.open()
        alarms, events = store.journal("alarms", 10), store.journal("events", 10)
        assert (alarms.append(b"a"), events.append(b"b"), events.append(b"c")) == (1, 1, 2)
        store.commit()
        assert (alarms.read(0, 9), events.read(1, 9)) == ([(1, b"a")], [(2, b"c")]), place


def test_a_journal_keeps_its_capacity_and_not_much_more():
    for place in places():
        capacity, each = 40, 5
        _, journal = log_of(place, 200, capacity, each)
        held = journal.last - journal.first + 1
        assert capacity <= held <= capacity + capacity // 8 + 2 * each, (place, held)
        numbers = range(journal.first, journal.last + 1)
        assert journal.read(0, 1000) == records(numbers), place
        assert journal.evicted == 200 - held, place
        again = place.open().journal("alarms", capacity)
        assert (again.first, again.last) == (journal.first, journal.last), place
        assert again.evicted == journal.evicted, place


def test_only_what_was_not_acknowledged_counts_as_evicted():
    for place in places():
        store, journal = log_of(place, 16, 16)
        journal.acknowledge(10)
        for n in range(17, 61):
            journal.append(b"record %d" % n)
            store.commit()
        assert journal.evicted == journal.first - 1 - 10, place
        journal.acknowledge(60)
        before = journal.evicted
        for n in range(61, 91):
            journal.append(b"record %d" % n)
            store.commit()
            journal.acknowledge(n)
        assert journal.evicted == before, place


def test_an_acknowledgement_stays_and_never_goes_back():
    for place in places():
        _, journal = log_of(place, 10)
        journal.acknowledge(0)
        assert journal.mark == 0, place
        journal.acknowledge(7)
        journal.acknowledge(3)
        assert journal.mark == 7, place
        again = place.open().journal("alarms", 1000)
        assert again.mark == 7 and again.read(0, 1) == records([1]), place
        again.acknowledge(10)
        assert place.open().journal("alarms", 1000).mark == 10, place


def test_what_does_not_exist_cannot_be_acknowledged():
    for place in places():
        store, journal = log_of(place, 10)
        journal.append(b"record 11")
        assert refused(Refused, journal.acknowledge, 11), place
        assert journal.mark == 0, place
        store.commit()
        journal.acknowledge(11)
        assert journal.mark == 11, place


def test_a_record_has_at_least_one_octet_and_at_most_its_limit():
    for place in places():
        store = place.open()
        journal = store.journal("alarms", 10)
        for payload in (b"", b"x" * (RECORD_MAX + 1)):
            assert refused(AssertionError, journal.append, payload), place
        journal.append(b"x" * RECORD_MAX)
        store.commit()
        assert journal.read(0, 9) == [(1, b"x" * RECORD_MAX)], place


def test_what_waits_for_a_commit_is_bounded():
    for place in places():
        store = place.open()
        journal = store.journal("alarms", 10)
        for _ in range(PENDING_MAX):
            journal.append(b"x")
        assert refused(PortError, journal.append, b"x"), place
        store.commit()
        assert journal.last == PENDING_MAX, place
        assert journal.append(b"x") == PENDING_MAX + 1, place


def test_a_commit_larger_than_the_capacity_is_kept_whole_at_first():
    for place in places():
        store, journal = log_of(place, 25, capacity=10, each=25)
        assert journal.read(15, 99) == records(range(16, 26)), place
        journal.append(b"record 26")
        store.commit()
        assert journal.read(16, 99) == records(range(17, 27)), place


def test_a_cleared_journal_is_empty_counts_what_was_not_fetched_and_numbers_go_on():
    for place in places():
        store, journal = log_of(place, 30, capacity=40)
        other = store.journal("events", 10)
        other.append(b"stays")
        store.commit()
        journal.acknowledge(12)
        store.clear([journal])
        for _ in range(2):
            assert (journal.read(0, 99), journal.first, journal.last) == ([], 31, 30), place
            assert (journal.mark, journal.evicted) == (12, 18), place
            store = place.open()
            journal, other = store.journal("alarms", 40), store.journal("events", 10)
        assert other.read(0, 9) == [(1, b"stays")], place
        assert journal.append(b"record 31") == 31, place
        store.commit()
        assert journal.read(0, 99) == records([31]), place
        store.clear([journal])
        assert (journal.read(0, 99), journal.evicted) == ([], 19), place
        assert journal.append(b"record 32") == 32, place
        store.commit()
        assert journal.read(0, 99) == records([32]), place


def test_an_empty_journal_can_be_cleared():
    for place in places():
        store, journal = log_of(place, 0)
        store.clear([journal])
        assert (journal.read(0, 9), journal.evicted) == ([], 0), place
        assert journal.append(b"record 1") == 1, place
        store.commit()
        assert journal.read(0, 9) == records([1]), place


def test_the_oldest_can_be_let_go_of_part_by_part_but_not_the_last():
    for place in places():
        store, journal = log_of(place, 80, capacity=80)
        journal.acknowledge(25)
        dropped = []
        while True:
            count = journal.drop_oldest(True)
            if not count:
                break
            dropped.append(count)
        assert dropped == [10, 10], place  # of the next part the HES has only a half
        assert (journal.first, journal.evicted) == (21, 0), place
        assert journal.drop_oldest(False) == 10
        assert (journal.first, journal.evicted) == (31, 5), place
        for _ in range(100):
            journal.drop_oldest(False)
        assert journal.read(0, 99)[-1:] == records([80]), place
        evicted = journal.evicted
        assert evicted == journal.first - 1 - 25, place
        journal = place.open().journal("alarms", 80)
        assert (journal.evicted, journal.last) == (evicted, 80), place


def test_nothing_can_be_let_go_of_where_nothing_is():
    for place in places():
        _, journal = log_of(place, 0)
        assert journal.drop_oldest(False) == journal.drop_oldest(True) == 0, place
