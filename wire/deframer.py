"""Takes messages out of a stream of octets: bounded, and back in step after damage.

One piece for every framing of this package: each gives a `parse` function that judges what
begins at one octet, and this says where to look, what to skip and what to report.

    parse(buffer, at, searching) -> (size, message)  a message of `size` octets
                                    (size, None)     `size` octets that mean nothing
                                    None             more, please: the beginning is believable
                                    PERHAPS          more, please, but look further on, too
                                    raises Damage    a message began here, and is wrong

`searching` is true between damage and the next good message. What then does not look like a
message is (1, None), for the damage has been reported; only then may a parse give PERHAPS,
and at that octet never raises.
"""

from wire.errors import WireError

PERHAPS = (0, None)

_PERHAPS_MAX = 8  # beginnings to keep an eye on while searching
_SHOWN = 32  # octets of damage in an error


class Damage(WireError):
    """Not a message. `data` are the first octets of what is wrong, `size` is its extent."""

    def __init__(self, reason, octets):
        super().__init__(reason, bytes(octets[:_SHOWN]))
        self.size = len(octets)


def wrong(searching, reason, octets):
    """What a parse gives, or raises, for a beginning that is none."""
    if searching:
        return 1, None
    raise Damage(reason, octets)


class Deframer:
    """Feed it chunks of any size; after each, take messages until None.

    parsers     {first octet of a message: parse}
    noise       octets that are skipped silently between messages; None: all
    buffer_max  octets kept over from earlier chunks. It is more than the longest message, so
                that only a caller who takes no messages out can lose anything.
    """

    def __init__(self, parsers, buffer_max, noise):
        self._parsers = parsers
        self._buffer_max = buffer_max
        self._noise = noise
        self.clear()

    def clear(self):
        """Forget what has been begun: after a silence on the line it will not be finished."""
        self._buffer = bytearray()
        self._next = 0  # where to look for the next beginning
        self._perhaps = []  # beginnings passed over that may yet become messages
        self._reported = 0  # up to here the damage has been reported
        self._searching = False
        self._overrun = False

    def feed(self, data):
        if len(self._buffer) > self._buffer_max:
            self.clear()
            self._overrun = True
        self._buffer.extend(data)

    def next_frame(self):
        """The next message, or None. Raises WireError once for each damaged piece."""
        if self._overrun:
            self._overrun = False
            raise WireError("octets lost: the messages were not taken out")
        for at in list(self._perhaps):
            found = self._judge(at)
            if found != PERHAPS:
                self._perhaps.remove(at)
                if found[1] is not None:
                    return self._deliver(at, found)
        while True:
            at = self._beginning()
            found = self._judge(at) if at < len(self._buffer) else None
            if found is None and self._next <= at:
                self._forget_until(at)
                return None
            if found == PERHAPS:
                self._perhaps = self._perhaps[1 - _PERHAPS_MAX :] + [at]
                self._next = at + 1
            elif found:
                message = self._deliver(at, found)
                if message is not None:
                    return message

    def _beginning(self):
        """Where the next message may begin; what is skipped to get there may be an error."""
        buffer, at = self._buffer, self._next
        while at < len(buffer) and buffer[at] not in self._parsers:
            at += 1
        skipped = bytes(buffer[self._next : at])
        self._next = at
        if self._searching or self._noise is None or not skipped.strip(self._noise):
            return at
        self._searching = True
        raise Damage("octets that belong to no message", skipped)

    def _judge(self, at):
        """What parse says; what is wrong and not yet reported is an error."""
        try:
            return self._parsers[self._buffer[at]](self._buffer, at, self._searching)
        except Damage as damage:
            self._next = at + 1
            if self._searching and at < self._reported:
                return None
            self._searching = True
            self._reported = at + damage.size
            raise

    def _deliver(self, at, found):
        size, message = found
        self._next = at + size
        if message is not None:
            self._perhaps = []
            self._searching = False
        return message

    def _forget_until(self, at):
        gone = min(self._perhaps) if self._perhaps else at
        self._buffer[:gone] = b""
        self._next -= gone
        self._reported -= gone
        self._perhaps = [each - gone for each in self._perhaps]
