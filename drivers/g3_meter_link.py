"""The DLMS wrapper over UDP through a G3 module, as a link to one meter: APDUs in and out."""

from drivers.g3_datagrams import PAYLOAD_MAX, REPLY_MS
from hal.errors import NoReply, Refused, WireError
from wire import wrapper
from wire.hdlc_address import CLIENT_PUBLIC

APDU_MAX = PAYLOAD_MAX - 8  # octets; a datagram holds one APDU

# Plain SET, ACTION, ACCESS and blocks: a meter would do them twice. What is ciphered it takes
# once, by its counter; and to read twice does no harm.
_NEVER_REPEATED = (0xC1, 0xC3, 0xD9, 0xE0)


class G3Broadcast:
    """APDUs to all meters of the network, as drivers/broadcast.py has it for a bus.

    client, logical  wPorts: our SAP and the logical device of all of them
    """

    def __init__(self, module, client, logical):
        self._module = module
        self._client = client
        self._logical = logical

    async def send(self, apdu):
        """An unconfirmed request, said once. PortError."""
        said = wrapper.encode(wrapper.Wrapper(self._client, self._logical, bytes(apdu)))
        await self._module.broadcast(said)


class G3MeterLink:
    """Has what drivers/hdlc_meter_link.py has.

    module        drivers/g3.py
    short         function() -> short address, or None while the meter is not in the network
    client, server  wPorts: our SAP and the one of the logical device
    """

    def __init__(self, name, module, short, client=CLIENT_PUBLIC, server=1):
        self.name = name
        self._module = module
        self._short = short
        self._client = client
        self._server = server
        self._urgent = False
        self._attempts = len(REPLY_MS)

    blocks_in_a_row = 1  # a datagram holds one, and the next would overtake it

    async def connect(self, attempts=None, urgent=False):
        """False: the association is new each time. attempts  of each request; None: the usual."""
        self._urgent = urgent
        self._attempts = attempts or len(REPLY_MS)
        return False

    async def request(self, apdu):
        """The APDU that answers `apdu`. When nothing comes it is said again, if that does no
        harm: nobody knows whether it was lost, or its answer."""
        short = self._short()
        if short is None:
            raise NoReply(f"{self.name} is not in the network")
        if isinstance(apdu, tuple):
            assert len(apdu) == 1, "one at a time"
            apdu = apdu[0]
        if len(apdu) > APDU_MAX:
            raise Refused(f"{self.name}: {len(apdu)} octets, at most {APDU_MAX} in a datagram")
        said = wrapper.encode(wrapper.Wrapper(self._client, self._server, apdu))
        limits_ms = REPLY_MS[: self._attempts]
        if apdu[0] in _NEVER_REPEATED:
            limits_ms = REPLY_MS[-1:]
        try:
            heard = await self._module.exchange(short, said, limits_ms, self._urgent)
        except NoReply:
            raise NoReply(f"{self.name} does not answer")
        return self._apdu(heard)

    def _apdu(self, octets):
        found = wrapper.parse(octets, 0, False)
        if found is None or found[0] != len(octets):
            raise WireError(f"{self.name}: a datagram that is not one wrapper", octets[:16])
        frame = found[1]
        if (frame.source, frame.destination) != (self._server, self._client):
            raise WireError(f"{self.name}: an answer of or to others", octets[:8])
        return frame.apdu

    async def reconnect(self, attempts=None):
        await self.connect(attempts, self._urgent)

    def can_stay_open(self, idle_ms):
        return False

    async def disconnect(self, is_silent=False):
        pass
