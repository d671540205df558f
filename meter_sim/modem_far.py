"""Who answers when the simulated module dials ATD*99#: a program, with the octets of the line on
its standard input and output. `pppd notty …` is one.
"""

import os
import shlex
import shutil
import subprocess

READ_MAX = 4096


class FarEnd:
    """`say(octets)` takes what it says, `ended()` is called when it has hung up."""

    def __init__(self, loop, command):
        """ValueError when it is no command of a program that is there."""
        self._loop = loop
        try:
            self._words = shlex.split(command)
        except ValueError as wrong:
            raise ValueError(f"--far {command!r}: {wrong}")
        if not self._words or shutil.which(self._words[0]) is None:
            raise ValueError(f"--far {command!r}: there is no such program")
        self._child = None

    def answer(self, say, ended):
        """Somebody dials. OSError when the program cannot be started."""
        self.hang_up()
        pipe = subprocess.PIPE
        child = self._child = subprocess.Popen(self._words, stdin=pipe, stdout=pipe, bufsize=0)
        os.set_blocking(child.stdin.fileno(), False)

        def read():
            octets = os.read(child.stdout.fileno(), READ_MAX)
            if octets:
                say(octets)
            elif self._child is child:
                self.hang_up()
                ended()

        self._loop.watch(child.stdout.fileno(), read)

    def hear(self, octets):
        if self._child:
            try:
                self._child.stdin.write(octets)
            except OSError:
                pass  # it has ended, or hears nothing: a wire does not wait

    def hang_up(self):
        child, self._child = self._child, None
        if child:
            self._loop.unwatch(child.stdout.fileno())
            child.stdin.close()
            child.stdout.close()
            child.terminate()
            child.wait()
