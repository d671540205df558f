"""Server mode over UDP: one DLMS wrapper in each datagram. See dcu/listen.py for who is let in.

A peer is an address and a port; what it has agreed with us ends when it is silent for long.
Reference: IEC 62056-47, 4.3.
"""

from dcu.desk import Desk
from dcu.listen import ANYWHERE, IDLE_MS, LOOK_MS, door_of, why_not
from dcu.pace import DATAGRAMS_MAX, FRAMES_MS, Pace, paced
from hal import coop
from hal.errors import PortError, WireError
from wire import wrapper

PEERS_MAX = 16  # nobody says good-bye here: those who have gone count until they are forgotten


class UdpListener:
    """`open_udp` as hal.net.open_udp; `serve` and `passing` as in dcu/listen.py."""

    def __init__(self, settings, clock, log, open_udp, serve, passing):
        self._settings = settings
        self._clock = clock
        self._log = log
        self._open_udp = open_udp
        self._serve = serve
        self._passing = passing
        self._socket = None
        self._desks = {}
        self._heard_ms = {}
        self._paces = {}
        self._say_paced = paced(log, clock)

    async def run(self, part):
        """For ever: open while a port is set."""
        port = "server.udp_port"
        door = door_of(self._settings, port, self._log, self._open, self._close)
        try:
            while True:
                part.alive()
                await door.follow()
                self._forget(IDLE_MS)
                if door.opened is None:
                    await coop.sleep_ms(LOOK_MS)
                    continue
                found = await door.opened.read(LOOK_MS)
                if found:
                    await self._take(*found)
        finally:
            await door.close()

    async def _open(self, port):
        self._socket = await self._open_udp(ANYWHERE, port)
        return self._socket

    async def _close(self, socket):
        self._forget(0)
        socket.close()

    async def _take(self, message, host, port):
        peer = f"{host}:{port}"
        if peer not in self._desks:
            trouble = self._why_not(host)
            if trouble:
                self._say_paced("server", f"{peer} is not let in: {trouble}")
                return
            self._desks[peer] = self._new_desk(peer, host, port)
            self._paces[peer] = Pace(self._clock, DATAGRAMS_MAX, FRAMES_MS)
        self._heard_ms[peer] = self._clock.ticks_ms()
        if self._paces[peer].is_over():
            return
        deframer = wrapper.Deframer()
        deframer.feed(message)
        try:
            frame = deframer.next_frame()
            if frame:
                await self._desks[peer].take(frame)
        except WireError as error:
            self._log("server", f"{peer}: dropped: {error.reason}")
        except PortError as error:
            self._log("server", str(error))

    def _why_not(self, host):
        trouble = why_not(self._settings, host)
        if not trouble and len(self._desks) >= PEERS_MAX:
            trouble = f"{PEERS_MAX} are there"
        return trouble

    def _new_desk(self, peer, host, port):
        async def send(apdu, source, destination):
            message = wrapper.encode(wrapper.Wrapper(source, destination, apdu))
            await self._socket.write(message, host, port)

        def say(text):
            self._log("server", f"{peer}: {text}")

        return Desk(peer, self._serve(), self._passing(), send, say)

    def _forget(self, idle_ms):
        """The peers that have been silent for `idle_ms`."""
        now_ms = self._clock.ticks_ms()
        for peer in list(self._desks):
            if now_ms - self._heard_ms[peer] >= idle_ms:
                self._desks.pop(peer).end()
                self._heard_ms.pop(peer)
                self._paces.pop(peer)
