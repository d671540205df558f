"""The half of hal/serial.py that is for CPython: pyserial, locked, never blocking."""

import errno
import os
import termios

import serial


class Tty:
    """Methods raise OSError with an errno. `file` is what a task can wait for."""

    def __init__(self, path):
        try:
            self.file = serial.Serial(path, timeout=0, exclusive=True)
        except serial.SerialException as error:
            raise OSError(error.errno or errno.ENOTTY, str(error))

    def set(self, baud, databits, parity, stopbits):
        wanted = {
            "baudrate": baud,
            "bytesize": databits,
            "parity": parity,
            "stopbits": stopbits,
        }
        try:
            self.file.apply_settings(wanted)
        except termios.error as error:
            raise OSError(error.args[0], str(error))

    def read(self, size):
        return os.read(self.file.fileno(), size)

    def write(self, data):
        """How many octets it took."""
        try:
            return os.write(self.file.fileno(), data)
        except BlockingIOError:
            return 0

    def has_sent(self):
        return self.file.out_waiting == 0

    def close(self):
        self.file.close()
