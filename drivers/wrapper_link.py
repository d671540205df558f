"""The DLMS wrapper (IEC 62056-47) over a stream, as a link to one meter: APDUs in and out."""

from hal.errors import NoReply
from wire import wrapper
from wire.hdlc_address import CLIENT_PUBLIC

_READ_SIZE = 1024  # octets
_DRAIN_READS_MAX = 16


class WrapperLink:
    """Has what drivers/hdlc_meter_link.py has. The stream is ours alone, open, and stays open.

    client, server   wPorts: our SAP and the one of the logical device
    """

    def __init__(self, name, stream, clock, client=CLIENT_PUBLIC, server=1, reply_ms=5000):
        self.name = name
        self._stream = stream
        self._clock = clock
        self._client = client
        self._server = server
        self._reply_ms = reply_ms
        self._deframer = wrapper.Deframer()

    blocks_in_a_row = 4  # so that a few PDUs of ours and of the meter are in memory at once

    async def connect(self, attempts=None, urgent=False):
        """False: the association is new each time."""
        for _ in range(_DRAIN_READS_MAX):
            if not await self._stream.read(_READ_SIZE, 0):
                break
        return False

    async def request(self, apdu):
        """The APDU that answers `apdu`, or the last of a tuple of them, or with b"" the one that
        comes after the last answer. Not repeated: TCP loses nothing but the connection."""
        if apdu:
            await self._write(apdu if isinstance(apdu, tuple) else (apdu,))
            self._deframer = wrapper.Deframer()
        deadline_ms = self._clock.ticks_ms() + self._reply_ms
        while True:
            answer = self._next_of_ours()
            if answer:
                return answer
            left_ms = deadline_ms - self._clock.ticks_ms()
            data = await self._stream.read(_READ_SIZE, left_ms) if left_ms > 0 else b""
            if not data:
                raise NoReply(f"{self.name} does not answer")
            self._deframer.feed(data)

    async def _write(self, apdus):
        for apdu in apdus:
            request = wrapper.Wrapper(self._client, self._server, apdu)
            await self._stream.write(wrapper.encode(request))

    def _next_of_ours(self):
        frame = self._deframer.next_frame()
        while frame and (frame.source, frame.destination) != (self._server, self._client):
            frame = self._deframer.next_frame()
        return frame and frame.apdu

    async def reconnect(self, attempts=None):
        await self.connect()

    def can_stay_open(self, idle_ms):
        return False

    async def disconnect(self, is_silent=False):
        pass
