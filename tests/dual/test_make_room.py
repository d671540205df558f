"""What goes first when the disk is full, and what last."""

from dcu.make_room import ROOM_MIN, Room
from hal.errors import PortError
from storage.ballast import Ballast
from storage.files import FileStore
from tests.disk import Disk

CAPACITY = 16


class Full:
    """As much of a Dcu as has records: of each kind a full journal, half of it acknowledged."""

    def __init__(self):
        self.store = FileStore(Disk())
        self.attempts = Holder(self._journal("attempts"))
        self.alarms = Holder(self._journal("alarms"))
        self.readings = self._journal("readings")
        self.records = self._journal("records")
        self.files = Files()
        self.kept = Kept()
        self.said = []
        self.log = lambda part, text: self.said.append(text)
        self.ballast = Ballast(Disk(), bytes, 4096)
        self.room = Room(self, self.ballast)

    def _journal(self, name):
        journal = self.store.journal(name, CAPACITY)
        for _ in range(CAPACITY):
            journal.append(b"x")
            journal.commit()
        journal.acknowledge(CAPACITY // 2)
        return journal


class Files:
    found = (5, 97)

    def room(self):
        return self.found


class Kept:
    is_failing = False
    tries = 0

    def commit(self):
        self.tries += 1


class Holder:
    def __init__(self, journal):
        self.journal = journal


def test_alarms_go_last_and_what_the_hes_has_before_what_it_has_not():
    dcu = Full()
    gone = []
    while True:
        text = dcu.room.make()
        if not text:
            break
        gone.append(text)
    kinds = [text[2:] for text in gone]
    assert [text[:2] for text in gone] == ["2 "] * len(gone)
    order = [kind for n, kind in enumerate(kinds) if kind not in kinds[:n]]
    whats = ("readings", "records", "alarms")
    had = [f"{what} that the HES has" for what in whats]
    assert order == ["failed attempts"] + had + list(whats)
    assert [kinds.count(kind) for kind in order] == [7, 4, 4, 4, 3, 3, 3]
    assert dcu.readings.evicted == dcu.alarms.journal.evicted == 6  # and counted


def test_a_disk_that_does_not_take_even_that_is_no_error():
    dcu = Full()

    def refuses(acknowledged):
        raise PortError("disk")

    dcu.attempts.journal.drop_oldest = refuses
    assert dcu.room.make() == ""


def test_the_ballast_goes_when_the_store_is_refused_and_comes_back_when_there_is_room_for_it():
    dcu = Full()
    ballast, room, enough = dcu.ballast, dcu.room, ROOM_MIN + 4096
    for free, is_failing, is_there in (
        (enough - 1, False, False),
        (enough, False, True),
        (0, False, True),  # it is kept for the day on which the store is refused
        (enough, True, False),
        (enough, True, False),
        (enough - 1, False, False),
        (enough, False, True),
    ):
        dcu.files.found, dcu.kept.is_failing = (free, 50), is_failing
        room.keep_ballast()
        assert (ballast.is_there, room.is_refused) == (is_there, is_failing), free
    assert len(dcu.said) == 1 and "ballast" in dcu.said[0]
    room.try_again()
    assert dcu.kept.tries == 1


def test_a_disk_that_refuses_the_ballast_or_says_nothing_is_no_error():
    dcu = Full()
    dcu.files.found = None
    dcu.room.keep_ballast()
    dcu.files.found = (ROOM_MIN + 4096, 50)
    dcu.ballast._files.room = 4095
    dcu.room.keep_ballast()
    assert not dcu.ballast.is_there


def test_room_within_the_store_is_room():
    dcu = Full()
    assert dcu.room.found() == (5, 97)
    dcu.store.spare_octets = lambda: 100
    assert dcu.room.found() == (105, 97)
    dcu.files.found = None
    assert dcu.room.found() is None
