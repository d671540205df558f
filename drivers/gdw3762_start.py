"""How a 376.2 module is brought up: who it is, how it works, whose it is."""

from drivers.gdw3762_channel import ModuleDenied
from wire import qgdw3761_units
from wire import qgdw3762_units as units
from wire.cosem_time import date_of

_USUAL = units.Works(units.BY_CONCENTRATOR, True, 60, 10, 512, 256, "0" * 12, 1024, 0)
_DAY_S = 86_400
_THURSDAY = 3  # 1970-01-01, counted from Monday
_TIMEOUT_MIN_S, _TIMEOUT_MAX_S = 5, 180  # of a meter: what a module may say


class Master:
    """What the operator has said.

    address    12 digits: ours, as a concentrator
    listed     function() -> [EUI] of the meters on file; for their numbers see
               wire/qgdw3762_units.meter_eui
    civil_s    function() -> local time, in seconds since 1970
    search_min minutes that are searched for meters that are not on file; 0: never
    is_driven  a module that can do both is told whom to read, and does not go round by itself
    """

    def __init__(self, address, listed, civil_s, search_min=5, is_driven=True):
        assert len(address) == 12 and address.isdigit()
        self.address = address
        self.listed = listed
        self.civil_s = civil_s
        self.search_min = search_min
        self.is_driven = is_driven


def clock(civil_s):
    """Local time as a module wants it: format A.1."""
    days, second = civil_s // _DAY_S, civil_s % _DAY_S
    moment = date_of(days) + (second // 3600, second // 60 % 60, second % 60)
    return qgdw3761_units.clock(moment, (days + _THURSDAY) % 7 + 1)


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
