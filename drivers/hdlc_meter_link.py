"""The HDLC link to one meter on an RS485 bus: APDUs in and out, repeated when they are lost."""

from hal.errors import DcuError, NoReply, Refused, WireError
from wire import hdlc
from wire.hdlc_address import CLIENT_PUBLIC, fits
from wire.hdlc_link import HdlcClient

_SESSION_WAIT_MS = 35_000  # an idle transparent session ends after 30 s
_SAYS = {  # what its DM means, by what we were waiting for
    "connected": "refuses the link",
    "apdu": "has dropped the link",
}


class HdlcMeterLink:
    """`connect`, then `request` as often as you like, then `disconnect`.

    address    physical address of the meter, 1..16381
    client     our SAP towards the meter: 16 is the public client
    logical    logical device in the meter: 1 is the management one
    octets     of the address on the wire: 1, 2 or 4; 0 is the shortest that holds it
    attempts   times that a request is sent before NoReply
    max_info   octets of information in a frame that we propose; the usual 128 needs no proposal
    urgent     goes before scheduled work on the bus, between two of its exchanges
    Refused when `octets` do not hold the address: the HES may ask for any logical device.
    """

    def __init__(
        self,
        bus,
        address,
        client=CLIENT_PUBLIC,
        logical=1,
        octets=0,
        attempts=3,
        reply_ms=None,
        urgent=False,
        max_info=128,
    ):
        self.name = f"{bus.name} meter {address}"
        self._bus = bus
        self._session = bus.session(address)
        if not fits(logical, address, octets):
            raise Refused(
                f"{self.name}: no logical device {logical} in {octets} octets of address"
            )
        self._destination = hdlc.server_address(logical, address, octets)
        self._source = hdlc.client_address(client)
        self._attempts = attempts
        self._reply_ms = reply_ms
        self._urgent = urgent
        self._max_info = max_info
        self._machine = None

    async def connect(self, attempts=None):
        """Open the data link: SNRM, UA. NoReply, WireError, PortError; Refused while another
        session holds the meter. `attempts` for a meter that is likely to be silent."""
        assert self._machine is None
        await self._session.take_within(_SESSION_WAIT_MS, self.name)
        self._machine = HdlcClient(self._destination, self._source, self._max_info)
        try:
            await self._until("connected", self._machine.connect(), attempts or self._attempts)
        except BaseException:
            self._release()
            raise

    async def request(self, apdu):
        """The APDU that answers `apdu`. After an error the link is of no more use: disconnect."""
        assert self._machine
        outcome = await self._until("apdu", self._machine.send(apdu), self._attempts)
        return outcome[1]

    async def disconnect(self, is_silent=False):
        """Let the meter go, with DISC unless it is silent. Never raises for the meter's part."""
        if self._machine is None:
            return
        try:
            if not is_silent:
                await self._until("disconnected", self._machine.disconnect(), 1)
        except DcuError:
            pass  # it will go by its own inactivity time-out, or at the next SNRM
        finally:
            self._release()

    def _release(self):
        self._machine = None
        self._session.give()

    async def _until(self, wanted, octets, attempts):
        left = attempts
        while True:
            outcome = await self._exchange(octets)
            if outcome is None:
                left -= 1
                if left == 0:
                    raise NoReply(f"{self.name} does not answer")
                self._bus.retries += 1
                octets = self._machine.repeat()
            elif outcome[0] == "write":
                octets = outcome[1]
                left = attempts
            elif outcome[0] == wanted:
                return outcome
            else:
                raise WireError(f"{self.name} {_SAYS[wanted]}")

    async def _exchange(self, octets):
        return await self._bus.exchange(
            octets, hdlc.Deframer, self._machine.receive, self._urgent, self._reply_ms
        )
