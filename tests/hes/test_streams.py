"""Which numbers are new, missing, or of another DCU: decided without I/O."""

from hes_stub.database import START, Position
from hes_stub.rows import Alarm
from hes_stub.streams import follow, fork, goes_on, mark


def rows(*numbers, time_s=1000):
    return [Alarm(seq, time_s + seq, 2, 7, "", "alarm") for seq in numbers]


def at(seq, epoch=1):
    return Position(epoch, seq, mark(7, 1000 + seq) if seq else "")


def test_the_first_answer_is_all_new():
    step = follow(START, rows(1, 2, 3))
    assert step == (False, 0, rows(1, 2, 3), at(3))


def test_the_row_asked_for_again_is_not_new():
    assert follow(at(3), rows(3, 4, 5)) == (False, 0, rows(4, 5), at(5))


def test_the_row_asked_for_again_alone_leaves_us_where_we_are():
    assert follow(at(3), rows(3)) == (False, 0, [], at(3))


def test_an_empty_answer_leaves_us_where_we_are():
    assert follow(at(3), []) == (False, 0, [], at(3))
    assert follow(START, []) == (False, 0, [], START)


def test_another_record_under_our_last_number_is_a_restart():
    step = follow(at(3), rows(3, 4, time_s=5000))
    assert step.restarted and step.position == at(3) and step.fresh == []


def test_the_same_time_of_another_meter_is_another_record():
    assert follow(at(3), [Alarm(3, 1003, 2, 8, "", "alarm")]).restarted


def test_numbers_dropped_before_and_between_are_counted():
    assert follow(at(3), rows(6, 7)).missing == 2
    assert follow(START, rows(5)).missing == 4
    assert follow(at(3), rows(3, 4, 7)).missing == 2


def test_rows_older_than_asked_for_are_not_stored_again():
    assert follow(at(3), rows(1, 2, 3, 4)).fresh == rows(4)


def fork_of(highest, first, common):
    """Where fork() finds it when the DCU holds `first` and above, the same up to `common`."""
    steps = fork(highest)
    same = None
    for asked in range(100):
        try:
            number = steps.send(same)
        except StopIteration as end:
            assert asked <= 8
            return end.value
        assert 1 <= number <= highest
        same = None if number < first else number <= common
    raise AssertionError("asks without end")


def test_the_last_common_record_is_found_wherever_it_is():
    for highest in (0, 1, 2, 3, 90, 96):
        for common in range(highest + 1):
            for first in (1, 2, 40, 96):
                assert fork_of(highest, first, common) == (common if common >= first else 0)


def held(seq):
    return (7, 1000 + seq) if seq <= 3 else None


def test_a_push_that_continues_ours_needs_no_question():
    assert goes_on(at(3), rows(4, 5), held)
    assert goes_on(at(3), rows(2, 3, 4), held)
    assert goes_on(at(3), rows(1, 2), held)
    assert goes_on(at(3), [], held)


def test_a_push_with_a_gap_or_a_stranger_needs_one():
    assert not goes_on(at(3), rows(5), held)
    assert not goes_on(at(3), rows(4, 6), held)
    assert not goes_on(at(3), rows(3, 4, time_s=5000), held)
