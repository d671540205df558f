"""What a failed call of the operating system means, in words a technician can act on."""

import errno

# The numbers below 35 are the same on every Linux (asm-generic/errno-base.h) and MicroPython
# does not name them all; the others differ from machine to machine.
_WORDS = {
    1: "not permitted",
    2: "does not exist",
    5: "input/output error: the device is faulty or gone",
    6: "no such device",
    11: "in use by another program",
    13: "permission denied",
    16: "in use by another program",
    19: "no such device",
    20: "a part of the path is not a folder",
    21: "is a folder",
    22: "the device does not take these settings",
    24: "too many open files",
    25: "not a serial port",
    28: "disk full",
    30: "the file system is read-only",
    32: "closed by the peer",
    getattr(errno, "EADDRNOTAVAIL", 99): "no address of this machine",
    getattr(errno, "ENETUNREACH", 101): "network unreachable: no route",
    errno.EADDRINUSE: "the port is in use by another program",
    errno.ECONNABORTED: "connection aborted",
    errno.ECONNREFUSED: "connection refused: nothing listens there",
    errno.ECONNRESET: "reset by the peer",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ENOBUFS: "no buffer space",
    errno.ETIMEDOUT: "timed out: no answer from the network",
}


def reason(error):
    """The words for an OSError, with its number."""
    number = error.errno
    words = _WORDS.get(number)
    return f"{words} (errno {number})" if words else f"errno {number}: {error.args[-1]}"
