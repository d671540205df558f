"""Serial port on a PC or a Linux board: RS485 adapter, UART, pseudo-terminal.

This file keeps the contract; opening and setting the device differs by interpreter.
See hal/README.md, "Serial port".
"""

import os
import sys

from hal import coop
from hal.clock import Clock
from hal.errors import PortError
from hal.guarded import guarded
from hal.reasons import reason

if sys.implementation.name == "micropython":
    from hal.serial_upy import Tty
else:
    from hal.serial_cpython import Tty

BAUDS = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_PIECE = 256  # octets that a terminal takes at once when it says it is writable
_STALL_MS = 2_000  # beyond the time on the wire: flow control, or an adapter that hangs
_LOOK_MS = 1

# By errno: how to mend it.
_PLUG_IN = "plug the adapter in, or correct the path; ls /dev/serial/by-id shows what there is"
_NAME_ONE = "give the path of a serial device; ls /dev/serial/by-id shows what there is"
_MEND = {
    2: _PLUG_IN,
    6: _PLUG_IN,
    19: _PLUG_IN,
    11: "stop the program that has it; fuser {} shows which",
    13: "put the user into the group that owns it: ls -l {}; usermod -aG dialout USER",
    16: "stop the program that has it; fuser {} shows which",
    21: _NAME_ONE,
    25: _NAME_ONE,
}


class SerialPort:
    """`read` and `write`, for one reader and one writer. The port is ours alone until `close`.

    baud is one of BAUDS; parity "N", "E" or "O"; databits 8 or 7. PortError says what is wrong
    with the device, where, and how to mend it.
    """

    def __init__(self, path, baud, parity="N", stopbits=1, databits=8):
        self._path = path
        self._stopbits = stopbits
        self._clock = Clock()
        try:
            self._tty = Tty(path)
        except OSError as error:
            mend = _MEND.get(error.errno, "see dmesg").replace("{}", path)
            raise PortError(f"{path}: {reason(error)}; {mend}")
        try:
            self.settings(baud, parity, databits)
        except PortError:
            self.close()
            raise

    def settings(self, baud, parity="N", databits=8):
        """From the next octet on; not to be called while a write is under way."""
        assert baud in BAUDS and parity in ("N", "E", "O") and databits in (7, 8)
        bits = 1 + databits + (parity != "N") + self._stopbits
        self._octet_us = bits * 1_000_000 // baud
        if _is_pseudo(self._path):  # it carries octets: asking it for a parity is an error
            parity, databits = "N", 8
        guarded(self._path, self._tty.set, baud, databits, parity, self._stopbits)

    async def read(self, size, timeout_ms):
        """1 to `size` octets as soon as there are any; b"" after the silence."""
        self._check_open()
        if not await coop.readable(self._tty.file, timeout_ms):
            return b""
        self._check_open()
        data = guarded(self._path, self._tty.read, size)
        if not data:
            raise PortError(f"{self._path}: hung up; is the adapter still plugged in?")
        return data

    async def write(self, data):
        """Returns when the last bit has left, so that an RS485 bus can be turned round."""
        began_ms = self._clock.ticks_ms()
        wire_ms = len(data) * self._octet_us // 1000 + 1
        limit_ms = began_ms + wire_ms + _STALL_MS
        left = memoryview(data)
        while len(left):
            self._check_open()
            if not await coop.writable(self._tty.file, limit_ms - self._clock.ticks_ms()):
                raise self._stalled()
            self._check_open()
            left = left[guarded(self._path, self._tty.write, left[:_PIECE]) :]
        await coop.sleep_ms(max(0, began_ms + wire_ms - self._clock.ticks_ms()))
        self._check_open()
        while not guarded(self._path, self._tty.has_sent):
            if self._clock.ticks_ms() > limit_ms:
                raise self._stalled()
            await coop.sleep_ms(_LOOK_MS)
            self._check_open()

    def close(self):
        """Who still reads or writes gets a PortError. A second time does nothing."""
        if self._tty:
            tty, self._tty = self._tty, None
            coop.release(tty.file)
            tty.close()

    def _check_open(self):
        if not self._tty:
            raise PortError(f"{self._path}: closed")

    def _stalled(self):
        return PortError(f"{self._path}: takes no octets; is flow control off?")


def _is_pseudo(path):
    """Whether it is a pseudo-terminal, by its file system; `path` may be a link to one."""
    try:
        return os.stat(path)[2] == os.stat("/dev/pts")[2]
    except OSError:
        return False
