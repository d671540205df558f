"""What can be wrong with a meter, by seed. A meter without faults has no fault set.

silent          hears and says nothing
slow[:MS]       answers after MS (500)
late[:MS]       answers after MS (6000), when nobody waits any more
drop[:RATE]     each octet of an answer is lost with this probability (0.02)
flip[:RATE]     each octet of an answer has one bit turned with this probability (0.02)
garbage         answers noise
as:ADDRESS      answers under another meter's physical address
wrong-tag       ciphered answers with a tag that does not fit
counter-behind[:N]  ciphered answers with an invocation counter of N (100) before
lost-blocks[:RATE]  each streamed general block but the last of a window is lost (0.2)
refuses-without-user-information
                refusals of an association say the diagnostic alone
off:FROM[-TO]   without supply, in seconds since the start or in UTC (10 digits; plant.py)
"""

import random

from meter_sim.frames import ADDRESS

GARBAGE_MAX = 60


def _number(convert, low, high):
    """How an argument from low to high is read; anything else is a ValueError."""

    def number(text):
        value = convert(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return number


def _nothing(text):
    if text:
        raise ValueError(text)
    return True


_RATE = _number(float, 0, 1)
_DELAY_MS = _number(int, 0, 3_600_000)

KINDS = {  # kind: (how its argument is read, default of the argument)
    "silent": (_nothing, ""),
    "slow": (_DELAY_MS, "500"),
    "late": (_DELAY_MS, "6000"),
    "drop": (_RATE, "0.02"),
    "flip": (_RATE, "0.02"),
    "garbage": (_nothing, ""),
    "as": (_number(int, *ADDRESS), None),
    "wrong-tag": (_nothing, ""),
    "counter-behind": (_number(int, 1, 0xFFFFFFFF), "100"),
    "lost-blocks": (_RATE, "0.2"),
    "refuses-without-user-information": (_nothing, ""),
}


class Faults:
    def __init__(self, seed):
        self._prng = random.Random(seed)
        self._set = {}

    def add(self, text):
        """`KIND` or `KIND:ARGUMENT`; raises ValueError with a line for the person."""
        kind, _, argument = text.partition(":")
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are: {', '.join(KINDS)}, off")
        convert, default = KINDS[kind]
        try:
            self._set[kind] = convert(argument or default)
        except (ValueError, TypeError):
            raise ValueError(f"fault {kind} cannot have the argument {argument!r}") from None

    def clear(self):
        self._set.clear()

    @property
    def silent(self):
        return "silent" in self._set

    @property
    def other_address(self):
        return self._set.get("as")

    @property
    def wrong_tag(self):
        return "wrong-tag" in self._set

    @property
    def refuses_without_user_information(self):
        return "refuses-without-user-information" in self._set

    def counter(self, right):
        """The invocation counter that goes out for the right one."""
        return max(0, right - self._set.get("counter-behind", 0))

    def loses_block(self):
        rate = self._set.get("lost-blocks", 0)
        return bool(rate) and self._prng.random() < rate

    def reply_after_ms(self, usual_ms):
        return self._set.get("late", self._set.get("slow", usual_ms))

    def spoil(self, answer):
        """What of a good answer comes out."""
        if not self._set:
            return answer
        prng = self._prng
        if "garbage" in self._set:
            return prng.randbytes(prng.randint(1, GARBAGE_MAX))
        drop, flip = self._set.get("drop", 0), self._set.get("flip", 0)
        kept = [octet for octet in answer if not (drop and prng.random() < drop)]
        if flip:
            kept = [o ^ 1 << prng.randrange(8) if prng.random() < flip else o for o in kept]
        return bytes(kept)
