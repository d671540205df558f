"""Alarm register, filter and descriptor, and the error register: class 1, 32 bits each.

A bit that rises in the alarm register rises in the descriptor too if the filter lets it
through, and then it is told to somebody (push.py). Register and descriptor hold their bits
until a client writes them: a bit written as 0 is cleared, none can be set that way.
"""

from meter_sim import data
from meter_sim.dar import OK, SCOPE_VIOLATED, TYPE_UNMATCHED
from meter_sim.items import Item, obis

REGISTER, FILTER = obis("0.0.97.98.0.255"), obis("0.0.97.98.10.255")
DESCRIPTOR, ERRORS = obis("0.0.97.98.20.255"), obis("0.0.97.97.0.255")
UNSIGNED = (6, 17, 18)  # tags; the standard leaves the size open
BITS_MAX = 0xFFFFFFFF


class Alarms:
    def __init__(self, tell, cleared):
        """tell(utc_s): the descriptor has risen. cleared(utc_s, ln): a register was cleared."""
        self._tell = tell
        self._cleared = cleared
        self._bits = {REGISTER: 0, FILTER: BITS_MAX, DESCRIPTOR: 0, ERRORS: 0}

    def bits(self, ln):
        return self._bits[ln]

    def rise(self, bits, utc_s):
        assert 0 <= bits <= BITS_MAX
        fresh = bits & ~self._bits[REGISTER] & self._bits[FILTER]
        self._bits[REGISTER] |= bits
        self._bits[DESCRIPTOR] |= fresh
        if fresh:
            self._tell(utc_s)

    def fail(self, bits):
        """Bits of the error register."""
        assert 0 <= bits <= BITS_MAX
        self._bits[ERRORS] |= bits

    def items(self):
        return {ln: self._item(ln) for ln in self._bits}

    def _item(self, ln):
        def write(value, utc_s):
            return self._write(ln, value, utc_s)

        return Item(1, {2: lambda utc_s: data.u32(self._bits[ln])}, {2: write})

    def _write(self, ln, value, utc_s):
        if value.tag not in UNSIGNED:
            return TYPE_UNMATCHED
        if ln != FILTER and value.value & ~self._bits[ln]:
            return SCOPE_VIOLATED
        was, self._bits[ln] = self._bits[ln], value.value
        if was and not value.value:
            self._cleared(utc_s, ln)
        return OK
