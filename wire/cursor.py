"""A reader that cannot run over the end of what came from the wire."""

from wire.errors import WireError

_SHOWN = 32  # octets of the data in an error


def cut_short(data, at):
    """The WireError to raise for `data` that end too early after `at`."""
    return WireError("cut short", data[at : at + _SHOWN])


def length_at(data, at):
    """(length or count, end) of A-XDR: one octet below 80, else 8n and n octets, n = 1..4.

    It is not compared with what is left: a count is of elements, not of octets.
    Reference: IEC 61334-6, 6.10; DLMS encodes it as BER does.
    """
    if at >= len(data):
        raise cut_short(data, at)
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    end = at + (first & 0x0F)
    if not 0x81 <= first <= 0x84:
        raise WireError("not a length", bytes([first]))
    if end > len(data):
        raise cut_short(data, at)
    return int.from_bytes(data[at:end], "big"), end


class Cursor:
    """Takes values off the front of `data`, big-endian. Data too short: WireError.

    A decoder with a loop of its own may read `data` from `at` on, and then sets `at`.
    """

    def __init__(self, data):
        self.data = bytes(data)
        self.at = 0

    def take(self, count):
        """The next `count` octets."""
        assert count >= 0
        end = self.at + count
        if end > len(self.data):
            reason = f"cut short: {count} octets wanted, {self.left()} left"
            raise WireError(reason, self.data[self.at : self.at + _SHOWN])
        octets = self.data[self.at : end]
        self.at = end
        return octets

    def u8(self):
        return self.take(1)[0]

    def u16(self):
        return int.from_bytes(self.take(2), "big")

    def u32(self):
        return int.from_bytes(self.take(4), "big")

    def length(self):
        """A length or a count: see length_at."""
        value, self.at = length_at(self.data, self.at)
        return value

    def left(self):
        """How many octets are not yet taken."""
        return len(self.data) - self.at

    def rest(self):
        return self.take(self.left())
