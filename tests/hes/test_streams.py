"""Which numbers are new, missing, or of another DCU: decided without I/O."""

from hes_stub.database import START, Position
from hes_stub.rows import Alarm
from hes_stub.streams import fall_back, follow, goes_on, mark


def rows(*numbers, time_s=1000):
    return [Alarm(seq, time_s + seq, 2, 7, "") for seq in numbers]


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


def test_another_record_under_our_last_number_begins_a_new_epoch():
    step = follow(at(3), rows(3, 4, time_s=5000))
    assert step.restarted and step.position == Position(2, 0, "") and step.fresh == []


def test_the_same_time_of_another_meter_is_another_record():
    assert follow(at(3), [Alarm(3, 1003, 2, 8, "")]).restarted


def test_numbers_dropped_before_and_between_are_counted():
    assert follow(at(3), rows(6, 7)).missing == 2
    assert follow(START, rows(5)).missing == 4
    assert follow(at(3), rows(3, 4, 7)).missing == 2


def test_rows_older_than_asked_for_are_not_stored_again():
    assert follow(at(3), rows(1, 2, 3, 4)).fresh == rows(4)


def test_a_dcu_that_lost_its_newest_records_goes_on_in_a_new_epoch():
    row = rows(90)[0]
    assert fall_back(at(96), 90, row, (7, 1090)) == Position(2, 90, mark(7, 1090))


def test_a_dcu_with_other_records_begins_at_one():
    assert fall_back(at(96), 90, rows(90)[0], (7, 4)) == Position(2, 0, "")
    assert fall_back(at(96), 90, rows(90)[0], None) == Position(2, 0, "")
    assert fall_back(at(96), 0, None, None) == Position(2, 0, "")


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
