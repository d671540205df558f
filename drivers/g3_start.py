"""How a G3 module is brought up: what it is told after each start, in order."""

from collections import namedtuple

from drivers.g3_channel import ModuleRefused
from wire import ip6
from wire import usi_attributes as pib

BANDS = {"cenelec-a": 0, "cenelec-b": 1, "fcc": 2, "arib": 3, "rf": 0xFF}
COUNTER_STEP = 10_000  # what a module may have sent since its counter was noted


class Network:
    """What the operator has said of the network. Never shown: the group key is in it.

    band               a name of BANDS
    pan                its identifier
    gmk, key_index     the group key, 16 octets, and whether it is key 0 or 1
    has_pan_in_address  newer networks have it in the addresses of IPv6
    port               of DLMS, ours and the meters'
    message_timeout_s  of one message of an admission
    """

    def __init__(
        self,
        band,
        pan,
        gmk,
        key_index=0,
        has_pan_in_address=True,
        port=ip6.DLMS_PORT,
        max_hops=8,
        message_timeout_s=10,
    ):
        assert len(gmk) == pib.KEY_OCTETS and key_index in (0, 1)
        self.band = band
        self.pan = pan
        self.gmk = gmk
        self.key_index = key_index
        self.has_pan_in_address = has_pan_in_address
        self.port = port
        self.max_hops = max_hops
        self.message_timeout_s = message_timeout_s


# What a module counts, and has to go on with after it was off.
FrameCounters = namedtuple("FrameCounters", ("mac", "discovery", "broadcast"))
Version = namedtuple("Version", ("major", "minor", "patch", "year", "month", "day"))

_COUNTERS = (
    ("mac-", pib.FRAME_COUNTER, 4),
    ("", pib.DISCOVERY_SEQUENCE, 2),
    ("", pib.BROADCAST_SEQUENCE, 1),
)


async def initialize(channel, network):
    """The first step; gives the Version of the module."""
    await channel.ask("initialize", {"band": BANDS[network.band], "coordinator": 1})
    return await version(channel)


async def version(channel):
    octets = await get(channel, "", pib.SOFT_VERSION)
    return Version(*octets[:6]) if len(octets) >= 6 else None


async def start(channel, network, counters):
    """All the others. counters: FrameCounters as they were noted last, or None: a new module."""
    if counters:
        await _restore(channel, counters)
    for attribute, index, value in (
        (pib.LBP_GMK, network.key_index, network.gmk),
        (pib.LBP_TIMEOUT_S, 0, network.message_timeout_s.to_bytes(2, "big")),
    ):
        await put(channel, "lbp-", attribute, value, index)
    await put(channel, "", pib.MAX_HOPS, bytes([network.max_hops]))
    await put(channel, "mac-", pib.MAC_SHORT, b"\x00\x00")
    await channel.ask("network-start.request", {"pan": network.pan})


async def _restore(channel, counters):
    values = (counters.mac + COUNTER_STEP, counters.discovery + 256, counters.broadcast + 16)
    for (layer, attribute, size), value in zip(_COUNTERS, values):
        octets = (value & (1 << 8 * size) - 1).to_bytes(size, "big")
        try:
            await put(channel, layer, attribute, octets)
        except ModuleRefused:
            if attribute == pib.FRAME_COUNTER:
                raise  # the meters would take all that we say for a repetition


async def counters_of(channel):
    """FrameCounters as they are now."""
    found = []
    for layer, attribute, _ in _COUNTERS:
        found.append(int.from_bytes(await get(channel, layer, attribute), "big"))
    return FrameCounters(*found)


async def get(channel, layer, attribute, index=0):
    """The octets of an attribute; layer: "" is ADP, "mac-" the MAC."""
    values = await channel.ask(f"{layer}get.request", {"attribute": attribute, "index": index})
    return values["value"]


async def put(channel, layer, attribute, value, index=0):
    """layer: as above, or "lbp-"."""
    values = {"attribute": attribute, "index": index, "value": value}
    await channel.ask(f"{layer}set.request", values)
