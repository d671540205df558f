"""What a technician tries at the panel: is the HES there, does a port hear itself, do the lamps
light. Each is a job of boards/panel_jobs.py: (dcu, function that tells how far it is, key, row).
"""

from dcu.schema import PORTS
from hal import coop, net
from hal.errors import NoReply, PortError, Refused

LAMPS = "test.lamps"
LAMPS_MS = 10_000
_PING_MS = 10_000
_ECHO_MS = 500
_PATTERN = bytes([0x55, 0xAA, 0x00, 0xFF]) + bytes(range(1, 29))  # has no flag of HDLC in it


async def _ping(dcu, tell, key, row):
    hosts = [dcu.settings.get(name) for name in ("hes.main", "hes.sub")]
    hosts = [host for host in hosts if host]
    if not hosts:
        raise Refused("no HES is set (hes.main)")
    said = []
    for host in hosts:
        tell("; ".join(said + [f"{host} ..."]))
        said.append(f"{host} {await _answer_of(dcu, host)}")
    return "; ".join(said)


async def _answer_of(dcu, host):
    name, _, port = host.rpartition(":")
    began_ms = dcu.clock.ticks_ms()
    try:
        if dcu.settings.get("uplink.channel") == "modem":
            is_there = await dcu.modem.ping(name) is not None
        else:
            is_there = await net.answers(name, int(port), _PING_MS)
    except PortError as error:
        return str(error)
    took_ms = dcu.clock.ticks_ms() - began_ms
    return f"answers, {took_ms} ms" if is_there else "does not answer"


async def _loop_back(dcu, tell, key, row):
    """What a port sends comes back when its plug is bridged, or its adapter hears itself."""
    channel = PORTS[int(key[-1]) - 1]
    if channel not in dcu.buses:
        raise Refused(f"{channel}: not on this board")
    bus = dcu.buses[channel]
    heard = await bus.exchange(_PATTERN, _Echo, lambda frame: frame, True, _ECHO_MS)
    if heard is None:
        raise NoReply(f"{channel}: nothing came back; is the plug bridged?")
    wrong = len([1 for sent, came in zip(_PATTERN, heard) if sent != came])
    return f"{channel}: all {len(heard)} octets came back" if not wrong else f"{wrong} are wrong"


class _Echo:
    """As many octets as were sent."""

    def __init__(self):
        self._octets = b""

    def feed(self, data):
        self._octets += data

    def next_frame(self):
        if len(self._octets) < len(_PATTERN):
            return None
        frame, self._octets = self._octets[: len(_PATTERN)], b""
        return frame


async def _lamps(dcu, tell, key, row):
    tell("all lamps are on")
    await coop.sleep_ms(LAMPS_MS)
    return "the lamps show again how things are"


TESTS = {"test.ping": _ping, LAMPS: _lamps}
for _number in range(1, len(PORTS) + 1):
    TESTS[f"loop.{_number}"] = _loop_back
