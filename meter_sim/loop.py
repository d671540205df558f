"""Waits for octets, commands and moments, on one thread; the only place that waits."""

import heapq
import selectors
import signal
import socket
import time

READABLE, WRITABLE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Loop:
    def __init__(self):
        self._todo = []  # heap of (when, number, what, octets)
        self._number = 0
        self._stopped = False
        self._selector = selectors.DefaultSelector()

    def watch(self, descriptor, ready, what=READABLE):
        """Call `ready()` whenever the descriptor can be read, or written."""
        self._selector.register(descriptor, what, ready)

    def unwatch(self, descriptor):
        self._selector.unregister(descriptor)

    def stop_on_signals(self):
        """SIGINT and SIGTERM end `run`, also while it waits."""
        woken, waker = socket.socketpair()
        waker.setblocking(False)
        self.watch(woken, lambda: woken.recv(16))
        signal.set_wakeup_fd(waker.fileno())
        self._pair = woken, waker  # to be kept open
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop())

    def stop(self):
        self._stopped = True

    def run(self):
        """Until `stop`, which may have come before, or until what it calls raises.

        It can be run again.
        """
        while not self._stopped:
            wait_s = max(0, self._todo[0][0] - now_ms()) / 1000 if self._todo else None
            for key, _ in self._selector.select(wait_s):
                key.data()
            while self._todo and self._todo[0][0] <= now_ms():
                _, _, act, octets = heapq.heappop(self._todo)
                act(octets)
        self._stopped = False

    def at(self, when_ms, act, octets=b""):
        """Call `act(octets)` at a moment of `now_ms`; of the same moment, in order."""
        self._number += 1
        heapq.heappush(self._todo, (when_ms, self._number, act, octets))


def now_ms():
    return time.monotonic() * 1000
