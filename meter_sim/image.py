"""Image transfer (class 18): a meter that takes a new firmware, and what can go wrong.

The procedure of the Blue Book: initiate, blocks in any order, what is missing, verify,
compare, activate. Blocks may come to all meters at once, unconfirmed; some then get lost.
"""

import hashlib
import random

from meter_sim import data
from meter_sim.dar import DENIED, OK, OTHER_REASON, TEMPORARY_FAILURE, TYPE_UNMATCHED
from meter_sim.items import Item, obis

IMAGE, FIRMWARE = obis("0.0.44.0.0.255"), obis("1.0.0.2.0.255")
BLOCK_SIZE = 64
SIZE_MAX = 4_000_000
FIRST_FIRMWARE = b"SIM 1.0"
(NOT_INITIATED, INITIATED, VERIFYING, VERIFIED, VERIFY_FAILED, ACTIVATING, ACTIVATED, FAILED) = (
    range(8)
)


class Image:
    """restart(utc_s): the meter goes away to start its new firmware.

    block_size   octets of every block but the last
    lose         probability that a block is not stored, though it is answered with success
    verify_busy  how often verification is not over yet when asked for, or asked about
    activate_busy  likewise for activation
    fails        "verify" or "activate": that step fails
    """

    def __init__(self, seed, restart):
        self._prng = random.Random(f"image/{seed}")
        self._restart = restart
        self.block_size = BLOCK_SIZE
        self.lose = 0.0
        self.verify_busy = self.activate_busy = 0
        self.fails = ""
        self.enabled = True
        self.firmware = FIRST_FIRMWARE
        self.status = NOT_INITIATED
        self._busy = 0
        self._identifier, self._size = b"", 0
        self._blocks = []

    def item(self):
        methods = {1: self._initiate, 2: self._take, 3: self._verify, 4: self._activate}
        return Item(
            18,
            {
                2: lambda t: data.u32(self.block_size),
                3: lambda t: data.bits([block is not None for block in self._blocks]),
                4: lambda t: data.u32(self._first_missing()),
                5: lambda t: data.boolean(self.enabled),
                6: self._status,
                7: lambda t: self._to_activate(),
            },
            {5: self._enable},
            methods,
        )

    @property
    def octets(self):
        """What is stored, missing blocks left out."""
        return b"".join(filter(None, self._blocks))

    def _first_missing(self):
        missing = (n for n, block in enumerate(self._blocks) if block is None)
        return next(missing, len(self._blocks))

    def _enable(self, value, utc_s):
        if value.tag != 3:
            return TYPE_UNMATCHED
        self.enabled = bool(value.value)
        return OK

    def _status(self, utc_s):
        if self.status in (VERIFYING, ACTIVATING):
            self._go_on(utc_s)
        return data.enum(self.status)

    def _initiate(self, value, utc_s):
        """structure{identifier, size}: what was there is forgotten."""
        if not _is_pair(value, data.OCTETS, 6):
            return TYPE_UNMATCHED
        identifier, size = bytes(value.value[0].value), value.value[1].value
        if not self.enabled or not 0 < size <= SIZE_MAX:
            return DENIED
        self._identifier, self._size = identifier, size
        self._blocks = [None] * -(-size // self.block_size)
        self.status = INITIATED
        return OK

    def _take(self, value, utc_s):
        """structure{number, octets}; the last block may be shorter, no other."""
        if not _is_pair(value, 6, data.OCTETS):
            return TYPE_UNMATCHED
        number, octets = value.value[0].value, bytes(value.value[1].value)
        if not self.enabled or self.status not in (INITIATED, VERIFY_FAILED):
            return DENIED
        if number >= len(self._blocks) or len(octets) != self._length(number):
            return OTHER_REASON
        if not (self.lose and self._prng.random() < self.lose):
            self._blocks[number] = octets
        return OK

    def _length(self, number):
        return min(self.block_size, self._size - number * self.block_size)

    def _verify(self, value, utc_s):
        ready = self.status in (INITIATED, VERIFYING, VERIFIED, VERIFY_FAILED)
        if not (self.enabled and ready) or self._first_missing() < len(self._blocks):
            return OTHER_REASON
        if self.status != VERIFYING:
            self.status, self._busy = VERIFYING, self.verify_busy
        return self._go_on(utc_s)

    def _activate(self, value, utc_s):
        if self.status not in (VERIFIED, ACTIVATING):
            return OTHER_REASON
        if self.status != ACTIVATING:
            self.status, self._busy = ACTIVATING, self.activate_busy
        return self._go_on(utc_s)

    def _go_on(self, utc_s):
        """One more look at what is under way: temporary-failure until it is over."""
        if self._busy:
            self._busy -= 1
            return TEMPORARY_FAILURE
        if self.status == VERIFYING:
            self.status = VERIFY_FAILED if self.fails == "verify" else VERIFIED
            return OK if self.status == VERIFIED else OTHER_REASON
        self.status = FAILED if self.fails == "activate" else ACTIVATED
        if self.status == FAILED:
            return OTHER_REASON
        self.firmware = self._identifier
        self._restart(utc_s)
        return OK

    def _to_activate(self):
        """array of structure{size, identifier, signature}; SHA-256 signs the image."""
        if self.status not in (VERIFIED, ACTIVATING, ACTIVATED):
            return data.array([])
        signature = data.octets(hashlib.sha256(self.octets).digest())
        return data.array(
            [data.structure(data.u32(self._size), data.octets(self._identifier), signature)]
        )


def _is_pair(value, *tags):
    if value is None or value.tag != data.STRUCTURE or len(value.value) != len(tags):
        return False
    return tuple(item.tag for item in value.value) == tags
