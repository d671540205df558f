"""A journal from its newest record on."""

from dcu import newest
from tests.dual.northbound import CardboardJournal


def numbers_of(count, gone=0):
    journal = CardboardJournal([b"x"] * count, gone)
    return [[number for number, _ in block] for block in newest.blocks(journal)]


def test_each_record_comes_once_the_newest_first_in_pieces():
    for count, gone in ((0, 0), (1, 0), (256, 0), (257, 0), (600, 100)):
        blocks = numbers_of(count, gone)
        together = [number for block in blocks for number in block]
        assert together == list(range(count, gone, -1)), (count, gone)
        assert max([0] + [len(block) for block in blocks]) <= 256


def test_of_a_long_journal_only_so_many_are_looked_through():
    most, newest.SEARCHED_MAX = newest.SEARCHED_MAX, 512
    try:
        assert [len(block) for block in numbers_of(600)] == [256, 256]
        assert [len(block) for block in numbers_of(512)] == [256, 256]
        newest.SEARCHED_MAX = 513
        assert [len(block) for block in numbers_of(600)] == [256, 256, 88]
    finally:
        newest.SEARCHED_MAX = most
