"""What was collected waits for the disk, and reaches it in order."""

from dcu.readings import PIECE_ROWS, WAITING_MAX
from tests.dual.cardboard import Plant


def test_rows_beyond_the_bound_are_dropped_oldest_first_and_counted():
    plant = Plant(0)
    plant.store.is_full = True
    for mp in range(WAITING_MAX + 5):
        plant.readings.put(1 + mp % 1000, mp, ())
    assert (plant.readings.unstored, plant.readings.lost) == (WAITING_MAX, 5)
    plant.store.is_full = False
    assert plant.readings.commit()
    assert plant.store.rows[0][1] == 5


def test_a_disk_that_refused_is_tried_with_a_piece_and_then_takes_all_in_order():
    plant = Plant(0)
    tried, put = [], plant.readings._put_reading
    plant.readings._put_reading = lambda *row: (tried.append(row), put(*row))
    for n in range(10 * PIECE_ROWS):
        plant.readings.put(1, n, ())
    plant.store.is_full = True
    for expected in (10 * PIECE_ROWS, PIECE_ROWS, PIECE_ROWS):
        del tried[:]
        assert not plant.readings.commit()
        assert len(tried) == expected
    plant.store.is_full = False
    assert plant.readings.commit()
    assert plant.store.commits == 4  # 16, 32, 64 and the rest
    assert [row[1] for row in plant.store.rows] == list(range(10 * PIECE_ROWS))
    assert plant.readings.unstored == 0


def test_a_disk_that_refuses_is_told_once_and_again_when_it_takes_all():
    plant = Plant(0)
    said = []
    plant.readings._log = lambda part, text: said.append(text)
    plant.readings.put(1, 900, ())
    for is_full in (True, True, True, False, False, True):
        plant.store.is_full = is_full
        plant.readings.put(2, 900, ())
        plant.readings.commit()
    heads = [text.split(":")[0] for text in said]
    lost = "stores again; 0 readings lost meanwhile"
    assert heads == ["2 readings not stored yet", lost, "1 reading not stored yet"]


def test_a_disk_that_takes_little_at_a_time_gets_it_once():
    plant = Plant(0)
    commits, commit = [], plant.store.commit

    def one_in_three():
        commits.append(1)
        plant.store.is_full = len(commits) % 3 != 2
        commit()

    plant.store.commit = one_in_three
    for n in range(10 * PIECE_ROWS):
        plant.readings.put(1, n, ())
        plant.readings.put_about(commits.count, 2)
    for _ in range(30):
        plant.readings.commit()
    assert [row[1] for row in plant.store.rows] == list(range(10 * PIECE_ROWS))


def test_what_speaks_of_data_is_written_after_all_of_them():
    plant, seen = Plant(0), []
    plant.store.is_full = True
    for n in range(3 * PIECE_ROWS):
        plant.readings.put_about(lambda: seen.append(len(plant.store.rows)))
        plant.readings.put(1, n, ())
    assert not plant.readings.commit()
    plant.store.is_full = False
    plant.readings.commit()
    assert seen == [3 * PIECE_ROWS] * 3 * PIECE_ROWS
