"""What goes first when the disk is full, and what last."""

from dcu.make_room import make_room, room_of
from hal.errors import PortError
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
        self.files = self
        self.found = (5, 97)

    def room(self):
        return self.found

    def _journal(self, name):
        journal = self.store.journal(name, CAPACITY)
        for _ in range(CAPACITY):
            journal.append(b"x")
            journal.commit()
        journal.acknowledge(CAPACITY // 2)
        return journal


class Holder:
    def __init__(self, journal):
        self.journal = journal


def test_alarms_go_last_and_what_the_hes_has_before_what_it_has_not():
    dcu = Full()
    gone = []
    while True:
        text = make_room(dcu)
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
    assert make_room(dcu) == ""


def test_room_within_the_store_is_room():
    dcu = Full()
    assert room_of(dcu) == (5, 97)
    dcu.store.spare_octets = lambda: 100
    assert room_of(dcu) == (105, 97)
    dcu.found = None
    assert room_of(dcu) is None
