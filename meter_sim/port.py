"""Where the bus of the meters comes out: a pty with a stable name, or a real serial port."""

import os
import stat
import termios
import tty

import serial

from meter_sim.mode_e import UNSEEN, Line

PTY_FOLDER = "/dev/pts/"
READ_MAX = 4096
_SPEEDS = {
    getattr(termios, f"B{baud}"): baud
    for baud in (300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)
}


class PortUnusable(Exception):
    """What, where, and how to mend it, in one line."""


def open_port(path, baud, parity):
    """A `Pty`, or a `Tty` if `path` is a character device that exists."""
    if os.path.islink(path) and os.readlink(path).startswith(PTY_FOLDER):
        if os.path.exists(path):
            raise PortUnusable(
                f"{path} leads to {os.readlink(path)}, which is alive: is another meter-sim "
                "there? End it, or remove the link"
            )
        return Pty(path)  # one of ours, left behind
    if not os.path.lexists(path):
        return Pty(path)
    if os.path.exists(path) and stat.S_ISCHR(os.stat(path).st_mode):
        return Tty(path, baud, parity)
    raise PortUnusable(f"{path} is there and is no serial port: remove it or give another path")


def read(port):
    """What has come."""
    try:
        octets = os.read(port.fd, READ_MAX)
    except OSError:
        octets = b""
    if not octets:
        raise PortUnusable(f"{port.name} is gone: plug it in, start again")
    return octets


def write(port, octets):
    """All of it, or what there is room for: a wire does not wait. That the port is gone `read`
    says."""
    try:
        os.write(port.fd, octets)
    except OSError:
        pass


class Pty:
    """A new pty; `announce` makes `path` a link to its slave side."""

    def __init__(self, path):
        self.fd, self._slave_fd = os.openpty()  # the slave stays open: no hang-up, ever
        tty.setraw(self._slave_fd)
        os.set_blocking(self.fd, False)
        self._path = path
        self.name = os.ttyname(self._slave_fd)

    def announce(self):
        fresh = f"{self._path}.{os.getpid()}"
        try:
            os.symlink(self.name, fresh)
            os.replace(fresh, self._path)
        except OSError as error:
            raise PortUnusable(f"cannot link {self._path}: {error.strerror}") from None

    def their_line(self):
        """How the other side talks; -1 is a rate that no meter has."""
        return Line(_SPEEDS.get(termios.tcgetattr(self._slave_fd)[4], -1), None, None)

    def use(self, line):
        """A pty has no rate of its own."""

    def close(self):
        if os.path.islink(self._path) and os.readlink(self._path) == self.name:
            os.unlink(self._path)
        os.close(self.fd)
        os.close(self._slave_fd)


class Tty:
    def __init__(self, path, baud, parity):
        # the other end of a pty: it keeps a rate, and refuses to have parity or 7 bits
        self._is_pty = os.path.realpath(path).startswith(PTY_FOLDER)
        try:
            self._serial = serial.Serial(path, baud, parity=parity, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise PortUnusable(f"cannot open {path}: {error}") from None
        self.name = path
        self.fd = self._serial.fileno()

    def announce(self):
        """It has been there all the time."""

    def their_line(self):
        return UNSEEN

    def use(self, line):
        """Talk and listen like this from now on, once all is said."""
        port = self._serial
        baud, bits, parity = (line.baud, 8, "N") if self._is_pty else line
        if (port.baudrate, port.bytesize, port.parity) != (baud, bits, parity):
            port.flush()
            port.apply_settings({"baudrate": baud, "bytesize": bits, "parity": parity})

    def close(self):
        self._serial.close()
