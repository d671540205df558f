"""One peer over UDP, with the methods of hal.net.Stream.

Nobody is dialled: whether the peer is there only its messages say.
"""

import errno
import socket

from hal import coop, net
from hal.errors import PortError
from hal.reasons import reason

WRITE_MS = 10_000
_SIZE_MAX = 65_507


async def connect(host, port, timeout_ms):
    """A Datagrams; the system drops what others send. PortError when the name is not known."""
    name = f"{host}:{port}"
    try:
        rows = await coop.within_ms(timeout_ms, net.addresses(name, host, port, socket.SOCK_DGRAM))
    except coop.Expired:
        raise PortError(f"{name}: the name server does not answer")
    link = net.new_socket(rows[0], socket.SOCK_DGRAM)
    try:
        link.connect(rows[0][-1])
    except OSError as error:
        link.close()
        raise PortError(f"{name}: {reason(error)}")
    return Datagrams(link, name)


class Datagrams:
    """One write is one message; one message may take several reads. Of those that come faster
    than they are read, the system drops what it cannot hold."""

    def __init__(self, link, peer):
        self.socket = link
        self.peer = peer
        self._left = b""
        self._is_open = True
        self._writing = coop.Lock()

    async def read(self, size, timeout_ms):
        """1 to `size` octets of a message; b"" after the silence, or when a message is empty.

        PortError when the peer's machine says that nobody is at this port.
        """
        if not self._left:
            self._check_open()
            if not await coop.readable(self.socket, timeout_ms):
                return b""
            self._check_open()
            try:
                self._left = self.socket.recv(_SIZE_MAX)
            except OSError as error:
                if error.errno == errno.EAGAIN:
                    return b""
                raise PortError(f"{self.peer}: {reason(error)}")
        data, self._left = self._left[:size], self._left[size:]
        return data

    async def write(self, data):
        async with self._writing:
            self._check_open()
            if not await coop.writable(self.socket, WRITE_MS):
                raise PortError(f"{self.peer}: takes no data")
            self._check_open()
            try:
                self.socket.send(data)
            except OSError as error:
                raise PortError(f"{self.peer}: {reason(error)}")

    async def close(self):
        """Who still reads gets a PortError. A second time does nothing."""
        if self._is_open:
            self._is_open = False
            coop.release(self.socket)
            self.socket.close()

    def _check_open(self):
        if not self._is_open:
            raise PortError(f"{self.peer}: closed")
