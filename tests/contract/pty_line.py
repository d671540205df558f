"""A real pseudo-terminal with a parrot at its far end, in a thread of its own: no test."""

import os
import select
import termios
import threading
import time
import tty

from tests.contract.parrot import HANG_UP, Parrot


class PtyLine:
    """`path` is the terminal for the port under test. It is gone after `close` or "hang up"."""

    def __init__(self):
        self._far, near = os.openpty()
        tty.setraw(near)
        self.path = os.ttyname(near)
        self._near = near  # kept open, or the far end would see every close of the port
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        os.close(self._stopped)
        self._thread.join()
        os.close(self._stop)

    def speed_and_stopbits(self):
        """As the driver of the terminal has them: (code of the speed, 1 or 2)."""
        attributes = termios.tcgetattr(self._near)
        return attributes[5], 2 if attributes[2] & termios.CSTOPB else 1

    def _run(self):
        parrot = Parrot()
        try:
            while True:
                ready, _, _ = select.select([self._far, self._stop], [], [])
                if self._stop in ready:
                    return
                for after_ms, octets in parrot.hear(os.read(self._far, 4096)):
                    time.sleep(after_ms / 1000)
                    if octets is HANG_UP:
                        return
                    os.write(self._far, octets)
        finally:
            os.close(self._near)
            os.close(self._far)
