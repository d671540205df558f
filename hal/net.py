"""TCP, both ways, and UDP, over sockets that never block. See hal/README.md, "Streams".

What is said on a stream is the matter of wire/ and of those who hold the stream.
"""

import errno
import os
import socket
import sys

from hal import coop
from hal.clock import Clock
from hal.errors import PortError
from hal.reasons import reason

if sys.implementation.name == "micropython":
    from hal import net_upy as _own
else:
    from hal import net_cpython as _own

WRITE_MS = 60_000  # a peer that takes nothing for so long has failed
CLIENTS_MAX = 32  # of one server at a time; one more is closed at once
_BACKLOG = 8
_NO_ROOM_MS = 200  # pause after an accept that failed for want of descriptors
_FREE_PORTS = (20_000, 12_000)  # first and count: below what Linux gives to outgoing calls
_FREE_PORT_TRIES = 50
_UDP_MAX = 65_507

_REFUSALS = (errno.ECONNREFUSED, errno.ECONNRESET)

# Linux numbers (MicroPython names none): level, option, value.
_REUSE_ADDRESS = (1, 2, 1)
_OPTIONS = (
    (6, 1, 1),  # TCP_NODELAY: a frame goes out when it is written
    (6, 18, 60_000),  # TCP_USER_TIMEOUT: what is not acknowledged for 60 s breaks the link
    (1, 9, 1),  # SO_KEEPALIVE, and its idle time, interval (s) and count: a dead idle link
    (6, 4, 60),
    (6, 5, 20),
    (6, 6, 3),
)


async def connect(host, port, timeout_ms):
    """A Stream. PortError, naming host and port, when there is none within `timeout_ms`."""
    name = f"{host}:{port}"
    clock = Clock()
    silence = PortError(f"{name}: no answer within {timeout_ms} ms")
    try:
        rows = await coop.within_ms(timeout_ms, addresses(name, host, port, socket.SOCK_STREAM))
    except coop.Expired:
        raise silence
    failure = silence
    for row in rows:
        try:
            stream = await _reached(name, row, timeout_ms - clock.ticks_ms())
        except OSError as error:
            failure = PortError(f"{name}: {reason(error)}")
            continue
        if stream:
            return stream
        failure = silence
    raise failure


async def answers(host, port, timeout_ms):
    """Whether anything is there: also who refuses has answered. PortError when the name is not
    known. TCP, as a ping needs rights, and many networks drop it."""
    name = f"{host}:{port}"
    clock = Clock()
    for row in await addresses(name, host, port, socket.SOCK_STREAM):
        try:
            stream = await _reached(name, row, timeout_ms - clock.ticks_ms())
        except OSError as error:
            if error.errno in _REFUSALS:
                return True
            continue
        if stream:
            await stream.close()
            return True
    return False


async def _reached(name, row, limit_ms):
    """A Stream, or None when nobody answers within the limit; OSError when it is refused, or
    when the machine has no such network: a name may have an IPv6 address before an IPv4 one."""
    stream = Stream(new_socket(row, socket.SOCK_STREAM), name)
    is_connected = False
    try:
        is_connected = await _dial(stream.socket, row[-1], limit_ms)
    finally:
        if not is_connected:
            await stream.close()
    return stream if is_connected else None


async def _dial(link, address, limit_ms):
    """False when nobody answers within the limit; OSError when it is refused."""
    _set_options(link, _OPTIONS)
    try:
        link.connect(address)
    except OSError as error:
        if error.errno != errno.EINPROGRESS:
            raise error
    if not await coop.writable(link, limit_ms):
        return False
    link.send(b"")  # tells what became of the connection
    return True


def new_socket(row, kind):
    made = socket.socket(row[0], kind)
    made.setblocking(False)
    return made


async def addresses(name, host, port, kind):
    try:
        return await _own.look_up(host, port, kind)
    except OSError:
        raise PortError(f"{name}: the name {host} is not known; check it, and the name server")


async def serve(handler, host, port):
    """A Server; `await handler(stream)` runs for each client, and the stream is then closed.

    port 0 takes a free one. PortError when `port` is in use.
    """
    ports = _free_ports() if port == 0 else [port]
    listener, port = await _bound(socket.SOCK_STREAM, host, ports, (_REUSE_ADDRESS,))
    listener.listen(_BACKLOG)
    return Server(listener, f"{host}:{port}", port, handler)


class Server:
    def __init__(self, listener, name, port, handler):
        self.port = port
        self._name = name
        self._listener = listener
        self._handler = handler
        self._clients = []  # their tasks
        self._accepting = coop.spawn(self._accept())

    async def close(self):
        """Close the port and the clients; on return their handlers have ended."""
        await coop.stop(self._accepting)  # first: the last handler has then begun, and will end
        self._listener.close()
        await coop.stop(*self._clients)

    async def _accept(self):
        while True:
            await coop.readable(self._listener, None)
            try:
                link, address = self._listener.accept()
            except OSError:
                await coop.sleep_ms(_NO_ROOM_MS)
                continue
            self._clients = [task for task in self._clients if not task.done()]
            if len(self._clients) >= CLIENTS_MAX:
                link.close()
                continue
            link.setblocking(False)
            stream = Stream(link, "%s:%d" % _own.host_and_port(address))
            self._clients.append(coop.spawn(self._serve(stream)))

    async def _serve(self, stream):
        try:
            _set_options(stream.socket, _OPTIONS)
            await self._handler(stream)
        except (OSError, PortError):
            pass  # the client has gone, which is its right
        finally:
            await stream.close()


class Stream:
    """One TCP connection. `peer` is "host:port" of the other end."""

    def __init__(self, link, peer):
        self.socket, self.peer = link, peer
        self._is_open = True
        self._writing = coop.Lock()

    async def read(self, size, timeout_ms):
        """1 to `size` octets as soon as there are any; b"" after the silence.

        PortError when the peer has closed or reset the connection.
        """
        self._check_open()
        if not await coop.readable(self.socket, timeout_ms):
            return b""
        self._check_open()
        try:
            data = self.socket.recv(size)
        except OSError as error:
            if error.errno == errno.EAGAIN:
                return b""
            raise self._failure(error)
        if not data:
            raise PortError(f"{self.peer}: closed by the peer")
        return data

    async def write(self, data):
        """Returns when the system has taken all. PortError when it does not within WRITE_MS."""
        async with self._writing:
            left = memoryview(data)
            while len(left):
                self._check_open()
                if not await coop.writable(self.socket, WRITE_MS):
                    raise PortError(f"{self.peer}: takes no data")
                self._check_open()
                try:
                    left = left[self.socket.send(left) :]
                except OSError as error:
                    if error.errno != errno.EAGAIN:
                        raise self._failure(error)

    async def close(self):
        """Who still reads or writes gets a PortError. A second time does nothing."""
        if self._is_open:
            self._is_open = False
            coop.release(self.socket)
            self.socket.close()

    def _check_open(self):
        if not self._is_open:
            raise PortError(f"{self.peer}: closed")

    def _failure(self, error):
        return PortError(f"{self.peer}: {reason(error)}")


async def open_udp(host, port):
    """A Udp that receives on `port` of `host` ("0.0.0.0": every network); 0 takes a free one."""
    ports = _free_ports() if port == 0 else [port]
    bound, port = await _bound(socket.SOCK_DGRAM, host, ports, ())
    return Udp(bound, port)


class Udp:
    """Datagrams. `port` is our own. A message to nobody is not noticed."""

    def __init__(self, bound, port):
        self.socket, self.port = bound, port
        self._writing = coop.Lock()

    async def read(self, timeout_ms):
        """(message, host, port), or None after the silence."""
        if not await coop.readable(self.socket, timeout_ms):
            return None
        try:
            message, address = self.socket.recvfrom(_UDP_MAX)
        except OSError:
            return None  # a datagram we sent earlier was refused, or closed meanwhile
        return (message,) + _own.host_and_port(address)

    async def write(self, message, host, port):
        """PortError when it cannot be sent."""
        name = f"{host}:{port}"
        rows = await addresses(name, host, port, socket.SOCK_DGRAM)
        async with self._writing:
            await coop.writable(self.socket, WRITE_MS)
            try:
                self.socket.sendto(message, rows[0][-1])
            except OSError as error:
                raise PortError(f"{name}: {reason(error)}")

    def close(self):
        coop.release(self.socket)
        self.socket.close()


async def _bound(kind, host, ports, options):
    """(socket, port): bound to the first of `ports` that is free."""
    for port in ports:
        row = (await addresses(f"{host}:{port}", host, port, kind))[0]
        bound = None
        try:
            bound = new_socket(row, kind)
            _set_options(bound, options)
            bound.bind(row[-1])
            return bound, port
        except OSError as error:
            if bound:
                bound.close()
            failure = PortError(f"{host}:{port}: {reason(error)}")
            if error.errno != errno.EADDRINUSE:
                break
    raise failure


def _free_ports():
    """Ports to try: MicroPython cannot ask the system which one it chose."""
    first, count = _FREE_PORTS
    start = int.from_bytes(os.urandom(4), "big")
    return [first + (start + step * 7) % count for step in range(_FREE_PORT_TRIES)]


def _set_options(socket_, options):
    for level, option, value in options:
        socket_.setsockopt(level, option, value)
