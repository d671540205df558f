"""A slow way between a DCU and the thin HES in virtual time: so many octets a second in each
direction, so long on the way, and down when a test says so."""

import asyncio

from hal import coop
from hal.errors import PortError


class SlowLink:
    """`octets_s` each way, `delay_s` one way. `new_link()` gives the HES's end for one call, an
    asyncio.Protocol. `carried` counts the octets from the DCU to the HES."""

    def __init__(self, new_link, octets_s, delay_s):
        self._new_link = new_link
        self._octets_s = octets_s
        self._delay_s = delay_s
        self._call = None
        self.is_down = False
        self.carried = 0

    async def dial(self, host, port, timeout_ms):
        """As hal.net.connect."""
        await coop.sleep_ms(2_000 * self._delay_s)
        if self.is_down:
            raise PortError(f"{host}:{port}: no route")
        self._call = _Call(self, self._new_link())
        return _Stream(self._call)

    def go_down(self):
        self.is_down = True
        if self._call:
            self._call.end()

    async def is_there(self, host, port, timeout_ms):
        return not self.is_down


class _Way:
    """One direction: what is put in comes out in order, at the speed of the link."""

    def __init__(self, link, deliver):
        self._link = link
        self._deliver = deliver
        self._free_s = 0

    def put(self, octets):
        """The seconds until the last octet has left."""
        now_s = asyncio.get_running_loop().time()
        self._free_s = max(self._free_s, now_s) + len(octets) / self._link._octets_s
        leaves_in_s = self._free_s - now_s
        asyncio.get_running_loop().call_later(
            leaves_in_s + self._link._delay_s, self._deliver, octets
        )
        return leaves_in_s


class _Call:
    def __init__(self, link, protocol):
        self.link = link
        self.is_over = False
        self.inbox = bytearray()  # of the DCU
        self.news = coop.Event()
        self._protocol = protocol
        self.up = _Way(link, self._to_hes)
        self.down = _Way(link, self._to_dcu)
        protocol.connection_made(_Transport(self))

    def end(self):
        if not self.is_over:
            self.is_over = True
            self.news.set()
            self._protocol.connection_lost(None)

    def _to_hes(self, octets):
        if not self.is_over:
            self._protocol.data_received(octets)

    def _to_dcu(self, octets):
        self.inbox += octets
        self.news.set()


class _Stream:
    """The DCU's end, as those of hal/net.py."""

    peer = "192.0.2.1:4059"

    def __init__(self, call):
        self._call = call

    async def read(self, size, timeout_ms):
        call = self._call
        if not call.inbox and not call.is_over:
            call.news.clear()
            try:
                await coop.within_ms(timeout_ms, call.news.wait())
            except coop.Expired:
                return b""
        self._check()
        data = bytes(call.inbox[:size])
        del call.inbox[:size]
        return data

    async def write(self, octets):
        self._check()
        self._call.link.carried += len(octets)
        await coop.sleep_ms(int(1000 * self._call.up.put(bytes(octets))))

    async def close(self):
        self._call.end()

    def _check(self):
        if self._call.is_over:
            raise PortError("the link is down")


class _Transport:
    """The HES's end, as far as it is used."""

    def __init__(self, call):
        self._call = call

    def get_extra_info(self, name):
        return ("10.0.0.2", 40_000)

    def write(self, octets):
        self._call.down.put(bytes(octets))

    def get_write_buffer_size(self):
        return 0

    def is_closing(self):
        return self._call.is_over

    def close(self):
        asyncio.get_running_loop().call_soon(self._call.end)

    abort = close
