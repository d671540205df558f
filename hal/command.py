"""Runs a program of the operating system beside the loop: the same on both interpreters.

The shell starts it in the background and writes its exit code into a file, which is looked at now
and then: MicroPython has no other way that does not stop everything.
"""

import os

from hal import coop
from hal.clock import Clock
from hal.errors import PortError

OUTPUT_MAX = 4096  # octets of what it said
NOT_FOUND = 127  # exit code of the shell
TOO_LONG = 124  # of timeout(1)
_LOOK_MS = 50
_GRACE_MS = 2_000  # after the limit: then not even the shell answers


class Commands:
    """`path` is a folder for what runs; one at a time."""

    def __init__(self, path):
        self._path = path

    async def run(self, words, limit_s):
        """(exit code, what was said as text). PortError when it cannot be started, or ended."""
        said, code = self._path + "/command.said", self._path + "/command.code"
        line = " ".join([quoted(word) for word in words])
        os.system(f"rm -f {quoted(code)}")
        inner = f"timeout {limit_s} {line}; echo $? >{quoted(code + '.new')}"
        inner += f"; mv {quoted(code + '.new')} {quoted(code)}"
        if os.system(f"( {inner} ) >{quoted(said)} 2>&1 </dev/null &"):
            raise PortError(f"{words[0]}: the shell cannot be started")
        clock = Clock()
        while clock.ticks_ms() < 1000 * limit_s + _GRACE_MS:
            await coop.sleep_ms(_LOOK_MS)
            ended = _text_of(code)
            if ended:
                return int(ended), _text_of(said)
        raise PortError(f"{words[0]}: no end after {limit_s} s")


def quoted(text):
    """For the shell, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"


def _text_of(path):
    try:
        with open(path, "rb") as file:
            octets = file.read(OUTPUT_MAX)
    except OSError:
        return ""
    return "".join([chr(octet) if octet < 127 else "?" for octet in octets]).strip()
