"""The switch below the terminal cover: who opens it is an event, also while the power was off."""

from dcu.alarm_codes import COVER_CLOSED, COVER_OPENED
from hal.errors import PortError

STEADY_MS = 1_000  # a switch that bounces, or a touch, is no opening
_WORDS = {True: b"open", False: b"closed"}
_WHILE_OFF = "while the DCU was off"


class Cover:
    """kept   load() -> bytes or None and save(bytes), durable on return: as it was last
    clock  ticks_ms()
    alarm  function(code, mp, text)

    is_open   None while nobody knows
    """

    def __init__(self, kept, clock, alarm):
        known = [is_open for is_open, word in _WORDS.items() if word == kept.load()]
        self.is_open = known[0] if known else None
        self._kept = kept
        self._clock = clock
        self._alarm = alarm
        self._is_unsaved = False
        self._text = _WHILE_OFF if known else ""
        self._seen = None
        self._since_ms = 0

    def look(self, is_open):
        """What the switch says now; it is asked again and again."""
        now_ms = self._clock.ticks_ms()
        if is_open != self._seen:
            self._seen, self._since_ms = is_open, now_ms
        if now_ms - self._since_ms >= STEADY_MS:
            self._take(is_open)
        if self._is_unsaved:
            self._save()

    def _take(self, is_open):
        """A cover that is closed when it is seen first is as it should be."""
        before, text = self.is_open, self._text
        self._text = ""
        if is_open == before:
            return
        self.is_open = is_open
        if is_open or before is not None:
            self._alarm(COVER_OPENED if is_open else COVER_CLOSED, 0, text)
        self._is_unsaved = True

    def _save(self):
        """After the event: a power cut between tells it twice, and never not at all."""
        try:
            self._kept.save(_WORDS[self.is_open])
            self._is_unsaved = False
        except PortError:
            pass  # the disk; again at the next look
