"""The half of hal/serial.py that is for MicroPython on Linux: the device by termios.

Weaker than under CPython:
- The device cannot be locked: that it is in use is noticed within this process only.
- It is opened without O_NOCTTY. A session leader without a terminal (a service, setsid) gets the
  port as its terminal, and is killed by SIGHUP when it hangs up: start it with nohup.
- The numbers are those of x86, ARM and RISC-V (asm-generic/termbits.h), not of MIPS or PowerPC.
"""

import termios

_EBUSY = 16
_CLOCAL, _CREAD = 0o4000, 0o200
_DATABITS = {7: 0o40, 8: 0o60}
_PARITY = {"N": 0, "E": 0o400, "O": 0o1400}
_STOPBITS = {1: 0, 2: 0o100}
_BAUDS = {
    300: 7,
    600: 8,
    1200: 9,
    2400: 11,
    4800: 12,
    9600: 13,
    19200: 14,
    38400: 15,
    57600: 0o10001,
    115200: 0o10002,
}
_VTIME, _VMIN = 5, 6
_AFTER_OUTPUT, _AFTER_OUTPUT_AND_DROP_INPUT = 1, 2  # TCSADRAIN, TCSAFLUSH

_open_paths = []


class Tty:
    """Methods raise OSError with an errno. `file` is what a task can wait for."""

    def __init__(self, path):
        if path in _open_paths:
            raise OSError(_EBUSY)
        self._path = path
        self.file = open(path, "r+b")
        try:
            self._attributes = termios.tcgetattr(self.file.fileno())
            self._apply(9600, 8, "N", 1, _AFTER_OUTPUT_AND_DROP_INPUT)
        except OSError as error:
            self.file.close()
            raise error
        _open_paths.append(path)

    def set(self, baud, databits, parity, stopbits):
        self._apply(baud, databits, parity, stopbits, _AFTER_OUTPUT)

    def _apply(self, baud, databits, parity, stopbits, when):
        bits = _DATABITS[databits] | _PARITY[parity] | _STOPBITS[stopbits]
        speed, control = _BAUDS[baud], self._attributes[6]
        control[_VTIME] = control[_VMIN] = 0  # a read takes what is there, and never blocks
        self._attributes[:6] = [0, 0, _CLOCAL | _CREAD | bits, 0, speed, speed]
        termios.tcsetattr(self.file.fileno(), when, self._attributes)

    def read(self, size):
        return self.file.read(size)

    def write(self, data):
        """How many octets it took. It would block on a device that has room for none."""
        return self.file.write(data)

    def has_sent(self):
        """True, once it is: the caller has waited for the time on the wire, so that the few
        octets that may be left block for a moment only."""
        termios.tcsetattr(self.file.fileno(), _AFTER_OUTPUT, self._attributes)
        return True

    def close(self):
        _open_paths.remove(self._path)
        self.file.close()
