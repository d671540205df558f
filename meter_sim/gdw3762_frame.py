"""Frames of Q/GDW 376.2 as a module hears and says them.

Written apart from the firmware, from the public description of the protocol. Like all of the
simulated modules it runs on MicroPython, too, and so does without construct.
"""

from collections import namedtuple

START, END = 0x68, 0x16
SIZE_MIN, SIZE_MAX = 15, 1024  # octets of a frame
GAP_MS = 500  # of silence: what was begun is not finished any more
UP, PRM = 0x80, 0x40
FOR_METER = 0x04  # of the first octet of R: addresses follow

# ends: (source, destination) as 12 digits, or None; phase and quality only of what comes up
Frame = namedtuple("Frame", ("control", "sequence", "ends", "afn", "fn", "data"))


def bcd(digits):
    """6 octets, low one first."""
    return bytes([int(digits[at : at + 2], 16) for at in range(10, -1, -2)])


def digits(octets):
    return "".join([f"{octet:02X}" for octet in reversed(bytes(octets))])


def seal(frame, phase=0, quality=0):
    """The octets of what a module says."""
    flags = FOR_METER if frame.ends else 0
    body = bytes([frame.control, flags, 0, phase, quality, 0, frame.sequence])
    for end in frame.ends or ():
        body += bcd(end)
    body += bytes([frame.afn, 1 << (frame.fn - 1) % 8, (frame.fn - 1) // 8]) + frame.data
    size = (len(body) + 5).to_bytes(2, "little")
    return bytes([START]) + size + body + bytes([sum(body) & 0xFF, END])


class Ear:
    """What is no good frame is passed over and counted: nobody answers damage."""

    def __init__(self):
        self.dropped = 0
        self._octets = bytearray()
        self._heard_ms = 0

    def frames(self, octets, now_ms):
        if now_ms - self._heard_ms > GAP_MS:
            self._octets = bytearray()
        self._heard_ms = now_ms
        self._octets += octets
        found = []
        while len(self._octets) >= 3:
            octets = self._octets
            size = octets[1] | octets[2] << 8
            if octets[0] != START or not SIZE_MIN <= size <= SIZE_MAX:
                self._octets = octets[1:]
                continue
            if len(octets) < size:
                break
            frame = _opened(bytes(octets[:size]))
            self._octets = octets[size if frame else 1 :]
            self.dropped += frame is None
            found += [frame] if frame else []
        return found


def _opened(octets):
    """The Frame, or None if it is damaged or for a concentrator."""
    if octets[-1] != END or sum(octets[3:-2]) & 0xFF != octets[-2] or octets[3] & UP:
        return None
    ends, at = None, 10
    if octets[4] & FOR_METER:
        at = 22 + 6 * (octets[4] >> 4)
        ends = (digits(octets[10:16]), digits(octets[at - 6 : at]))
    if at + 5 > len(octets) or octets[at + 1] not in (1, 2, 4, 8, 16, 32, 64, 128):
        return None
    bit = 0
    while octets[at + 1] >> bit != 1:
        bit += 1
    fn = octets[at + 2] * 8 + bit + 1
    return Frame(octets[3], octets[9], ends, octets[at], fn, octets[at + 3 : -2])
