"""Failed tries to visit a meter, kept with the last frames: what `dcu why` tells of them.

payload := time_s (4) | task (1) | mp (2) | slot_s (4) | try (1) | what (1) | text, UTF-8
"""

import struct
from collections import namedtuple

from hal.errors import PortError

_HEAD = ">IBHIBB"
_HEAD_SIZE = 13
TEXT_MAX = 700  # characters
_FRAMES_MAX = 6
_FRAME_OCTETS_MAX = 40
_BLOCK = 512

Attempt = namedtuple("Attempt", ("time_s", "task", "mp", "slot_s", "number", "what", "text"))


class Attempts:
    """`journal` is of the store that the ledger is in, too: they are committed together."""

    def __init__(self, journal, readings):
        self.journal = journal
        self._readings = readings

    def put(self, attempt):
        time_s, task, mp, slot_s, number, what, text = attempt
        head = struct.pack(_HEAD, time_s, task, mp, slot_s, min(number, 255), what)
        self._readings.put_about(self.journal.append, head + text[:TEXT_MAX].encode())

    def of(self, mp, from_s, to_s):
        """Attempts of a meter with from_s <= time < to_s, oldest first."""
        found = []
        after = self.journal.first - 1
        while True:
            records = self._read(after)
            if not records:
                return found
            for _, payload in records:
                attempt = _unpack(payload)
                if attempt.mp == mp and from_s <= attempt.time_s < to_s:
                    found.append(attempt)
            after = records[-1][0]

    def _read(self, after):
        try:
            return self.journal.read(after, _BLOCK)
        except PortError:
            return []


def _unpack(payload):
    return Attempt(*struct.unpack(_HEAD, payload[:_HEAD_SIZE]), payload[_HEAD_SIZE:].decode())


def frames_in_words(pieces):
    """`pieces` are the last (is sent, octets) on the bus: one line for each, shortened."""
    lines = []
    for is_sent, octets in pieces[-_FRAMES_MAX:]:
        shown = octets[:_FRAME_OCTETS_MAX].hex().upper()
        more = "" if len(octets) <= _FRAME_OCTETS_MAX else f" … {len(octets)} octets"
        lines.append(f"{'sent ' if is_sent else 'heard'} {shown}{more}")
    if pieces and pieces[-1][0]:
        lines.append("heard nothing")
    return lines
