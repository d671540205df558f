"""The DCU as a server on a port of its own: DLMS over HDLC, for a tool at the local interface.

It listens until it is asked. What is not for it, noise and the echo of an optical head are passed
over; the link of each address of ours is one of wire/hdlc_server.py.

Reference: IEC 62056-46, 6.4.2 (addresses); 6.4.4 (a secondary station answers, never begins).
"""

from drivers.kept_port import KeptPort
from drivers.line import USUAL
from hal import coop
from hal.errors import PortError, WireError
from wire import hdlc
from wire.hdlc_parameters import INFO_MAX, WINDOW_MAX
from wire.hdlc_server import HdlcServer

_LOGICAL = 1
_READ_SIZE = 256  # octets
_LOOK_MS = 1_000
_OCTET_MS = 100  # the longest silence within a frame: 25 ms, and an adapter or computer at work
_TURN_MS = 2  # before we talk, for the other side's driver to let go of the line


def addresses(physical):
    """Of logical device 1, as on the wire: in one octet, in two, and in four. All stations and no
    station (7F, 00) are not among them."""
    return (
        hdlc.server_address(0, _LOGICAL, 1),
        hdlc.server_address(_LOGICAL, physical, 2),
        hdlc.server_address(_LOGICAL, physical, 4),
    )


class HdlcStation:
    """`open_port` and `report` as for drivers/rs485.py.

    physical   our physical address, which 7 bits hold
    serve      function() -> wire.server.ServerAssociation for one connection, window 1
    say        function(text), for the log: clients that come, go or break the protocol
    """

    def __init__(self, name, open_port, clock, physical, serve, report, say, line=USUAL):
        self._port = KeptPort(name, open_port, clock, report)
        self._clock = clock
        self._octet_ms = max(_OCTET_MS, line.octet_ms, 2 * line.wire_ms(32))
        self._seats = [_Seat(address, serve, say) for address in addresses(physical)]
        self._deframer = hdlc.Deframer()
        self.damaged = 0

    @property
    def trouble(self):
        """Why there is no port, or None."""
        return self._port.trouble

    def status(self):
        return {
            "open": self._port.now is not None,
            "trouble": self._port.trouble,
            "clients": len([seat for seat in self._seats if seat.is_taken()]),
            "damaged": self.damaged,
            "losses": self._port.losses,
        }

    async def run(self, part):
        """For ever: answer; open the port again at growing intervals when it was lost."""
        try:
            while True:
                part.alive()
                try:
                    await self._listen(self._port.opened(), part)
                except PortError as error:
                    self._port.lost(error)
                    await coop.sleep_ms(_LOOK_MS)
        finally:
            self._port.close()

    async def _listen(self, port, part):
        """Until the port is lost. After a silence what was begun is not finished any more."""
        self._deframer.clear()
        wait_ms = _LOOK_MS
        while True:
            part.alive()
            data = await port.read(_READ_SIZE, wait_ms)
            if data:
                self._deframer.feed(data)
                await self._answer(port)
            else:
                self._deframer.clear()
            wait_ms = self._octet_ms if data else _LOOK_MS

    async def _answer(self, port):
        """All whole frames that have come; what goes out is one transmission for each."""
        while True:
            try:
                frame = self._deframer.next_frame()
            except WireError:
                self.damaged += 1
                continue  # noise: what follows it may still be a frame
            if frame is None:
                return
            for seat in self._seats:
                octets = seat.receive(frame, self._clock.ticks_ms())
                if octets:
                    await coop.sleep_ms(_TURN_MS)
                    await port.write(octets)
                    self._port.worked()


class _Seat:
    """One address of ours, and the client that is connected to it."""

    def __init__(self, address, serve, say):
        self._link = HdlcServer(address, INFO_MAX, WINDOW_MAX)
        self._serve = serve
        self._say = say
        self._association = None

    def receive(self, frame, now_ms):
        """The octets that answer a frame, or None."""
        if len(frame.source) != 1:
            return None  # a server, or nobody that has a SAP
        said = self._link.receive(frame, now_ms)
        if said is None:
            return None
        what, value = said
        if what == "apdu":
            return self._served(frame, value)
        if what != "write":
            self._say(f"client {_sap(frame)} {what}")
            self._association = self._serve() if what == "connected" else None
        return value

    def is_taken(self):
        return self._association is not None

    def _served(self, frame, apdu):
        answer = self._association.answer(_sap(frame), _LOGICAL, apdu)
        return self._link.send(answer) if answer else self._link.send_nothing()


def _sap(frame):
    """Of the client: the number in its address."""
    return frame.source[0] >> 1
