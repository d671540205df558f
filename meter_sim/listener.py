"""A meter at a port of IP, over TCP or UDP: sockets around wrapper.py."""

import socket
from collections import OrderedDict

from meter_sim.loop import now_ms
from meter_sim.port import PortUnusable
from meter_sim.wrapper import Wrapper

READ_MAX = 65_536
PEERS_MAX = 16  # of one meter: connections, or addresses over UDP that it remembers


def bound(host, port, kind):
    """A socket of `kind` at host and port; port 0 is any."""
    bound_socket = socket.socket(socket.AF_INET, kind)
    bound_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, kind == socket.SOCK_STREAM)
    try:
        bound_socket.bind((host, port))
    except OSError as error:
        bound_socket.close()
        raise PortUnusable(f"cannot listen at {host}:{port}: {error.strerror}") from None
    bound_socket.setblocking(False)
    return bound_socket


class TcpListener:
    """utc_s() -> the time the meters live in; after() is called when something was heard."""

    def __init__(self, loop, meter, host, port, utc_s, after):
        self._loop = loop
        self._meter = meter
        self._utc_s = utc_s
        self._after = after
        self._peers = set()
        self._socket = bound(host, port, socket.SOCK_STREAM)
        self._socket.listen()
        self.port = self._socket.getsockname()[1]
        loop.watch(self._socket, self._accept)

    def close(self):
        for peer in list(self._peers):
            self._drop(peer)
        self._socket.close()

    def _accept(self):
        peer, _ = self._socket.accept()
        if len(self._peers) == PEERS_MAX:
            peer.close()
            return
        peer.setblocking(False)
        self._peers.add(peer)
        wrapper = Wrapper(self._meter)
        self._loop.watch(peer, lambda: self._take(peer, wrapper))

    def _take(self, peer, wrapper):
        try:
            octets = peer.recv(READ_MAX)
        except OSError:
            octets = b""
        answer = wrapper.receive(octets, self._utc_s()) if octets else b""
        if answer:
            when_ms = now_ms() + self._meter.reply_after_ms
            self._loop.at(when_ms, lambda said: self._say(peer, said), answer)
        if not octets or wrapper.is_broken:
            self._drop(peer)
        self._after()

    def _say(self, peer, answer):
        if peer not in self._peers:
            return
        try:
            sent = peer.send(answer)
        except OSError:
            sent = 0
        if sent < len(answer):
            self._drop(peer)  # it does not read what it asked for

    def _drop(self, peer):
        if peer in self._peers:
            self._peers.remove(peer)
            self._loop.unwatch(peer)
            peer.close()


class UdpListener:
    def __init__(self, loop, meter, host, port, utc_s, after):
        self._loop = loop
        self._meter = meter
        self._utc_s = utc_s
        self._after = after
        self._wrappers = OrderedDict()  # by address of the peer; who was heard last is last
        self._socket = bound(host, port, socket.SOCK_DGRAM)
        self.port = self._socket.getsockname()[1]
        loop.watch(self._socket, self._take)

    def close(self):
        self._socket.close()

    def _take(self):
        try:
            octets, peer = self._socket.recvfrom(READ_MAX)
        except OSError:
            return  # an answer before could not be delivered
        answer = self._of(peer).datagram(octets, self._utc_s())
        if answer:
            when_ms = now_ms() + self._meter.reply_after_ms
            self._loop.at(when_ms, lambda said: self._say(peer, said), answer)
        self._after()

    def _of(self, peer):
        wrapper = self._wrappers.pop(peer, None) or Wrapper(self._meter, stream_max=1)
        self._wrappers[peer] = wrapper
        if len(self._wrappers) > PEERS_MAX:
            self._wrappers.popitem(last=False)
        return wrapper

    def _say(self, peer, answer):
        try:
            self._socket.sendto(answer, peer)
        except OSError:
            pass  # UDP promises nothing
