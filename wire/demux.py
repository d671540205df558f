"""One byte stream between concentrator and head-end, several protocols told by the first octet.

68      Q/GDW 376.1
00 01   DLMS wrapper
"""

from wire import qgdw3761_frame, wrapper
from wire.deframer import Deframer


class Demux(Deframer):
    """`next_message()` is ("gdw", Frame), ("wrapper", Wrapper) or None. FE between is skipped."""

    def __init__(self):
        parsers = {qgdw3761_frame.FIRST: _gdw, wrapper.FIRST: _wrapper}
        longest = max(qgdw3761_frame.FRAME_MAX, wrapper.LENGTH_MAX + 8)
        super().__init__(parsers, 2 * longest, qgdw3761_frame.NOISE)

    def next_message(self):
        """Raises WireError once for each damaged piece."""
        return self.next_frame()


def _gdw(buffer, at, searching):
    return _named("gdw", qgdw3761_frame.parse(buffer, at, searching))


def _wrapper(buffer, at, searching):
    return _named("wrapper", wrapper.parse(buffer, at, searching))


def _named(name, found):
    if found is None or found[1] is None:
        return found
    return found[0], (name, found[1])
