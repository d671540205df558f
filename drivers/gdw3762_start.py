"""How a 376.2 module is brought up: who it is, how it works, whose it is."""

from drivers.gdw3762_channel import ModuleDenied
from wire import qgdw3762_units as units

_USUAL = units.Works(units.BY_CONCENTRATOR, True, 60, 10, 512, 256, "0" * 12, 1024, 0)
_TIMEOUT_MIN_S, _TIMEOUT_MAX_S = 5, 180  # of a meter: what a module may say


class Master:
    """What the operator has said.

    address    12 digits: ours, as a concentrator
    listed     function() -> [EUI] of the meters on file; for their numbers see
               wire/qgdw3762_units.meter_eui
    clock_octets  function() -> local time, format A.1 (wire/qgdw3761_units.py)
    search_min minutes that are searched for meters that are not on file; 0: never
    is_driven  a module that can do both is told whom to read, and does not go round by itself
    """

    def __init__(self, address, listed, clock_octets, search_min=5, is_driven=True):
        assert len(address) == 12 and address.isdigit()
        self.address = address
        self.listed = listed
        self.clock_octets = clock_octets
        self.search_min = search_min
        self.is_driven = is_driven


async def introduce(channel, master):
    """(units.Identity, units.Works). NoReply when there is no such module."""
    identity = units.identity(await channel.ask("identity"))
    try:
        works = units.works(await channel.ask("works"))
    except ModuleDenied:
        works = _USUAL
    if works.master != master.address:
        await channel.ask("set-master", units.address_octets(master.address))
    return identity, works


def timeout_s(works):
    """What it gives a meter to answer."""
    return max(_TIMEOUT_MIN_S, min(_TIMEOUT_MAX_S, works.timeout_s))
