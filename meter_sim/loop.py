"""Waits for octets, commands and moments, on one thread; the only place that waits.

With an octet time, the bus takes as long as a real one: a request is heard when its last octet
would have arrived, and an answer comes in pieces of a UART's buffer at the pace of the baud
rate. One talker at a time: an answer waits until the one before it is through.
"""

import heapq
import os
import selectors
import signal
import socket
import time

from meter_sim.port import PortUnusable

READ_MAX = 4096
PIECE = 16  # octets; the buffer of a common UART


class Loop:
    """octet_ms  time of one octet on the wire, or 0 for as fast as it goes"""

    def __init__(self, port, plant, octet_ms=0):
        self._port = port
        self._plant = plant
        self._octet_ms = octet_ms
        self._todo = []  # heap of (when, number, what, octets)
        self._number = 0
        self._request_until_ms = 0
        self._answer_until_ms = 0
        self._running = True
        self._selector = selectors.DefaultSelector()
        self.watch(port.fd, self._read)

    def watch(self, descriptor, ready):
        """Call `ready()` whenever the descriptor can be read."""
        self._selector.register(descriptor, selectors.EVENT_READ, ready)

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
        self._running = False

    def run(self):
        """Until `stop`, or until the port is gone: PortUnusable."""
        while self._running:
            wait_s = max(0, self._todo[0][0] - _now_ms()) / 1000 if self._todo else None
            for key, _ in self._selector.select(wait_s):
                key.data()
            while self._todo and self._todo[0][0] <= _now_ms():
                _, _, act, octets = heapq.heappop(self._todo)
                act(octets)

    def _at(self, when_ms, act, octets):
        self._number += 1
        heapq.heappush(self._todo, (when_ms, self._number, act, octets))

    def _read(self):
        try:
            octets = os.read(self._port.fd, READ_MAX)
        except OSError:
            octets = b""
        if not octets:
            raise PortUnusable(f"{self._port.name} is gone: plug it in, start again")
        start_ms = max(_now_ms(), self._request_until_ms)
        self._request_until_ms = start_ms + len(octets) * self._octet_ms
        self._at(self._request_until_ms, self._hear, octets)

    def _hear(self, octets):
        now_ms = _now_ms()
        for reply_after_ms, answer in self._plant.hear(octets, now_ms):
            self._at(now_ms + reply_after_ms, self._say, answer)

    def _say(self, answer):
        if not self._octet_ms:
            self._write(answer)
            return
        when_ms = max(_now_ms(), self._answer_until_ms)
        for at in range(0, len(answer), PIECE):
            piece = answer[at : at + PIECE]
            when_ms += len(piece) * self._octet_ms
            self._at(when_ms, self._write, piece)
        self._answer_until_ms = when_ms

    def _write(self, octets):
        try:
            os.write(self._port.fd, octets)
        except OSError:
            pass  # nobody reads, or the port is gone (see _read): a wire does not wait


def _now_ms():
    return time.monotonic() * 1000
