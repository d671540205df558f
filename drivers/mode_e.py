"""Calls a meter into HDLC by IEC 62056-21, mode E: at 300 bit/s first, then at the rate it offers.

The bus is held meanwhile, some three seconds, so that no other meter is asked at a wrong rate; its
own line comes back with the next exchange that wants it.
"""

from drivers.line import Line
from drivers.rs485 import MORE
from hal import coop
from hal.errors import WireError
from wire import mode_e

_REPLY_MS = 1_500  # of a meter; the bus adds what a UART holds back
_REACTION_MS = 200  # before we answer it
_CHANGE_MS = 300  # for both to change the rate
CALLING = Line(300, "E", 7, octet_ms=1_500, answer_max=2 * mode_e.LINE_MAX)


async def enter(bus, name, address="", urgent=False):
    """The Line on which the meter now speaks HDLC, or None when it does not answer. WireError for
    a meter that offers no rate, PortError.

    address   by which the meter is called; "" for the only one on the bus
    """
    entry = _Entry(name, address)
    return await bus.in_a_row(entry.talk, urgent)


class _Entry:
    def __init__(self, name, address):
        self._name = name
        self._address = address
        self._echoes = 0  # an adapter lets us hear what we say: then it acknowledges, too
        self._rate = None

    async def talk(self, ask):
        call = mode_e.call(self._address)
        found = await ask(call, mode_e.Deframer, self._identification, _REPLY_MS, CALLING)
        if found is None:
            return None
        self._rate = found.rate
        if found.rate not in mode_e.RATES:
            raise WireError(f"{self._name} offers no rate of mode E", found.rate.encode())
        await coop.sleep_ms(_REACTION_MS)
        # Some change without a word: what counts is whether they answer afterwards.
        octets = mode_e.acknowledgement(found.rate)
        await ask(octets, mode_e.Deframer, self._acknowledged, _REPLY_MS, CALLING)
        await coop.sleep_ms(_CHANGE_MS)
        return Line(mode_e.RATES[found.rate])

    def _identification(self, heard):
        if isinstance(heard, mode_e.Call):
            self._echoes += 1
            return MORE
        return heard if isinstance(heard, mode_e.Identification) else None

    def _acknowledged(self, heard):
        if heard != mode_e.Acknowledgement(self._rate):
            return None
        if self._echoes:
            self._echoes -= 1
            return MORE
        return heard
