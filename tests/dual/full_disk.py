"""A disk that is full to its last octet, and a store that is to go on with it."""

from hal.errors import PortError
from storage.ballast import Ballast

COLUMNS = ("import_wh", "export_wh")
METERS = 8
PERIOD_S = 900
ROWS = 16  # a commit


def zeros(count):
    return bytes(count)


class Full:
    """A store as `open_(disk)` opens it, on a disk that takes `room` octets beside the `ballast`,
    and is full of records in a journal of `capacity`."""

    def __init__(self, open_, disk, room, capacity, ballast):
        self._open = open_
        self._capacity = capacity
        self.disk = disk
        self.ballast = Ballast(disk, zeros, ballast)
        self.ballast.make()
        self._begin()
        self.stored = 0
        disk.room = room
        while self.stores():
            pass
        disk.room = 0

    def _begin(self):
        store = self._open(self.disk)
        self._store = store
        self._profile = store.profile("registers", PERIOD_S, 96, COLUMNS)
        self.journal = store.journal("readings", self._capacity)

    def stores(self):
        """Whether the disk takes one more commit."""
        try:
            for n in range(self.stored, self.stored + ROWS):
                row = (1 + n % METERS, PERIOD_S * (1 + n // METERS), (n, -n))
                self._profile.put(*row)
                self.journal.append(b"%060d" % n)
            self._store.commit()
        except PortError:
            return False
        self.stored += ROWS
        return True

    def lets_go(self):
        try:
            return self.journal.drop_oldest(False)
        except PortError:
            return 0

    def held(self):
        """The payloads of the journal after a restart, as numbers."""
        self.disk.room = None
        self._begin()
        return [int(payload) for _, payload in self.journal.read(0, 1_000_000)]


def check_that_it_goes_on(open_, disk, room, capacity, ballast):
    """Nothing goes without the ballast; with its room all goes on, and what was stored is there
    but for the oldest, which were let go of."""
    full = Full(open_, disk, room, capacity, ballast)
    assert full.stored > 4 * ROWS
    assert not full.lets_go() and not full.stores()
    full.ballast.give_up()
    assert disk.room >= ballast
    gone = full.lets_go()
    assert gone
    for _ in range(60):
        if not full.stores():
            more = full.lets_go()
            assert more
            gone += more
            assert full.stores()
    held = [number for number in full.held() if number < full.stored]
    assert held == list(range(gone, full.stored))
    assert full.journal.evicted >= gone
