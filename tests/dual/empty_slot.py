"""The module slot of a DCU that nothing is plugged into."""

from dcu.plc import Plc
from dcu.plc_book import Book
from dcu.plc_door import Door
from tests.kept import Kept


def no_slot(settings, archive, clock):
    book = Book(Kept())
    door = Door(archive, settings, book, clock, None)
    return Plc(settings, archive, door, book, None, clock, None)
