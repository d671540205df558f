"""Server mode over TCP: tools and head-end systems that dial the DCU.

Closed until a port is set, and who may come. Who comes in this way and may do more than the
public client must have a password: nobody has dialled them, so nobody knows who they are.

Reference: IEC 62056-47 (wrapper; its port is 4059).
"""

from dcu.cosem_row import PUBLIC
from dcu.desk import Desk
from dcu.pace import FRAMES_MAX, FRAMES_MS, Pace, paced
from hal import coop
from hal.errors import PortError, WireError
from wire import association, wrapper

PEERS_MAX = 4  # at once; one more is closed
IDLE_MS = 180_000  # a peer that is silent for so long has gone
BAD_PIECES_MAX = 5  # damaged frames of one connection
ANYWHERE = "0.0.0.0"
ANYBODY = "any"  # of server.peers
NOBODY = "server.peers is empty, and nobody is let in"
LOOK_MS = 1_000
_READ_SIZE = 1024


def let_in(clients):
    """The `clients` (dcu/cosem.py) without those that may do more than the public one and need
    no password."""
    known = [sap for sap in clients if sap == PUBLIC or clients[sap].mechanism != association.NONE]
    return {sap: clients[sap] for sap in known}


def why_not(settings, host):
    """Why `server.peers` does not let this address in, or ""."""
    allowed = settings.get("server.peers").split(",")
    if allowed == [""]:
        return NOBODY
    return "" if allowed == [ANYBODY] or host in allowed else "it is not in server.peers"


def door_of(settings, key, log, open_port, close_port):
    """The Door of the port that the setting `key` has, for those that server.peers lets in."""

    def why_shut():
        return NOBODY if settings.get("server.peers") == "" else ""

    return Door(key, lambda: settings.get(key), why_shut, log, open_port, close_port)


class Door:
    """The port that settings name: opened, closed and opened anew as they change, and closed as
    long as nobody may come.

    wanted      function() -> what is to be open; "" or 0: nothing
    why_shut    function() -> why it stays closed all the same, and how to mend it; or ""
    open_port   coroutine function(what is wanted) -> what is open; PortError when it cannot be
    close_port  coroutine function(what is open)
    """

    def __init__(self, name, wanted, why_shut, log, open_port, close_port):
        self._name = name
        self._wanted = wanted
        self._why_shut = why_shut
        self._log = log
        self._open_port = open_port
        self._close_port = close_port
        self._trouble = ""
        self._what = 0  # is open
        self.opened = None

    async def follow(self):
        """Make it so as the settings say now. A port that is in use is tried again."""
        wanted, why_shut = self._wanted(), self._why_shut()
        if self.opened and (wanted != self._what or why_shut):
            await self.close()
        if wanted and why_shut:
            self._say(f"{self._name} {wanted} stays closed: {why_shut}")
        elif wanted and not self.opened:
            await self._try(wanted)

    async def keep_following(self, part):
        """For ever; closed in the end."""
        try:
            while True:
                part.alive()
                await self.follow()
                await coop.sleep_ms(LOOK_MS)
        finally:
            await self.close()

    async def _try(self, wanted):
        try:
            self.opened = await self._open_port(wanted)
            self._what = wanted
            self._say(f"{self._name} {wanted} is open")
        except PortError as error:
            self._say(f"{self._name} {wanted} stays closed: {error}")

    async def close(self):
        if self.opened:
            opened, self.opened = self.opened, None
            await self._close_port(opened)
            self._say(f"{self._name} {self._what} is closed")

    def _say(self, text):
        if text != self._trouble:
            self._trouble = text
            self._log("server", text)


class TcpListener:
    """open_server  coroutine function(handler, host, port), as hal.net.serve
    serve        function() -> wire.server.ServerAssociation for those that `let_in` leaves
    passing      function() -> what dcu/desk.py calls transparent, as it is now
    """

    def __init__(self, settings, clock, log, open_server, serve, passing):
        self._settings = settings
        self._clock = clock
        self._log = log
        self._open_server = open_server
        self._serve = serve
        self._passing = passing
        self._peers = 0
        self._say_paced = paced(log, clock)

    async def run(self, part):
        """For ever: open while a port is set."""
        door = door_of(self._settings, "server.tcp_port", self._log, self._open, _close)
        await door.keep_following(part)

    async def _open(self, port):
        return await self._open_server(self._session, ANYWHERE, port)

    async def _session(self, stream):
        trouble = why_not(self._settings, stream.peer.rpartition(":")[0])
        if not trouble and self._peers >= PEERS_MAX:
            trouble = f"{PEERS_MAX} are there"
        if trouble:
            self._say_paced("server", f"{stream.peer} is not let in: {trouble}")
            return
        self._peers += 1

        async def send(apdu, source, destination):
            await stream.write(wrapper.encode(wrapper.Wrapper(source, destination, apdu)))

        def say(text):
            self._log("server", f"{stream.peer}: {text}")

        desk = Desk(stream.peer, self._serve(), self._passing(), send, say)
        try:
            await _talk(stream, desk, say, Pace(self._clock, FRAMES_MAX, FRAMES_MS))
        except PortError:
            pass  # the peer has gone, which is its right
        finally:
            desk.end()
            self._peers -= 1


async def _close(server):
    await server.close()


async def _talk(stream, desk, say, pace):
    """Until the peer is silent for IDLE_MS, or sends too much that is damaged."""
    deframer = wrapper.Deframer()
    bad_pieces = 0
    while bad_pieces <= BAD_PIECES_MAX:
        data = await stream.read(_READ_SIZE, IDLE_MS)
        if not data:
            return
        deframer.feed(data)
        while True:
            try:
                frame = deframer.next_frame()
            except WireError as error:
                bad_pieces += 1
                say(f"dropped: {error.reason}")
                continue
            if frame is None:
                break
            await pace.turn()
            await desk.take(frame)
    say("too many damaged frames")
