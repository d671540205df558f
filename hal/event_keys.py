"""The keys of the panel on a keyboard or keypad that Linux knows: /dev/input/eventN.

Reference: include/uapi/linux/input.h (struct input_event), input-event-codes.h.
"""

import struct
import sys

from hal import coop
from hal.errors import PortError
from hal.guarded import guarded

if sys.implementation.name == "micropython":
    from hal import files_upy as _own
else:
    from hal import files_cpython as _own

_EVENT = "llHHi"  # time in s and us, as wide as the machine's long; type, code, value
_SIZE = struct.calcsize(_EVENT)  # at once; of more MicroPython would wait for all
_KEY = 1  # of type
_RELEASED = 0  # of value; 1 is pressed, 2 is held and repeats
KEYS = {  # by code
    1: "back",  # Esc
    14: "back",  # Backspace
    28: "enter",
    96: "enter",  # of the keypad
    103: "up",
    105: "left",
    106: "right",
    108: "down",
    158: "back",
    353: "enter",  # Select
}


def keys_in(octets):
    """The keys pressed, of whole events; others are left out."""
    found = []
    for at in range(0, len(octets) - _SIZE + 1, _SIZE):
        _, _, kind, code, value = struct.unpack(_EVENT, octets[at : at + _SIZE])
        if kind == _KEY and value != _RELEASED and code in KEYS:
            found.append(KEYS[code])
    return found


class EventKeypad:
    """A key that is held comes again and again, as the kernel repeats it."""

    def __init__(self, path):
        self._path = path
        self._file = guarded(self._path, _own.open_device, path)

    async def read(self, timeout_ms):
        """One of the six keys, or None after the silence. PortError when it is unplugged."""
        while await coop.readable(self._file, timeout_ms):
            event = guarded(self._path, self._file.read, _SIZE)
            if event is None:
                return None
            if not event:
                raise PortError(f"{self._path}: hung up")
            found = keys_in(event)
            if found:
                return found[0]
            timeout_ms = 0  # what is there already; else it is silence
        return None

    def close(self):
        coop.release(self._file)
        self._file.close()
