"""The network behind a simulated module: real TCP and UDP of this machine, on the loop.

dial(kind, host, port, link) -> transport   link.opened, .failed, .arrived, .closed are called
listen(port, accept) -> door or None        accept(host, port, transport) -> link or None
ping(host) -> ms or None; resolve(name) -> address or None
A transport has send(octets), close() and, over UDP, towards(host, port).
"""

import errno
import socket

from meter_sim.loop import WRITABLE, now_ms

READ_MAX = 4096
RETRY_MS = 10
PING_MS = 60
UNDER_WAY = (0, errno.EINPROGRESS)


class Network:
    """`is_dark`: nobody answers a ping, and nothing new is reached. `host` is where it listens."""

    def __init__(self, loop, host="127.0.0.1"):
        self._loop = loop
        self._host = host
        self.is_dark = False

    def dial(self, kind, host, port, link):
        udp = kind == "UDP"
        peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        peer.setblocking(False)
        transport = Transport(self._loop, peer, link)
        try:
            result = 0 if udp and not host else peer.connect_ex((host, port))
        except OSError:
            result = errno.EINVAL  # no such name
        if self.is_dark or result not in UNDER_WAY:
            self._loop.at(now_ms(), lambda _: transport.fail())
        else:
            self._loop.watch(peer, transport.connected, WRITABLE)
            transport.is_watched = True
        return transport

    def listen(self, port, accept):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, port))
        except OSError:
            listener.close()
            return None
        listener.listen()
        return Door(self._loop, listener, accept)

    def ping(self, host):
        return None if self.is_dark else PING_MS

    def resolve(self, name):
        try:
            return None if self.is_dark else socket.gethostbyname(name)
        except OSError:
            return None


class Door:
    def __init__(self, loop, listener, accept):
        self._loop = loop
        self._listener = listener
        self._accept = accept
        loop.watch(listener, self._take)

    def _take(self):
        peer, (host, port) = self._listener.accept()
        peer.setblocking(False)
        transport = Transport(self._loop, peer, None)
        transport.link = self._accept(host, port, transport)
        if transport.link:
            transport.listen()
        else:
            transport.close()

    def close(self):
        self._loop.unwatch(self._listener)
        self._listener.close()


class Transport:
    def __init__(self, loop, peer, link):
        self._loop = loop
        self._peer = peer
        self._waiting = b""
        self.link = link
        self.is_watched = False

    def connected(self):
        """The connection stands, or it could not be made."""
        self._unwatch()
        if self._peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.fail()
            return
        self.listen()
        self.link.opened()

    def fail(self):
        if self._peer.fileno() >= 0:
            self.close()
            self.link.failed()

    def listen(self):
        self._loop.watch(self._peer, self._read)
        self.is_watched = True

    def towards(self, host, port):
        self._peer.connect((host, port))

    def send(self, octets):
        was_idle, self._waiting = not self._waiting, self._waiting + octets
        if was_idle:
            self._flush()

    def _flush(self, _=b""):
        if self._peer.fileno() < 0:
            return
        try:
            sent = self._peer.send(self._waiting)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # reading tells
        self._waiting = self._waiting[sent:]
        if self._waiting:
            self._loop.at(now_ms() + RETRY_MS, self._flush)

    def _read(self):
        try:
            octets = self._peer.recv(READ_MAX)
        except OSError:
            octets = b""
        if octets:
            self.link.arrived(octets)
        else:
            self._unwatch()
            self.link.closed()

    def close(self):
        if self._peer.fileno() >= 0:
            self._unwatch()
            self._peer.close()

    def _unwatch(self):
        if self.is_watched:
            self._loop.unwatch(self._peer)
            self.is_watched = False
