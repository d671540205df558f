"""The invocation counter of what the HES sends with one key, to whichever DCU: none comes twice.

The initialization vector of AES-GCM is made of our system title and the counter; a number used
twice with a key would give the key away. So a block is durable before its first number is used: a
HES that is killed goes on above it.

Reference: NIST SP 800-38D, 8 (uniqueness).
"""

import hashlib

from hes_stub.errors import HesError
from wire.ciphering import COUNTER_MAX

BLOCK = 1024
FIRST = 1  # a DCU that has not heard the key holds 0, and takes only what is more
LEFT_MIN = 1 << 20  # who says that a key is that near its end is not believed
JUMPS_MAX = 1 << 28  # by hearsay, in one run: anybody can tell it, and it uses the key up


def fingerprint(title, key):
    """What the counter of `key` is kept by; the key cannot be found from it."""
    return hashlib.sha256(title + key).digest()[:8].hex()


class SentCounter:
    """As wire/ciphering.py wants what is sent with a key. `store`: hes_stub/key_store.py."""

    def __init__(self, store, name):
        self._store = store
        self._name = name
        self._reserved = store.reserved(name)
        self._is_new = self._reserved == 0
        self._next = max(self._reserved, FIRST)
        self._jumps_left = JUMPS_MAX

    def next(self):
        """A number never given before. HesError when there are none left, sqlite3.Error when it
        cannot be kept."""
        if self._next > COUNTER_MAX:
            raise HesError(
                "the invocation counter is used up: the DCUs and --dcu-key need new keys"
            )
        if self._next >= self._reserved:
            end = self._next + BLOCK
            self._store.reserve(self._name, end)
            self._reserved = end
        self._next += 1
        return self._next - 1

    def raise_to(self, number):
        """A DCU takes no less than `number`: whether ours was less. HesError for a jump that is
        not believed: it would use the key up. A key that is new to this hes.db may have been used
        by another HES, as much as that one liked."""
        jump = number - self._next
        if jump <= 0:
            return False
        is_far = jump > self._jumps_left and not self._is_new
        if is_far or number > COUNTER_MAX - LEFT_MIN:
            raise HesError(
                f"it wants an invocation counter of {number}, ours is {self._next}: that far ahead"
                " is not believed; if hes.db is an old copy, see docs/hes.md, Keys"
            )
        if not self._is_new:
            self._jumps_left -= jump
        self._is_new = False
        self._next = number
        return True
