"""Whatever the moment of a power cut, also of SQLite: what was committed is there, once, and
nothing else. The database and the numbers beside it are on one simulated disk."""

import random

from storage.limits import TIME_MAX_S
from storage.sqlite_cpython import SqliteStore
from tests.apsw_disk import connect_on
from tests.dual.storage_truth import COLUMNS, MPS, Opened, go_on, usual_work


def sqlite_on(disk):
    return SqliteStore("dcu.db", disk, connect_on(disk))


def lost():
    return False


def by_chance():
    return random.getrandbits(1) == 1


def test_a_cut_in_the_middle_of_any_write_loses_nothing_committed():
    work = usual_work(sqlite_on)
    for step in range(work.disk.steps + 1):
        size = work.disk.octets_of(step) if step < work.disk.steps else 0
        for octets in {0, size // 2, size}:
            opened = Opened(work.disk.after_cut(step, octets), sqlite_on)
            work.check(opened, step)


def test_nothing_committed_waits_for_a_later_sync():
    work = usual_work(sqlite_on)
    for step in range(work.disk.steps + 1):
        opened = Opened(work.disk.after_cut(step, 0, lost), sqlite_on)
        work.check(opened, step)
        if step % 7 == 0:
            go_on(opened, work.last_promised(step))


def test_writes_that_arrive_in_any_order_or_not_lose_nothing_committed():
    random.seed(20)
    work = usual_work(sqlite_on)
    for step in range(work.disk.steps):
        octets = random.randrange(work.disk.octets_of(step) + 1)
        opened = Opened(work.disk.after_cut(step, octets, by_chance), sqlite_on)
        work.check(opened, step)


def test_a_second_cut_while_the_first_is_mended_loses_nothing_committed():
    random.seed(21)
    work = usual_work(sqlite_on)
    for step in range(0, work.disk.steps, 9):
        octets = random.randrange(work.disk.octets_of(step) + 1)
        mended = work.disk.after_cut(step, octets, by_chance)
        Opened(mended, sqlite_on)
        for again in range(mended.steps):
            octets = random.randrange(mended.octets_of(again) + 1)
            work.check(Opened(mended.after_cut(again, octets, by_chance), sqlite_on), step)


def test_a_cut_while_a_profile_is_carried_over_loses_no_row():
    work = usual_work(sqlite_on)
    disk = work.disk.after_cut(work.disk.steps)
    before = Opened(disk, sqlite_on).rows()
    sqlite_on(disk).profile("registers", 300, 90, COLUMNS)
    for step in range(disk.steps + 1):
        profile = sqlite_on(disk.after_cut(step, 0, lost)).profile("registers", 300, 90, COLUMNS)
        rows = [row for mp in MPS for row in profile.query(mp, 0, TIME_MAX_S)]
        assert sorted(rows) == sorted(before.values()), step


def test_a_clearing_that_was_cut_off_is_whole_or_nothing():
    work = usual_work(sqlite_on)
    before = Opened(work.disk.after_cut(work.disk.steps), sqlite_on)
    kept = before.rows(), before.records()
    before.store.clear([before.journal])
    for step in range(before.disk.steps + 1):
        opened = Opened(before.disk.after_cut(step, 0, lost), sqlite_on)
        assert (opened.rows(), opened.records()) in (kept, ({}, [])), step
