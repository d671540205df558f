"""How much is taken of a peer in a time: what nobody has asked for must not take all of it."""

from hal import coop

FRAMES_MAX, FRAMES_MS = 200, 1_000  # requests of one peer that has dialled us; more wait
DATAGRAMS_MAX = 1_000  # of one, likewise; more are dropped, for nobody can be made to wait
TOLD_MAX, TOLD_MS = 10, 60_000  # lines of log about those who are not let in


class Pace:
    """At most `most` in each `period_ms`, counted from the first of them."""

    def __init__(self, clock, most, period_ms):
        self._clock = clock
        self._most = most
        self._period_ms = period_ms
        self._began_ms = clock.ticks_ms()
        self._count = 0

    def is_over(self):
        """Count one more; True when it is one too many."""
        now_ms = self._clock.ticks_ms()
        if now_ms - self._began_ms >= self._period_ms:
            self._began_ms, self._count = now_ms, 0
        self._count += 1
        return self._count > self._most

    async def turn(self):
        """Wait until one more may be taken."""
        while self.is_over():
            left_ms = self._began_ms + self._period_ms - self._clock.ticks_ms()
            await coop.sleep_ms(max(1, left_ms))


def paced(log, clock):
    """`log`, a function(part, text), for what strangers cause: what is too much is not said."""
    pace = Pace(clock, TOLD_MAX, TOLD_MS)

    def say(part, text):
        if not pace.is_over():
            log(part, text)

    return say
