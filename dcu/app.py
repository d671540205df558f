"""Keeps the tasks of the DCU running, and feeds the watchdog only while they all do."""

from hal import coop

_PAUSE_MIN_MS = 1_000
_PAUSE_MAX_MS = 60_000
_FEED_MS = 1_000
_SLOW_STEP_MS = 250  # a task that holds the loop longer than this is said in the log


class Part:
    """A task under supervision. `start(part)` makes its coroutine, which must call
    `part.alive()` at least once in `limit_ms`."""

    def __init__(self, name, start, limit_ms, clock):
        self.name = name
        self.limit_ms = limit_ms
        self._start = start
        self._clock = clock
        self.alive()

    def alive(self):
        self._seen_ms = self._clock.ticks_ms()

    def is_late(self):
        return self._clock.ticks_ms() - self._seen_ms > self.limit_ms

    async def run(self, log):
        """For ever: a part that ends or fails is started again, at growing intervals."""
        pause_ms = _PAUSE_MIN_MS
        while True:
            began_ms = self._clock.ticks_ms()
            self.alive()
            try:
                await self._start(self)
                log(self.name, "ended")
            except Exception as error:  # our own bugs too: the other parts must go on
                log(self.name, f"failed: {error!r}")
            if self._clock.ticks_ms() - began_ms > _PAUSE_MAX_MS:
                pause_ms = _PAUSE_MIN_MS
            await self._pause(pause_ms)
            pause_ms = min(2 * pause_ms, _PAUSE_MAX_MS)

    async def _pause(self, pause_ms):
        """A part that waits to be started again is no late part."""
        ends_ms = self._clock.ticks_ms() + pause_ms
        while self._clock.ticks_ms() < ends_ms:
            self.alive()
            await coop.sleep_ms(min(_FEED_MS, pause_ms))


async def run(parts, feed_watchdog, log, clock, ending=lambda: ""):
    """Returns when a part is late; the watchdog, no longer fed, then resets the board. Or when
    `ending()` gives a reason to end."""
    running = [coop.spawn(part.run(log)) for part in parts]
    try:
        while not (any([part.is_late() for part in parts]) or ending()):
            feed_watchdog()
            slept_ms = clock.ticks_ms()
            await coop.sleep_ms(_FEED_MS)
            over_ms = clock.ticks_ms() - slept_ms - _FEED_MS
            if over_ms > _SLOW_STEP_MS:
                log("app", f"the loop was held for {over_ms} ms")
        late = [part.name for part in parts if part.is_late()]
        log("app", ending() or "late: " + ", ".join(late))
    finally:
        for task in running:
            task.cancel()
