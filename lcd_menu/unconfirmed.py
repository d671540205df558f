"""A change of the network that nobody has confirmed yet: taken back after a minute, or at the next
start when the power was cut within that minute.
"""

from hal.errors import DcuError, PortError, Refused

KEEP_MS = 60_000  # who has cut off the HES by a change has so long to see it
_AGAIN_MS = 10_000


class Unconfirmed:
    """model has

    field(key, row), put(key, row, text)  as in lcd_menu/engine.py
    remember(change)   keeps it over a restart, or raises PortError; None forgets it
    remembered()       what was kept: [key, row, before, put], or None

    `put` is None from before the change is stored until it is.
    """

    def __init__(self, model, now_ms):
        self._model = model
        self._change = model.remembered()
        self._until_ms = now_ms

    @property
    def is_there(self):
        return self._change is not None

    def begin(self, key, row, before):
        """Before it is stored. PortError when it could not be taken back after a power cut."""
        change = [key, row, before, None]
        self._model.remember(change)
        self._change = change
        self._until_ms = 0  # should it not be stored, the next tick forgets it

    def stored(self, now_ms):
        """It has been: from now on only what was put is taken back."""
        self._until_ms = now_ms + KEEP_MS
        key, row, before, _ = self._change
        self._change = [key, row, before, self._model.field(key, row).text]
        try:
            self._model.remember(self._change)
        except PortError:
            pass  # what is kept already takes it back, too

    def keep(self):
        """PortError when that cannot be kept: then it is taken back in time."""
        self._model.remember(None)
        self._change = None

    def tick(self, now_ms):
        if self.is_there and now_ms >= self._until_ms:
            self.take_back(now_ms)

    def take_back(self, now_ms):
        """Unless somebody else has changed it since. A disk that refuses is asked again."""
        if not self.is_there:
            return
        key, row, before, put = self._change
        try:
            now = self._model.field(key, row).text
            if now != before and put in (None, now):
                self._model.put(key, row, before)
            self.keep()
        except Refused:
            self._change = None  # it is no setting any more
        except DcuError:
            self._until_ms = now_ms + _AGAIN_MS
