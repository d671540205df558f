"""What a G3 module knows of its network: routes, neighbours, the way to a meter, statistics."""

from drivers.g3_channel import ModuleRefused
from drivers.g3_start import get
from hal.errors import NoReply
from wire import usi_attributes as pib
from wire import usi_commands
from wire.errors import WireError

ROWS_MAX = 2048  # of a table; a count beyond is not believed
LOST_MAX = 8  # rows of a table that the module does not answer about
METRIC_COMPOSITE = 0x0F

# table: (layer, attribute of the count, attribute of a row by number, what parses it)
_TABLES = {
    "routes": ("", pib.ROUTE_COUNT, pib.ROUTE_ELEMENT, pib.parse_route),
    "neighbours": ("mac-", pib.NEIGHBOUR_COUNT, pib.NEIGHBOUR_ELEMENT, pib.parse_neighbour),
    "positions": ("mac-", pib.POSITION_COUNT, pib.POSITION_ELEMENT, pib.parse_position),
}


async def table(channel, name):
    """Rows of "routes", "neighbours" or "positions" (wire/usi_attributes.py). It may change
    while it is read: rows are read until the count, or until there is none. A few may be lost on
    a bad line."""
    layer, counted, element, parse = _TABLES[name]
    count = int.from_bytes(await get(channel, layer, counted), "big")
    rows, lost = [], 0
    for index in range(min(count, ROWS_MAX)):
        try:
            octets = await get(channel, layer, element, index)
        except ModuleRefused:
            break
        except NoReply:
            lost += 1
            if lost > LOST_MAX:
                raise
            continue
        try:
            rows.append(parse(octets))
        except WireError:
            continue
    return rows


async def path(channel, short):
    """(forward, reverse): wire/usi_commands.Hop of each hop to a meter and back. ModuleRefused
    when there is no way."""
    values = {"destination": short, "metric": METRIC_COMPOSITE}
    return (await channel.ask("path-discovery.request", values))["hops"]


async def has_route(channel, short, max_hops=8):
    """Whether a way to a meter was found. It is looked for in the whole network."""
    try:
        values = {"destination": short, "max_hops": max_hops}
        await channel.ask("route-discovery.request", values)
    except ModuleRefused:
        return False
    return True


async def statistics(channel):
    """{name of wire/usi_attributes.COUNTERS: value}, those left out that a module has not."""
    found = {}
    for name, is_mac, attribute, index in pib.COUNTERS:
        try:
            octets = await get(channel, "mac-" if is_mac else "", attribute, index)
        except ModuleRefused as refused:
            if refused.status == usi_commands.NOT_ALLOWED:
                raise
            continue
        found[name] = int.from_bytes(octets, "big")
    return found
