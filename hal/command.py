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
    """One at a time. `path` is a folder for what runs, `name` begins the names of its files: two
    that run beside one another have names of their own."""

    def __init__(self, path, name):
        self._base = f"{path}/{name}."
        self._count = 0

    async def run(self, words, limit_s):
        """(exit code, what was said as text). PortError when it cannot be started, or ended."""
        self._count += 1  # one that was given up may end later, and is not taken for the next
        said, code = [f"{self._base}{self._count}.{end}" for end in ("said", "code")]
        _remove(code)  # of another process
        try:
            _start(words, limit_s, said, code)
            clock = Clock()
            while clock.ticks_ms() < 1000 * limit_s + _GRACE_MS:
                await coop.sleep_ms(_LOOK_MS)
                ended = _text_of(code)
                if ended:
                    return int(ended), _text_of(said)
            raise PortError(f"{words[0]}: no end after {limit_s} s")
        finally:
            _remove(said)
            _remove(code)


def _start(words, limit_s, said, code):
    line = " ".join([quoted(word) for word in words])
    inner = f"timeout {limit_s} {line}; echo $? >{quoted(code + '.new')}"
    inner += f"; mv {quoted(code + '.new')} {quoted(code)}"
    if os.system(f"( {inner} ) >{quoted(said)} 2>&1 </dev/null &"):
        raise PortError(f"{words[0]}: the shell cannot be started")


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


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it has not come so far
