"""The meters of a plant on one half-duplex bus: octets come, answers go, in the time it takes.

With an octet time, the bus takes as long as a real one: a request is heard when its last octet
would have arrived, and an answer comes in pieces of a UART's buffer at the pace of the baud
rate. One talker at a time: an answer waits until the one before it is through.
"""

from functools import partial

from meter_sim.loop import now_ms
from meter_sim.port import read, write

PIECE = 16  # octets; the buffer of a common UART
QUIET_MS = 200  # of a bus on which a meter may talk unasked
LINE_MS = 1000  # how often the line is looked at while nothing happens


class SerialBus:
    """octet_ms()  time of one octet on the wire, or 0 for as fast as it goes"""

    def __init__(self, loop, port, plant, octet_ms):
        self._loop = loop
        self._port = port
        self._plant = plant
        self._octet_ms = octet_ms
        self._request_until_ms = 0
        self._answer_until_ms = 0
        self._busy_until_ms = 0
        self._is_waiting = False  # for a quiet bus, to push
        self._unsaid = 0  # answers, or pieces of them, that are still to come
        loop.watch(port.fd, self._read)
        self._has_lines = plant.line(now_ms()) is not None
        if self._has_lines:
            self._watch_line()

    def tell(self):
        """Let the meters say what they want to push, as soon as the bus is quiet."""
        if self._plant.has_frames_to_push() and not self._is_waiting:
            self._wait_for_quiet()

    def _wait_for_quiet(self, _=b""):
        quiet_ms = self._busy_until_ms + QUIET_MS
        self._is_waiting = bool(self._unsaid) or now_ms() < quiet_ms
        if self._is_waiting:
            self._loop.at(max(quiet_ms, now_ms() + 1), self._wait_for_quiet)
            return
        for frames in self._plant.unasked():
            self._say(self._octet_ms(), frames)

    def _read(self):
        octets = read(self._port)
        start_ms = max(now_ms(), self._request_until_ms)
        self._request_until_ms = start_ms + len(octets) * self._octet_ms()
        self._is_busy_until(self._request_until_ms)
        self._loop.at(self._request_until_ms, self._hear, octets)

    def _hear(self, octets):
        heard_ms = now_ms()
        say = partial(self._say, self._octet_ms())  # mode E: an answer goes at the old rate
        for reply_after_ms, answer in self._plant.hear(octets, heard_ms):
            self._is_busy_until(heard_ms + reply_after_ms)
            self._later(heard_ms + reply_after_ms, say, answer)
        self.tell()

    def _say(self, octet_ms, answer):
        when_ms = max(now_ms(), self._answer_until_ms)
        self._answer_until_ms = when_ms + len(answer) * octet_ms
        self._is_busy_until(self._answer_until_ms)
        if not octet_ms:
            self._write(answer)
        for at in range(0, len(answer), PIECE) if octet_ms else ():
            piece = answer[at : at + PIECE]
            when_ms += len(piece) * octet_ms
            self._later(when_ms, self._write, piece)

    def _later(self, when_ms, act, octets):
        self._unsaid += 1
        self._loop.at(when_ms, lambda said: self._now(act, said), octets)

    def _now(self, act, octets):
        act(octets)
        self._unsaid -= 1
        if self._has_lines:
            self._settle()

    def _watch_line(self, _=b""):
        """Meters of mode E go back to 300 bit/s also when nothing happens."""
        self._settle()
        self._loop.at(now_ms() + LINE_MS, self._watch_line)

    def _settle(self):
        """The port at the rate of the meters, unless an answer is still on its way."""
        if not self._unsaid:
            self._port.use(self._plant.line(now_ms()))

    def _is_busy_until(self, moment_ms):
        self._busy_until_ms = max(self._busy_until_ms, moment_ms)

    def _write(self, octets):
        write(self._port, octets)
