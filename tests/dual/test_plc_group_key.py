"""The group key over restarts, and in the midst of a change. Runs on both interpreters."""

from dcu.plc_key import OCTETS, GroupKey
from tests.kept import Kept, refusal


def keys(kept, first=1):
    """A GroupKey whose keys are the octets `first`, `first` + 1 …"""
    made = iter(range(first, 9))
    return GroupKey(kept, lambda count: bytes([next(made)]) * count)


def test_a_change_is_durable_before_it_is_told_and_goes_on_with_the_same_key_after_a_restart():
    kept = Kept()
    key = keys(kept)
    old, new = key.octets(), key.begin_change()
    again = keys(kept, 5)
    assert again.is_changing and (again.octets(), again.index) == (old, 0)
    assert again.begin_change() == new != old
    again.finish_change()
    last = keys(kept, 7)
    assert not last.is_changing and (last.octets(), last.index) == (new, 1)


def test_a_change_that_nobody_has_heard_of_is_given_up():
    kept = Kept()
    key = keys(kept)
    old, new = key.octets(), key.begin_change()
    key.give_up_change()
    for each in (key, keys(kept, 5)):
        assert not each.is_changing and (each.octets(), each.index) == (old, 0)
    assert key.begin_change() != new


def test_a_disk_that_is_full_begins_no_change_and_keeps_one_that_is_over():
    kept = Kept()
    key = keys(kept)
    old = key.octets()
    kept.full = True
    assert refusal(key.begin_change) and not key.is_changing and key.octets() == old
    kept.full = False
    new = key.begin_change()
    kept.full = True
    assert refusal(key.finish_change) and (key.octets(), key.index) == (new, 1)
    assert keys(kept, 5).begin_change() == new  # after a restart it is done once more


def test_no_network_is_started_with_a_key_that_is_not_stored():
    kept = Kept()
    kept.full = True
    key = keys(kept)
    assert refusal(key.octets)
    kept.full = False
    octets = key.octets()
    assert keys(kept, 5).octets() == key.octets() == octets


def test_what_older_versions_have_stored_is_understood_and_damage_is_a_new_network():
    assert (keys(Kept(b"1 " + b"ab" * OCTETS)).octets(), keys(Kept(b"1 ")).index) == (
        b"\xab" * OCTETS,
        1,
    )
    for damaged in (None, b"", b"0", b"0 abcd", b"0  "):
        assert keys(Kept(damaged)).octets() == bytes([1]) * OCTETS
