"""The invocation counter of a meter, as it tells anybody: what a client goes on above."""

from hal.errors import NoReply, NotAuthenticated, WireError
from wire import obis
from wire.apdu import Attribute
from wire.ciphering import COUNTER_MAX

# One for each key, and in some meters for each client, too: none of ours is above all of them
_COUNTERS = tuple([Attribute(1, obis.parse(f"0.0.43.1.{n}.255"), 2) for n in range(4)])


async def read_counter(meter, attempts=None, urgent=False):
    """The greatest invocation counter that the meter tells by the public client, which `meter`
    has for its login; None if it tells none."""
    try:
        await meter.open(attempts, urgent)
    except (NoReply, NotAuthenticated, WireError):
        return None  # many have no public client, and are silent to it
    try:
        results = await meter.get_list(_COUNTERS)
    except (NoReply, WireError):
        return None
    finally:
        await meter.close()
    told = [value for _, value in results if type(value) is int and 0 <= value <= COUNTER_MAX]
    return max(told) if told else None
