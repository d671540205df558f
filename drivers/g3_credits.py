"""How many packets a G3 module has room for: known from its confirms and its indications."""

from hal import coop
from wire.ip6 import PACKET_MAX

# (octets of a packet, how many buffers of that size, bit of BUFFER.indication)
ROOMS = ((100, 3, 0x04), (400, 3, 0x02), (PACKET_MAX, 1, 0x01))


class Credits:
    """`take` gives the size of the buffer that a packet will be in; it is given back by `give`."""

    def __init__(self):
        self._left = {size: count for size, count, _ in ROOMS}
        self._is_full = {size: False for size, _, _ in ROOMS}
        self._moved = coop.Event()

    def take(self, octets):
        """The smallest that is free, or None."""
        for size, _, _ in ROOMS:
            if octets <= size and self._left[size] and not self._is_full[size]:
                self._left[size] -= 1
                return size
        return None

    def give(self, size):
        for room, count, _ in ROOMS:
            if room == size:
                self._left[room] = min(count, self._left[room] + 1)
        self._moved.set()

    def indicated(self, bits):
        """Where it says that it has none, there is none; where it says that it has, the packets
        that are on their way to it may already be too many, so that more are not believed."""
        for size, _, bit in ROOMS:
            self._is_full[size] = not bits & bit
        self._moved.set()

    def refused(self, size):
        """It had no room after all: wait until it says so, or for a while."""
        self._is_full[size] = True

    def doubted(self):
        """An indication may have been lost: try anew."""
        for size, _, _ in ROOMS:
            self._is_full[size] = False
            self._left[size] = max(1, self._left[size])

    def wake(self):
        """Whoever waits is to look anew."""
        self._moved.set()

    async def wait(self, limit_ms):
        """Until something has changed, at most so long."""
        self._moved.clear()
        try:
            await coop.within_ms(limit_ms, self._moved.wait())
        except coop.Expired:
            self.doubted()
