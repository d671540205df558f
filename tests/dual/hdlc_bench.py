"""Links to meters on a bus with HDLC servers on its other side, in virtual time."""

from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.rs485 import Rs485Bus
from hal.errors import NoReply, Refused, WireError
from tests.dual.hdlc_peers import Peers
from tests.virtual import VirtualClock, run_virtual
from wire import hdlc

FIRST = hdlc.server_address(1, 17)
SECOND = hdlc.server_address(1, 18)


def echo(address, apdu):
    return address + apdu


class Bench:
    def __init__(self, answers=echo, max_info=128, window=1):
        self.clock = VirtualClock()
        self.port = Peers(self.clock, (FIRST, SECOND), answers, max_info, window)
        self.bus = Rs485Bus("rs485-1", lambda: self.port, self.clock)

    def link(self, address=17, **options):
        return HdlcMeterLink(self.bus, address, **options)


def with_bench(live, **options):
    return run_virtual(live(Bench(**options)))


async def error_of(waiting):
    """What it raises, or None."""
    try:
        await waiting
    except (NoReply, Refused, WireError) as error:
        return error
    return None
