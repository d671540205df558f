"""A null-modem cable: two pseudo-terminals, what goes into one comes out of the other."""

import os
import select
import threading
import tty


class Cable:
    """`near` and `far` are the paths of its ends, until `close`."""

    def __init__(self):
        pairs = [os.openpty() for _ in range(2)]
        for _, slave in pairs:
            tty.setraw(slave)
        self._masters = [master for master, _ in pairs]
        self._slaves = [slave for _, slave in pairs]  # open, or a close would be a hang-up
        self.near, self.far = [os.ttyname(slave) for slave in self._slaves]
        self._stopped, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        os.close(self._stop)
        self._thread.join()
        for file in (*self._masters, *self._slaves, self._stopped):
            os.close(file)

    def _run(self):
        one, other = self._masters
        towards = {one: other, other: one}
        while True:
            ready, _, _ = select.select([*towards, self._stopped], [], [])
            if self._stopped in ready:
                return
            for file in ready:
                os.write(towards[file], os.read(file, 4096))
