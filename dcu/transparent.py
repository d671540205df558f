"""Transparent access: the HES talks to a meter through the DCU, by the gateway header.

The network-id says the channel (1 is rs485-1), the address is the meter's, in ASCII decimal; the
wPorts are the client SAP towards the meter and the logical device in it. AARQ opens a fresh link
to the meter, the answer to RLRQ or a silence of IDLE_MS closes it.

Reference: DLMS UA Green Book, gateway protocol (tags E6 and E7).
"""

from dcu.schema import whole
from hal import coop
from hal.errors import DcuError, Refused, WireError
from wire import gateway

IDLE_MS = 30_000
CLIENT_MAX, LOGICAL_MAX = 0x7F, 0x3FFF  # as SAPs on the HDLC side
SESSIONS_MAX = 8  # with as many meters
_LOOK_MS = 1_000
_AARQ, _RLRQ = 0x60, 0x62

# exception-response: state-error service-not-allowed, then the service-error
_NOT_POSSIBLE = b"\xd8\x01\x01"  # operation-not-possible: unknown meter, or the meter is in use
_OTHER_REASON = b"\xd8\x01\x03"  # other-reason: the meter does not answer


class Transparent:
    """`open_meter(record, client, logical)` gives a meter with connect(), exchange_apdu(apdu)
    and close()."""

    def __init__(self, archive, open_meter, clock, log):
        self._archive = archive
        self._open_meter = open_meter
        self._clock = clock
        self._log = log
        self._sessions = {}
        self.requests = 0

    async def serve(self, frame):
        """The payload that answers the wrapper frame of the HES; None when it is damaged."""
        try:
            asked = gateway.decode(frame.apdu)
        except WireError as error:
            self._log("gateway", f"damaged request dropped: {error}")
            return None
        self.requests += 1
        try:
            answer = await self._exchange(asked, frame.source, frame.destination)
        except Refused as error:
            self._log("gateway", str(error))
            answer = _NOT_POSSIBLE
        except DcuError as error:
            self._log("gateway", str(error))
            answer = _OTHER_REASON
        return gateway.encode(gateway.Gateway(False, asked.network, asked.address, answer))

    async def close_idle(self, part):
        """For ever: let go of the meters whose session the HES has forgotten."""
        while True:
            part.alive()
            for key in list(self._sessions):
                session = self._sessions.get(key)
                if session and session.is_idle():
                    await self._close(key)
            await coop.sleep_ms(_LOOK_MS)

    async def _exchange(self, asked, client, logical):
        record = self._record(asked)
        if not (1 <= client <= CLIENT_MAX and 1 <= logical <= LOGICAL_MAX):
            raise Refused(f"the HES uses wPorts {client} and {logical}: no SAPs of HDLC")
        key = (record.mp, client, logical)
        tag = asked.apdu[0] if asked.apdu else 0
        if tag == _AARQ:
            await self._close(key)
        session = self._sessions.get(key) or await self._opened(key, record)
        try:
            answer = await session.exchange(asked.apdu)
        except DcuError:
            await self._close(key)
            raise
        if tag == _RLRQ:
            await self._close(key)
        return answer

    def _record(self, asked):
        channel = f"rs485-{asked.network}"
        digits = bytes(asked.address)
        text = "".join([chr(octet) for octet in digits if 48 <= octet < 58])
        address = whole(text, 1, 16381) if len(text) == len(digits) else None
        record = self._archive.find(channel, address)
        if record is None:
            raise Refused(f"the HES asks for {channel} address {digits.hex()}: not in the archive")
        return record

    async def _opened(self, key, record):
        if len(self._sessions) >= SESSIONS_MAX:
            raise Refused(f"more than {SESSIONS_MAX} transparent sessions")
        meter = self._open_meter(record, key[1], key[2])
        session = _Session(meter, self._clock)
        self._sessions[key] = session
        try:
            await session.connect()
        except BaseException:
            self._sessions.pop(key, None)
            raise
        self._log("gateway", f"the HES talks to MP {record.mp} ({record.place()})")
        return session

    async def _close(self, key):
        session = self._sessions.pop(key, None)
        if session:
            await session.meter.close()


class _Session:
    def __init__(self, meter, clock):
        self.meter = meter
        self._clock = clock
        self._busy = False
        self._used_ms = clock.ticks_ms()

    def is_idle(self):
        return not self._busy and self._clock.ticks_ms() - self._used_ms > IDLE_MS

    async def connect(self):
        await self._alone(self.meter.connect())

    async def exchange(self, apdu):
        return await self._alone(self.meter.exchange_apdu(apdu))

    async def _alone(self, work):
        if self._busy:
            work.close()
            raise Refused(f"{self.meter.name}: one request at a time")
        self._busy = True
        try:
            return await work
        finally:
            self._busy = False
            self._used_ms = self._clock.ticks_ms()
