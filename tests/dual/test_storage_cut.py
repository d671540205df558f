"""Whatever the moment of a power cut: what was committed is there, once, and nothing else."""

import random

from storage.files import FileStore
from storage.limits import TIME_MAX_S
from tests.disk import Disk
from tests.dual.storage_truth import (
    COLUMNS,
    MPS,
    PERIOD_S,
    REDO_ROWS,
    T0,
    Opened,
    Work,
    go_on,
    usual_work,
)


def lost():
    return False


def by_chance():
    return random.getrandbits(1) == 1


def all_cuts(work):
    for step in range(work.disk.steps):
        for octets in range(work.disk.octets_of(step) + 1):
            yield step, octets


def test_a_cut_after_any_octet_loses_nothing_committed_and_the_store_goes_on():
    work = usual_work()
    for number, (step, octets) in enumerate(all_cuts(work)):
        opened = Opened(work.disk.after_cut(step, octets))
        work.check(opened, step)
        if number % 3 == 0 or octets == work.disk.octets_of(step):
            go_on(opened, work.last_promised(step))


def test_nothing_committed_waits_for_a_later_sync():
    work = usual_work()
    for step in range(work.disk.steps + 1):
        opened = Opened(work.disk.after_cut(step, 0, lost))
        work.check(opened, step)
        go_on(opened, work.last_promised(step))


def test_writes_that_arrive_in_any_order_or_not_lose_nothing_committed():
    random.seed(20)
    work = usual_work()
    for step in range(work.disk.steps):
        octets = work.disk.octets_of(step)
        for _ in range(8):
            opened = Opened(work.disk.after_cut(step, random.randrange(octets + 1), by_chance))
            work.check(opened, step)
            go_on(opened, work.last_promised(step))


def test_a_second_cut_while_the_first_is_mended_loses_nothing_committed():
    random.seed(21)
    work = usual_work()
    for step in range(0, work.disk.steps, 3):
        octets = random.randrange(work.disk.octets_of(step) + 1)
        mended = work.disk.after_cut(step, octets, by_chance)
        Opened(mended)
        for again in range(mended.steps):
            octets = random.randrange(mended.octets_of(again) + 1)
            work.check(Opened(mended.after_cut(again, octets, by_chance)), step)


def test_what_was_readable_after_a_kill_is_still_there_after_a_power_cut():
    work = usual_work()
    for step in range(work.disk.steps):
        disk = work.disk.after_kill(step)
        opened = Opened(disk)
        seen = opened.rows(), opened.records()
        work.check(opened, step)
        after = Opened(disk.after_cut(disk.steps, 0, lost))
        assert (after.rows(), after.records()) == seen, step


def test_a_torn_tail_ends_its_segment():
    work = Work()
    work.commit([], [b"torn"])
    name = "journal-alarms-0000000001"
    write = work.disk.steps - 2  # the sync is after it
    torn = work.disk.after_cut(write, work.disk.octets_of(write) - 1)
    before = torn.read(name)
    go_on(Opened(torn), 1)
    assert torn.read(name) == before
    assert torn.names("journal-alarms-0") == [name, "journal-alarms-0000000002"]


def test_a_cut_while_rows_are_carried_over_loses_none():
    work = usual_work()
    rows = [list(Opened(work.disk).profile.query(mp, 0, TIME_MAX_S)) for mp in MPS]
    disk = work.disk.after_cut(work.disk.steps)
    FileStore(disk).profile("registers", 300, 90, COLUMNS)
    for step in range(disk.steps + 1):
        for octets in (0, 20):
            cut = disk.after_cut(step, octets, lost)
            again = FileStore(cut).profile("registers", 300, 90, COLUMNS)
            assert [list(again.query(mp, 0, TIME_MAX_S)) for mp in MPS] == rows, step
            FileStore(cut)
            rings = [name for name in cut.names("rows-") if name[-1].isdigit()]
            assert len(rings) == len(MPS), step


def test_a_clearing_that_was_cut_off_is_done_by_the_next_one():
    work = usual_work()
    before = Opened(work.disk.after_cut(work.disk.steps))
    last, mark = before.journal.last, before.journal.mark
    unread = [number for number, _ in before.records() if number > mark]
    lost_before = before.journal.evicted
    before.store.clear([before.journal])
    disk = before.disk
    for step in range(disk.steps + 1):
        for survives in (lost, by_chance):
            opened = Opened(disk.after_cut(step, 0, survives))
            opened.store.clear([opened.journal])
            for found in (opened, Opened(opened.disk)):
                assert (found.rows(), found.records()) == ({}, []), step
                assert found.journal.evicted == lost_before + len(unread), step
            go_on(found, last)


def test_rows_that_the_redo_log_has_no_room_for_any_more_are_in_their_rings_for_sure():
    disk = Disk()
    store = FileStore(disk, REDO_ROWS)
    profile = store.profile("registers", PERIOD_S, 60, COLUMNS)
    rows = [(T0 + n * PERIOD_S, (n, -n)) for n in range(60)]
    for time_s, values in rows:
        profile.put(1, time_s, values)
        store.commit()
    after = FileStore(disk.after_cut(disk.steps, 0, lost), REDO_ROWS)
    profile = after.profile("registers", PERIOD_S, 60, COLUMNS)
    assert list(profile.query(1, 0, TIME_MAX_S)) == rows
