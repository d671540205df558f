"""The sockets of a module: which are in use, for whom, and who dials us."""

from drivers.modem_rows import CLOSED, DATA, INCOMING, LINKS_MAX, fill
from drivers.modem_stream import ModemStream
from hal import coop
from hal.errors import NoReply, PortError
from wire.at import number

_NUMBERS = 12  # of sockets, in the module that has the most
_UDP_PORT = 30_000  # our own, of link 0; the others follow


class Sockets:
    """`log(text)`."""

    def __init__(self, channel, clock, dialect, log):
        self._channel = channel
        self._clock = clock
        self._dialect = dialect
        self._log = log
        self._streams = {}  # by link
        self._next = 0
        self._server = None
        self.sent = self.received = 0  # by streams that are closed

    async def connect(self, host, port, timeout_ms, kind):
        """A stream. PortError, naming host and port, when there is none in time; NoReply when
        the module has said nothing at all."""
        name = f"{host}:{port}"
        link = self._free_link(name)
        row = self._dialect
        step = row.open_udp if kind == "UDP" and row.open_udp else row.open
        values = {"link": link, "kind": kind, "host": host, "port": port}
        values["own_port"] = _UDP_PORT + link
        stream = self._new_stream(link, name, kind)
        trouble = "cancelled"
        try:
            reply = await self._channel.ask(fill(step.command, values, timeout_ms))
            trouble = _trouble(step, reply)
        except NoReply:
            trouble = f"no answer within {timeout_ms} ms"
        finally:
            if trouble:
                await stream.close()  # the module may still be trying
        if trouble:
            if not await self._channel.is_there():
                raise NoReply(f"modem: silent when it was to connect to {name}")
            raise PortError(f"{name}: {trouble}")
        return stream

    def _free_link(self, name):
        """Numbers go round: a late word about the last socket is not for the next one."""
        for _ in range(LINKS_MAX):
            link = self._next
            self._next = (link + 1) % LINKS_MAX
            if link not in self._streams:
                return link
        raise PortError(f"{name}: all {LINKS_MAX} sockets of the modem are in use")

    def _new_stream(self, link, peer, kind):
        stream = ModemStream(
            self._channel, self._clock, self._dialect, link, peer, kind, self._forget
        )
        self._streams[link] = stream
        return stream

    def _forget(self, stream):
        self.sent += stream.sent
        self.received += stream.received
        if self._streams.get(stream.link) is stream:
            self._streams.pop(stream.link)

    async def serve(self, handler, port):
        if self._server:
            raise PortError("modem: it serves one port already")
        await self._channel.demand(fill(self._dialect.listen.command, {"port": port}))
        self._server = Server(self, handler, port)
        return self._server

    async def stop_serving(self):
        self._server = None
        try:
            await self._channel.ask(self._dialect.unlisten.command)
        except (NoReply, PortError):
            pass  # it serves nobody any more

    def take(self, urc, line):
        """A notification about one socket."""
        link = number(line, urc.link)
        if link is None or not 0 <= link < _NUMBERS:
            return
        stream = self._streams.get(link)
        if urc.meaning == INCOMING:
            self._admit(link, _peer(line, urc.peer))
        elif stream and urc.meaning == DATA:
            stream.has_more()
        elif stream and urc.meaning == CLOSED:
            stream.ends("closed by the peer")

    def _admit(self, link, peer):
        old = self._streams.get(link)
        if self._server and not self._server.is_full():
            if old:
                old.ends("its socket serves another", is_empty=True)
            self._server.admit(self._new_stream(link, peer, "TCP"))
        elif not old:
            self._log(f"{peer} dials, and nobody listens")
            coop.spawn(self._new_stream(link, peer, "TCP").close())

    def end_all(self, text):
        """The context is gone, and every socket with it."""
        self._server = None
        for stream in list(self._streams.values()):
            stream.ends(text, is_empty=True)
            self._forget(stream)

    def octets(self):
        """(sent, received) by all streams there have been."""
        streams = list(self._streams.values())
        sent = self.sent + sum([stream.sent for stream in streams])
        return sent, self.received + sum([stream.received for stream in streams])


class Server:
    """As that of hal/net.py."""

    def __init__(self, sockets, handler, port):
        self.port = port
        self._sockets = sockets
        self._handler = handler
        self._clients = []  # their tasks

    def is_full(self):
        """A module that says more clients than it has sockets is not believed."""
        self._clients = [task for task in self._clients if not task.done()]
        return len(self._clients) >= _NUMBERS

    def admit(self, stream):
        self._clients.append(coop.spawn(self._serve(stream)))

    async def _serve(self, stream):
        try:
            await self._handler(stream)
        except PortError:
            pass  # the client has gone, which is its right
        finally:
            await stream.close()

    async def close(self):
        """Close the port and the clients; on return their handlers have ended."""
        await self._sockets.stop_serving()
        await coop.stop(*self._clients)


def _trouble(step, reply):
    """Why it was refused; "" when it was not."""
    if not reply.is_good:
        return reply.last.text
    if step.code is not None and number(reply.last, step.code) != 0:
        return reply.last.text
    return ""


def _peer(line, index):
    """ "host:port"; some say no port."""
    parts = line.fields[index:]
    return parts[0] if parts and ":" in parts[0] else ":".join(parts[:2]) or "?"
