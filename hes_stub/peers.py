"""DCUs over UDP: one socket for all, a Link for each address and port that has logged in.

Nobody is told that a peer is closed here: a DCU whose heartbeats are not answered logs in again.
What is lost on the way is not repeated; the question fails, and the link is closed.
"""

import asyncio

from hes_stub.events import say
from hes_stub.link import UNSENT_MAX
from wire import qgdw3761
from wire.demux import Demux
from wire.errors import WireError

SILENT_S = 7_500  # twice the longest period of heartbeats: then a peer has gone
_LOGIN_MAX = 256  # octets looked at
STRANGERS_TOLD = 64  # addresses, then they are told anew


class Peers(asyncio.DatagramProtocol):
    """`new_link()` gives a hes_stub.link.Link; its first datagram must be a login."""

    def __init__(self, new_link):
        self._new_link = new_link
        self._socket = None
        self._peers = {}  # address: Peer
        self._strangers = set()

    def connection_made(self, transport):
        self._socket = transport

    def datagram_received(self, data, address):
        peer = self._peers.get(address)
        if peer:
            peer.link.data_received(data)
        elif _is_login(data):
            peer = self._peers[address] = Peer(self, address, self._new_link())
            peer.link.connection_made(peer)
            peer.link.data_received(data)
        else:
            self._tell(address)

    def error_received(self, error):
        """That nobody is at a port any more does not say at which."""

    def send(self, data, address):
        """Dropped while the system takes nothing, as it might be on the way."""
        is_full = self._socket.get_write_buffer_size() > UNSENT_MAX
        if not is_full and not self._socket.is_closing():
            self._socket.sendto(data, address)

    def forget(self, peer):
        self._peers.pop(peer.address, None)

    def _tell(self, address):
        if address not in self._strangers:
            if len(self._strangers) >= STRANGERS_TOLD:
                self._strangers.clear()
            self._strangers.add(address)
            say(f"{address[0]}:{address[1]} sent what is dropped: it has not logged in over UDP")


class Peer:
    """What a Link needs of a transport, for one address."""

    def __init__(self, peers, address, link):
        self._peers = peers
        self.address = address
        self.link = link
        self._is_closing = False
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(SILENT_S, self._look)

    def get_extra_info(self, name):
        return self.address

    def write(self, data):
        if not self._is_closing:
            self._peers.send(data, self.address)

    def get_write_buffer_size(self):
        return 0

    def is_closing(self):
        return self._is_closing

    def close(self):
        if not self._is_closing:
            self._is_closing = True
            self._timer.cancel()
            self._peers.forget(self)
            self._loop.call_soon(self.link.connection_lost, None)

    abort = close

    def _look(self):
        left_s = self.link.heard_s + SILENT_S - self._loop.time()
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look)
        else:
            self.link.silent(SILENT_S)


def _is_login(data):
    """Whether it begins with one; it may be from anybody."""
    demux = Demux()
    try:
        demux.feed(data[:_LOGIN_MAX])
        kind, frame = demux.next_message() or ("", None)
        if kind != "gdw" or frame.afn != qgdw3761.AFN_LINK:
            return False
        return qgdw3761.parse_link(frame).function == qgdw3761.LOGIN
    except WireError:
        return False
