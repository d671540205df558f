"""Alarm codes as bits: words of 32, of which COSEM has an object each.

Word 0 has the codes up to 31, word 1 those from 32 on: alarm registers 0.0.97.98.0.255 and
0.0.97.98.1.255, filters …10 and …11, descriptors …20 and …21.

Reference: IEC 62056-6-1, alarm objects (C = 97, D = 98, E = 0..9, 10..19, 20..29).
"""

FILTERS = ("alarms.pushed", "alarms.pushed_2")  # of each word
BITS = 32
WORD_MAX = (1 << BITS) - 1
CODE_MAX = BITS * len(FILTERS) - 1


def pushed_codes(settings):
    """A bit for each code that is pushed."""
    return sum([settings.get(key) << BITS * word for word, key in enumerate(FILTERS)])


def word_of(bits, word):
    """Those of `bits`, one for each code, that are in this word."""
    return bits >> BITS * word & WORD_MAX


def keep(bits, word, mask):
    """`bits` without those of this word that are not in `mask`."""
    return bits & ~((WORD_MAX & ~mask) << BITS * word)
