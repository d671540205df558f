"""A small text in two slots: a power cut leaves the old or the new one, rot is named."""

from hal.errors import PortError
from storage.slots import Slots
from tests.disk import Disk
from tests.dual.codec_checks import flipped, truncated

NAMES = ("mark.0", "mark.1")
SAID = ["mark.0: damaged, passed over", "mark.1: damaged, passed over"]
TEXTS = (b"first", b"second, and longer", b"", b"fourth\nof two lines\n")


def saved(*texts):
    disk = Disk()
    for text in texts:
        Slots(disk, "mark", []).save(text)
    return disk


def loaded(disk):
    """(what is there, what is said to be damaged)"""
    damage = []
    return Slots(disk, "mark", damage).load(), damage


def test_nothing_saved_is_nothing_and_no_damage():
    assert loaded(Disk()) == (None, [])


def test_the_last_text_saved_is_there():
    for count in range(1, len(TEXTS) + 1):
        assert loaded(saved(*TEXTS[:count])) == (TEXTS[count - 1], [])


def test_the_slots_are_written_by_turns_and_the_one_before_stays():
    disk = Disk()
    slots = Slots(disk, "mark", [])
    for number, text in enumerate(TEXTS * 3):
        before = [disk.read(name) for name in NAMES]
        slots.save(text)
        after = [disk.read(name) for name in NAMES]
        changed = [n for n in (0, 1) if before[n] != after[n]]
        assert changed == [number % 2]
        assert after[changed[0]].split(b" ")[0] == b"%d" % (number + 1)


def test_sequence_numbers_of_more_digits_are_newer():
    texts = [b"text %d" % n for n in range(1, 13)]
    disk = Disk()
    for text in texts:
        Slots(disk, "mark", []).save(text)
        assert loaded(disk) == (text, [])


def test_a_person_can_read_what_is_stored():
    stored = saved(b"hes.reply_s=20\n").read("mark.0")
    head, text = stored.split(b"\n", 1)
    assert text == b"hes.reply_s=20\n" and head[:2] == b"1 " and len(head) == 10


def test_a_power_cut_at_any_octet_leaves_the_old_text_or_the_new():
    work = saved(*TEXTS)
    for step in range(work.steps):
        for octets in range(work.octets_of(step) + 1):
            for survives in (None, lambda: False):
                found, damage = loaded(work.after_cut(step, octets, survives))
                allowed = (TEXTS[step - 1] if step else None, TEXTS[step])
                assert found in allowed and damage == [], (step, octets)
    assert loaded(work.after_cut(work.steps)) == (TEXTS[-1], [])


def test_a_slot_cut_short_is_named_and_the_other_used():
    disk = saved(*TEXTS[:2])
    for short in truncated(disk.read("mark.1")):
        disk.replace("mark.1", short)
        assert loaded(disk) == (TEXTS[0], SAID[1:]), short


def test_any_wrong_bit_in_a_slot_is_named_and_the_other_used():
    for name, said, good in zip(NAMES, SAID, (TEXTS[1], TEXTS[0])):
        disk = saved(*TEXTS[:2])
        for at, bit, damaged in flipped(disk.read(name)):
            disk.replace(name, damaged)
            assert loaded(disk) == (good, [said]), (name, at, bit)


def test_with_both_slots_damaged_there_is_nothing_and_both_are_named():
    disk = saved(*TEXTS[:2])
    for name in NAMES:
        disk.replace(name, b"1 00000000\nx")
    lost = "mark: no whole copy is left, it begins anew"
    assert loaded(disk) == (None, SAID + [lost])
    disk.remove(NAMES[1])
    assert loaded(disk) == (None, [SAID[0], lost])


def test_what_is_no_slot_at_all_is_damage():
    for stored in (b"", b"\n", b"text", b"x" * 10_000, b"-1 00000000\n", b" \n", b"9" * 5_000):
        disk = saved(TEXTS[0])
        disk.replace("mark.1", stored)
        assert loaded(disk) == (TEXTS[0], SAID[1:]), stored[:20]


def test_damage_is_overwritten_first_and_named_once():
    for damaged in (0, 1):
        disk = saved(*TEXTS[:2])
        disk.replace(NAMES[damaged], b"rot")
        damage = []
        slots = Slots(disk, "mark", damage)
        slots.load()
        slots.load()
        slots.save(b"after")
        assert damage == [SAID[damaged]]
        assert loaded(disk) == (b"after", [])
        assert disk.read(NAMES[1 - damaged])[-5:] != b"after"


def test_what_the_disk_refuses_leaves_what_was_there():
    disk = saved(*TEXTS[:2])
    disk.fail_at = disk.steps
    try:
        Slots(disk, "mark", []).save(b"third")
        raise AssertionError("not refused")
    except PortError:
        pass
    assert loaded(disk) == (TEXTS[1], [])
    Slots(disk, "mark", []).save(b"fourth")
    assert loaded(disk) == (b"fourth", [])


def test_two_names_share_nothing():
    disk = saved(b"mark")
    Slots(disk, "settings", []).save(b"other")
    assert loaded(disk) == (b"mark", [])
    assert sorted(disk.names("")) == ["mark.0", "settings.0"]
