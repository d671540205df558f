"""A disk that is full, fails or rots: the store says so, and what it has it keeps."""

from hal.errors import PortError
from tests.disk import Disk
from tests.dual.storage_truth import PERIOD_S, RECORDS, SLOTS, T0, Opened, go_on, usual_work

ROUNDS = 12  # enough for the redo log to be emptied


def lost():
    return False


def put_round(opened, n):
    opened.profile.put(1, T0 + n * PERIOD_S, (n, -n))
    opened.journal.append(b"round %d" % n)
    opened.store.commit()


def insist(opened, n):
    """How many times the store refused before it took round `n`."""
    for refusals in range(100):
        try:
            put_round(opened, n)
            return refusals
        except PortError:
            pass
    raise AssertionError("never taken")


def check_rounds(opened, rounds):
    """All of them, in order; a record may be there twice, for its commit was refused once."""
    payloads = []
    for _, payload in opened.records():
        if payload not in payloads:
            payloads.append(payload)
    assert payloads == [b"round %d" % n for n in rounds], payloads
    for n in rounds[1 - SLOTS :]:  # the refused row may have taken the slot of the oldest
        slot = (T0 // PERIOD_S + n) % SLOTS
        assert opened.rows()[(1, slot)] == (T0 + n * PERIOD_S, (n, -n)), n


def steps_of_rounds():
    disk = Disk()
    opened = Opened(disk)
    first = disk.steps
    for n in range(ROUNDS):
        put_round(opened, n)
    return range(first, disk.steps)


def test_a_failure_in_any_step_is_said_once_and_the_next_try_is_kept():
    for step in steps_of_rounds():
        disk = Disk()
        opened = Opened(disk)
        disk.fail_at = step
        refusals = 0
        for n in range(ROUNDS):
            if insist(opened, n):
                refusals += 1
                check_rounds(Opened(disk.after_cut(disk.steps, 0, lost)), range(n + 1))
        assert refusals == 1, step
        check_rounds(opened, range(ROUNDS))
        after = Opened(disk.after_cut(disk.steps, 0, lost))
        check_rounds(after, range(ROUNDS))
        go_on(after, ROUNDS)


def test_a_second_failure_after_the_first_costs_no_more():
    for step in steps_of_rounds():
        for later in range(4):
            disk = Disk()
            opened = Opened(disk)
            disk.fail_at = step
            for n in range(ROUNDS):
                try:
                    put_round(opened, n)
                except PortError:
                    disk.fail_at = disk.steps + later
                    assert insist(opened, n) <= 1
            check_rounds(opened, range(ROUNDS))
            check_rounds(Opened(disk.after_cut(disk.steps, 0, lost)), range(ROUNDS))


def test_after_a_failure_the_journal_keeps_its_capacity_as_before():
    for step in steps_of_rounds():
        disk = Disk()
        opened = Opened(disk)
        disk.fail_at = step
        for n in range(2 * ROUNDS + RECORDS):
            insist(opened, n)
            held = opened.records()[-RECORDS:]
            expected = range(max(0, n + 1 - RECORDS), n + 1)
            assert [payload for _, payload in held] == [b"round %d" % m for m in expected], step


def test_what_was_refused_is_forgotten():
    for step in steps_of_rounds():
        disk = Disk()
        opened = Opened(disk)
        disk.fail_at = step
        for n in range(ROUNDS):
            try:
                opened.journal.append(b"refused!")  # as long as what comes in its place
                put_round(opened, n)
            except PortError:
                expected = opened.records()
                put_round(opened, 50)
                expected.append((opened.journal.last, b"round 50"))
                for now in (opened.records(), Opened(disk).records()):
                    assert now == expected[-len(now) :] and len(now) >= n, step
                break


def test_what_a_refused_commit_held_is_not_readable():
    for step in steps_of_rounds():
        disk = Disk()
        opened = Opened(disk)
        disk.fail_at = step
        for n in range(ROUNDS):
            records = opened.records()
            try:
                put_round(opened, n)
            except PortError:
                assert opened.records() == records, step
                break


def test_a_full_disk_keeps_what_it_has_and_takes_more_when_there_is_room():
    for room in range(0, 700, 9):
        disk = Disk()
        opened = Opened(disk)
        disk.room = room
        taken = 0
        try:
            while taken < ROUNDS:
                put_round(opened, taken)
                taken += 1
        except PortError:
            pass
        check_rounds(opened, range(taken))
        again = Opened(disk)  # also a start while the disk is full
        assert len(again.records()) >= taken
        disk.room = None
        for n in range(taken, ROUNDS):
            assert insist(again, n) == 0
        check_rounds(again, range(ROUNDS))


def test_a_full_disk_refuses_every_time():
    disk = Disk()
    opened = Opened(disk)
    put_round(opened, 0)
    disk.room = 3
    for _ in range(5):
        try:
            put_round(opened, 1)
            raise AssertionError("taken by a full disk")
        except PortError as error:
            assert "disk full" in str(error)
    check_rounds(opened, range(1))


def test_a_damaged_octet_never_yields_a_wrong_value_nor_a_number_twice():
    work = usual_work()
    last = work.last_promised(work.disk.steps)
    truth = Opened(work.disk)
    rows, records = truth.rows(), truth.records()
    for name, content in work.disk.contents():
        for at in range(len(content)):
            opened = Opened(damaged(work.disk, name, at))
            for key, row in opened.rows().items():
                assert row == rows[key], (name, at)
            assert all([record in records for record in opened.records()]), (name, at)
            assert len(opened.records()) >= len(records) - 1, (name, at)
            assert opened.journal.append(b"new") > last, (name, at)
            opened.store.commit()


def damaged(disk, name, at):
    contents = []
    for there, content in disk.contents():
        if there == name:
            content = content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]
        contents.append((there, content))
    return Disk(contents)


def replaced(disk, name, garbage):
    return Disk([(n, garbage if n == name else content) for n, content in disk.contents()])


def test_a_file_full_of_garbage_is_set_aside_or_healed_and_the_rest_is_used():
    work = usual_work()
    last = work.last_promised(work.disk.steps)
    for name, content in work.disk.contents():
        for garbage in (b"\xa5" * len(content), b"", b"Rz" * 700):
            opened = Opened(replaced(work.disk, name, garbage))
            readable = opened.rows(), opened.records()
            assert len(readable[1]) >= 8, name
            go_on(opened, last if garbage else 0)


def test_numbers_go_on_from_what_the_hes_acknowledged_when_the_records_are_gone():
    work = usual_work()
    for name in work.disk.names("journal-alarms-0"):
        work.disk.remove(name)
    opened = Opened(work.disk)
    mark = opened.journal.mark
    assert opened.journal.last >= mark > 0 and opened.journal.first > mark
    go_on(opened, mark)


def test_damage_is_said_with_the_name_of_the_file():
    work = usual_work()
    segments = work.disk.names("journal-alarms-0")
    for name in segments[0], segments[-1]:
        opened = Opened(replaced(work.disk, name, b"garbage"))
        assert any([name in text for text in opened.store.damage]), opened.store.damage
        assert opened.disk.read(name + ".damaged") == b"garbage"
    opened = Opened(replaced(work.disk, "profile-registers", b"garbage"))
    assert any(["profile-registers" in text for text in opened.store.damage])
    assert opened.rows() == Opened(work.disk).rows()


def test_a_damaged_row_is_said_and_its_neighbours_stay():
    work = usual_work()
    opened = Opened(damaged(work.disk, "redo-mark.0", 0))
    whole = opened.rows()
    name = "rows-registers-1-1"
    rotten = Opened(damaged(opened.disk, name, 30))
    missing = set(whole) - set(rotten.rows())
    assert missing == {(1, 1)} and len(rotten.store.damage) == 1, rotten.store.damage
