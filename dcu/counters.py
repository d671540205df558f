"""The invocation counters of all that the DCU sends ciphered: none is ever used twice with a key.

Each key has one counter, whomever it is used with: the initialization vector of AES-GCM is made of
our system title and the counter, so two meters with the same key must not see the same number.
Counters are reserved in blocks, and a block is durable before its first number is used; a power
cut costs what is left of a block.

Reference: NIST SP 800-38D, 8 (uniqueness); IEC 62056-5-3, invocation counter.
"""

import hashlib

from dcu.schema import whole
from hal.errors import PortError, Refused
from wire.ciphering import COUNTER_MAX

KEYS_MAX = 4096  # the meters and the HES, some keys each; those in use no more stay for ever
BLOCK = 1024
_FIRST = 1  # a meter that has not heard the key holds 0, and takes only what is more
_FINGERPRINT_OCTETS = 4  # two keys that share one share a counter, which does no harm


def counter_name(title, key):
    """What the counter of `key`, used by the system `title`, is kept by; the key is not in it."""
    return title.hex() + "-" + hashlib.sha256(title + key).digest()[:_FINGERPRINT_OCTETS].hex()


class Counters:
    """`kept` has load() -> bytes or None and save(bytes), durable on return. It keeps the last two
    that were saved, and gives the newest that is whole; so each is saved twice: a rotten one must
    not bring back the one before it."""

    def __init__(self, kept):
        self._kept = kept
        self._ends = _ends_of(kept.load())  # what is durable: below it, all may have been used
        self._next = dict(self._ends)

    def knows(self, name):
        """Whether the counter was ever used here. If not, its peer may have heard greater ones
        of another DCU, or of this one before its disk was lost: ask it first."""
        return name in self._next

    def take(self, name):
        """A number never given before. PortError when it cannot be made sure, Refused when there
        is none left."""
        number = self._next.get(name, _FIRST)
        if number > COUNTER_MAX:
            raise Refused(f"counter {name} is used up: the key must be changed")
        if number >= self._ends.get(name, 0):
            self._reserve(name, number + BLOCK)
        self._next[name] = number + 1
        return number

    def raise_to(self, name, number):
        """The next one given is `number` or more; whether it would have been less."""
        before = self._next.get(name, _FIRST)
        self._next[name] = max(before, number)
        return before < number

    def _reserve(self, name, end):
        ends = dict(self._ends)
        ends[name] = end
        if len(ends) > KEYS_MAX:
            raise Refused(f"more than {KEYS_MAX} keys have been in use")
        text = "".join([f"{each} {ends[each]}\n" for each in sorted(ends)]).encode()
        self._kept.save(text)
        self._kept.save(text)
        self._ends = ends


class Counter:
    """One of them, as wire/ciphering.py wants what it sends with."""

    def __init__(self, counters, name):
        self._counters = counters
        self._name = name

    def next(self):
        """Refused also when the disk does not keep it: no fault of the line that it is for."""
        try:
            return self._counters.take(self._name)
        except PortError as error:
            reason = str(error)
        raise Refused(f"nothing is sent ciphered: the counter cannot be kept: {reason}")

    def raise_to(self, number):
        return self._counters.raise_to(self._name, number)

    def is_new(self):
        return not self._counters.knows(self._name)


def _ends_of(stored):
    ends = {}
    for line in (stored or b"").decode().split("\n"):
        name, _, text = line.partition(" ")
        end = whole(text, _FIRST, COUNTER_MAX + BLOCK)
        if end:
            ends[name] = end
    return ends
