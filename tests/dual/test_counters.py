"""Invocation counters: no number is given twice, whatever is cut. Runs on both interpreters."""

from dcu.counters import BLOCK, COUNTER_MAX, KEYS_MAX, Counter, Counters, counter_name
from hal.errors import PortError, Refused
from storage.slots import Slots
from tests.disk import Disk
from tests.kept import Kept

TITLE, KEY = b"ODC\x00\x00\x00\x00\x01", bytes(range(16))
NAME = counter_name(TITLE, KEY)


def counters_on(disk):
    return Counters(Slots(disk, "counters", []))


def error_of(function, *arguments):
    try:
        function(*arguments)
    except (PortError, Refused) as error:
        return error
    return None


def test_numbers_count_up_from_one_for_each_key():
    counters = counters_on(Disk())
    other = counter_name(TITLE, bytes(16))
    assert [counters.take(NAME) for _ in range(3)] == [1, 2, 3]
    assert counters.take(other) == 1 and counters.take(NAME) == 4


def test_the_name_of_a_counter_does_not_show_the_key():
    assert NAME.startswith(TITLE.hex() + "-") and len(NAME) == 25
    assert KEY.hex()[:8] not in NAME
    assert NAME not in (counter_name(TITLE, bytes(16)), counter_name(bytes(8), KEY))


def test_what_was_given_before_a_restart_is_not_given_again():
    disk = Disk()
    last = 0
    for _ in range(5):
        counters = counters_on(disk)
        for _ in range(3):
            number = counters.take(NAME)
            assert number > last
            last = number
    assert last <= 5 * BLOCK


def test_a_block_is_written_once_and_not_each_number():
    kept = Kept()
    counters = Counters(kept)
    for _ in range(BLOCK):
        counters.take(NAME)
    assert kept.saves == 2, "into both slots"
    counters.take(NAME)
    assert kept.saves == 4


def test_a_slot_that_rots_brings_no_number_back():
    for rotten in (("counters.0",), ("counters.1",), ("counters.0", "counters.1")):
        disk = Disk()
        counters = counters_on(disk)
        given = [counters.take(NAME) for _ in range(3 * BLOCK + 5)]
        counters.raise_to(NAME, 50 * BLOCK)
        given.append(counters.take(NAME))
        for name in rotten:
            disk.replace(name, disk.read(name)[:-2] + b"\x00\n")
        again = counters_on(disk)
        if len(rotten) == 2:
            assert not again.knows(NAME), "then the peer is asked first"
        else:
            assert again.take(NAME) > max(given), rotten


def test_a_cut_in_any_write_gives_no_number_twice():
    disk = Disk()
    given = []  # (steps of the disk when it was given, key, number)
    names = [NAME, counter_name(TITLE, bytes(16))]
    for n in range(6):
        counters = counters_on(disk)
        for name in names:
            counters.raise_to(name, 100 * n)
            for _ in range(2):
                number = counters.take(name)
                given.append((disk.steps, name, number))
    for step in range(disk.steps):
        for octets in range(disk.octets_of(step) + 1):
            after = counters_on(disk.after_cut(step, octets))
            for name in names:
                used = [number for steps, each, number in given if each == name and steps <= step]
                assert after.take(name) > max([0] + used), (step, octets)


def test_a_disk_that_refuses_gives_no_number():
    disk = Disk()
    counters = counters_on(disk)
    counters.take(NAME)
    disk.fail_at = disk.steps
    counters.raise_to(NAME, 5 * BLOCK)
    assert isinstance(error_of(counters.take, NAME), PortError)
    disk.fail_at = None
    assert counters.take(NAME) == 5 * BLOCK
    assert counters_on(disk).take(NAME) > 5 * BLOCK


def test_a_disk_that_refuses_is_no_fault_of_the_line():
    disk = Disk()
    counter = Counter(counters_on(disk), NAME)
    disk.room = 0
    error = error_of(counter.next)
    assert isinstance(error, Refused) and "cannot be kept" in str(error)
    disk.room = None
    assert counter.next() == 1


def test_it_goes_on_above_what_the_peer_has_heard_and_never_below():
    counters = counters_on(Disk())
    counters.take(NAME)
    counters.raise_to(NAME, 7000)
    assert counters.take(NAME) == 7000
    counters.raise_to(NAME, 10)
    assert counters.take(NAME) == 7001


def test_a_key_never_used_here_is_known_as_such_also_after_a_restart():
    disk = Disk()
    counters = counters_on(disk)
    assert not counters.knows(NAME)
    counters.take(NAME)
    assert counters.knows(NAME) and counters_on(disk).knows(NAME)
    assert not counters_on(disk).knows(counter_name(TITLE, bytes(16)))


def test_the_last_number_is_given_and_none_after_it():
    disk = Disk()
    counters = counters_on(disk)
    counters.raise_to(NAME, COUNTER_MAX)
    assert counters.take(NAME) == COUNTER_MAX
    for again in (counters, counters_on(disk)):
        assert isinstance(error_of(again.take, NAME), Refused)


def test_as_many_keys_as_there_may_be_and_no_more():
    stored = "".join([f"{number:x}-00 5\n" for number in range(KEYS_MAX - 1)])
    counters = Counters(Kept(stored.encode()))
    counters.take(NAME)
    assert isinstance(error_of(counters.take, "one-more"), Refused)
    assert counters.take(NAME) == 2


def test_one_counter_is_used_apart_from_the_others():
    counters = counters_on(Disk())
    counter = Counter(counters, NAME)
    assert counter.is_new() and counter.next() == 1 and not counter.is_new()
    counter.raise_to(50)
    assert counter.next() == 50 and counters.take(NAME) == 51
    assert Counter(counters, "other").is_new()
