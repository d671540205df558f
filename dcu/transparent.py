"""Transparent access: the HES talks to a meter through the DCU, by the gateway header.

The network-id says the channel (1 is rs485-1, 31 is plc), the address is the meter's, in ASCII
decimal; the wPorts are the client SAP towards the meter and the logical device in it. AARQ opens a
fresh link to the meter, the answer to RLRQ or a silence of IDLE_MS closes it.

Reference: DLMS UA Green Book, gateway protocol (tags E6 and E7).
"""

from dcu.archive_row import NUMBER_MAX
from dcu.schema import PLC, PORTS, whole
from hal import coop
from hal.errors import DcuError, Refused, WireError
from wire import gateway

IDLE_MS = 30_000
PLC_NETWORK = 31  # as the port of the module is numbered in Q/GDW 376.1
CLIENT_MAX, LOGICAL_MAX = 0x7F, 0x3FFF  # as SAPs on the HDLC side
SESSIONS_MAX = 8  # with as many meters
_LOOK_MS = 1_000
_AARQ, _RLRQ = 0x60, 0x62
_CHANNELS = {int(port[-1]): port for port in PORTS}
_CHANNELS[PLC_NETWORK] = PLC

# exception-response: state-error service-not-allowed, then the service-error
_NOT_POSSIBLE = b"\xd8\x01\x01"  # operation-not-possible: unknown meter, or the meter is in use
_OTHER_REASON = b"\xd8\x01\x03"  # other-reason: the meter does not answer


class Transparent:
    """`open_meter(record, client, logical)` gives a meter with connect(urgent=True),
    exchange_apdu(apdu) and close(). A session is known by (MP, client, logical device, peer)."""

    def __init__(self, archive, open_meter, clock, log):
        self._archive = archive
        self._open_meter = open_meter
        self._clock = clock
        self._log = log
        self._sessions = {}
        self._busy = set()  # sessions with a request under way

    async def serve(self, frame, peer):
        """The payload that answers the wrapper frame of `peer`; None when it is damaged."""
        try:
            asked = gateway.decode(frame.apdu)
        except WireError as error:
            self._log("gateway", f"damaged request dropped: {error.reason}")
            return None
        try:
            answer = await self._alone(asked, frame, peer)
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
                if self._is_idle(key):
                    await self._close(key)
                    part.alive()  # a slow meter may cost half a minute, and there may be some
            await coop.sleep_ms(_LOOK_MS)

    def _is_idle(self, key):
        if key in self._busy or key not in self._sessions:
            return False
        return self._clock.ticks_ms() - self._sessions[key].used_ms > IDLE_MS

    async def _alone(self, asked, frame, peer):
        """The answer of the meter; Refused while it still has to answer another request."""
        client, logical = frame.source, frame.destination
        record = self._record(asked)
        if not (1 <= client <= CLIENT_MAX and 1 <= logical <= LOGICAL_MAX):
            raise Refused(f"the HES uses wPorts {client} and {logical}: no SAPs of HDLC")
        key = (record.mp, client, logical, peer)
        if key in self._busy:
            raise Refused(f"MP {record.mp} ({record.place()}): one request at a time")
        self._busy.add(key)
        try:
            return await self._exchange(key, record, asked.apdu)
        finally:
            self._busy.discard(key)

    async def _exchange(self, key, record, apdu):
        tag = apdu[0]
        if tag == _AARQ:
            await self._close(key)
        session = self._sessions.get(key) or await self._opened(key, record)
        is_answered = False
        try:
            answer = await session.meter.exchange_apdu(apdu)
            is_answered = True
        finally:
            session.used_ms = self._clock.ticks_ms()
            if not is_answered or tag == _RLRQ:
                await self._close(key)
        return answer

    def _record(self, asked):
        channel = _CHANNELS.get(asked.network, f"network {asked.network}")
        text = "".join([chr(octet) for octet in asked.address])
        record = self._archive.find(channel, whole(text, 1, NUMBER_MAX))
        if record is None:
            place = f"{channel} address {bytes(asked.address).hex()}"
            raise Refused(f"the HES asks for {place} (hex): not in the archive")
        return record

    async def _opened(self, key, record):
        if len(self._sessions) >= SESSIONS_MAX:
            raise Refused(f"more than {SESSIONS_MAX} transparent sessions")
        session = _Session(self._open_meter(record, key[1], key[2]), self._clock.ticks_ms())
        self._sessions[key] = session  # now: it counts while it is being opened
        is_open = False
        try:
            await session.meter.connect(urgent=True)
            is_open = True
        finally:
            if not is_open:
                self._sessions.pop(key)
        self._log("gateway", f"the HES talks to MP {record.mp} ({record.place()})")
        return session

    async def _close(self, key):
        session = self._sessions.pop(key, None)
        if session:
            await session.meter.close()


class _Session:
    def __init__(self, meter, now_ms):
        self.meter = meter
        self.used_ms = now_ms
