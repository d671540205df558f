"""What a 376.2 module knows of its nodes, in the rows that the driver of a G3 module gives."""

from drivers import gdw3762_nodes
from drivers.gdw3762_channel import ModuleDenied
from hal.errors import Refused
from wire import qgdw3762_units as units
from wire.usi_attributes import Neighbour, Route
from wire.usi_commands import Hop

_LQI_STEP = 17  # of a quality of 0 to 15, to an LQI of 0 to 255
_PHASE_STEP = 2  # of 60 degrees, from one phase to the next
_QUALITY_MAX = 15
_WAYS_AT_ONCE = 16


async def table(channel, nodes, ways, name):
    """Rows of "routes" or "neighbours"; it has no "positions". ways: {digits: [digits of the
    relays, that next to the meter first]}, as far as they are known."""
    if name == "positions":
        return []
    infos = await gdw3762_nodes.infos(channel)
    known = [(nodes.short(info.digits), info) for info in infos if info.quality]
    known = [row for row in known if row[0] is not None]
    if name == "neighbours":
        return [_neighbour(short, info) for short, info in known if not info.level]
    await _find_ways(channel, [info for _, info in known], ways)
    return [_route(short, info, nodes, ways.get(info.digits, [])) for short, info in known]


async def _find_ways(channel, infos, ways):
    """Of some of those whose way is not known, or another by now; the others come next time."""
    lost = [info for info in infos if info.level and len(ways.get(info.digits, [])) != info.level]
    for info in lost[:_WAYS_AT_ONCE]:
        try:
            ways[info.digits] = await gdw3762_nodes.way(channel, info.digits)
        except ModuleDenied:
            return  # it does not tell


def _neighbour(short, info):
    phase = 0
    for at, bit in enumerate(units.PHASES):
        if info.phases & bit:
            phase = at * _PHASE_STEP
            break
    return Neighbour(short, None, phase, _LQI_STEP * info.quality, None)


def _route(short, info, nodes, way):
    next_hop = short if not info.level else None
    if info.level and len(way) == info.level:
        next_hop = nodes.short(way[-1])
    return Route(short, next_hop, _QUALITY_MAX - info.quality, info.level + 1, None, None, None)


async def path(channel, nodes, ways, short):
    """(forward, reverse): Hop of each hop to a meter and back. Refused when there is none."""
    digits = nodes.digits(short)
    if digits is None:
        raise Refused(f"module: it has no node {short}")
    way = ways[digits] = await gdw3762_nodes.way(channel, digits)
    relays = [nodes.short(each) or 0 for each in way]
    reverse = [_hop(each) for each in relays + [0]]
    forward = [_hop(each) for each in reversed(relays)] + [_hop(short)]
    return forward, reverse


def _hop(short):
    """Neither cost nor phase is known of it."""
    return Hop(short, 1, 0, None, 0, 0)


async def statistics(channel):
    """{name: counter}, as far as the module has them."""
    try:
        state = units.run_state(await channel.ask("run-state"))
    except ModuleDenied:
        return {}
    return {
        "nodes_read": state.read,
        "nodes_relayed": state.relayed,
        "route_switches": state.switches,
    }
