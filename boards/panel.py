"""The front panel of one DCU, for every place that shows it: display, terminal, browser."""

from boards.panel_memory import PANEL
from boards.panel_model import Model
from dcu.alarm_codes import LOGIN
from hal import coop
from lcd_menu import engine, render
from lcd_menu.font import GLYPH_HEIGHT, GLYPH_WIDTH
from lcd_menu.lock import Lock
from lcd_menu.owner import TERMINAL, Owner
from lcd_menu.plain import plain
from lcd_menu.tree import MENU

_TICK_MS = 1_000
_SIZES = {"160x160": (20, 10), "128x64": (16, 4), "20x4": (20, 4)}  # columns, rows of characters
GIVE = "give"
SCRIPT = "script"  # the name of all terminals that press a few keys and go


class Panel:
    """memory   boards/panel_memory.py"""

    def __init__(self, dcu, memory):
        self.memory = memory
        self._clock = dcu.clock
        self._get = dcu.settings.get
        self._model = Model(dcu, memory)
        now_ms = dcu.clock.ticks_ms()
        entered = lambda: dcu.alarms.raise_alarm(LOGIN, 0, "at the panel")  # noqa: E731
        self._lock = Lock(memory.wrong(PANEL), memory.note_wrong(PANEL), now_ms, entered)
        self._size = None
        self._follow_size()
        self._owner = Owner()
        self._waiting = []

    def press(self, key, name=SCRIPT, rank=TERMINAL):
        """Press `key` at the place `name` ("" only looks, "wake" lights the display, "give" gives
        the keys back): what is shown then, with the frame in hex. Refused while another place has
        the keys; who takes them from another finds the panel locked, and this key does nothing
        else.

        rank   of lcd_menu/owner.py
        """
        now_ms = self._clock.ticks_ms()
        self._follow_size()
        if key == GIVE:
            self.give(name)
        elif key:
            self._press(key, rank, name, now_ms)
        if key:
            for event in self._waiting:
                event.set()
        shown = self.shown()
        shown["frame"] = shown["frame"].hex()
        return shown

    def give(self, name):
        """The place `name` has done: the keys are anybody's, and the panel is locked."""
        if self._owner.give(name):
            self._menu.leave()

    def _press(self, key, rank, name, now_ms):
        if key != "wake":
            engine.check(key)
        if self._owner.take(rank, name, now_ms):
            self._menu.leave()
            self._menu.wake(now_ms)
        elif key == "wake":
            self._menu.wake(now_ms)
        else:
            self._menu.press(key, now_ms)

    def _follow_size(self):
        """Another size is another menu, at its beginning."""
        if self._size != self._get("panel.size"):
            self._size = self._get("panel.size")
            columns, rows = self.places()
            now_ms = self._clock.ticks_ms()
            self._menu = engine.Menu(MENU, self._model, columns, rows, now_ms, self._lock)
            self._menu.tick(now_ms)

    def places(self):
        """(columns, rows) of characters."""
        return _SIZES[self._get("panel.size")]

    def pixels(self):
        """(width, height) of the frames."""
        columns, rows = self.places()
        return columns * GLYPH_WIDTH, rows * GLYPH_HEIGHT

    def lamps(self):
        """{name: whether it is on}"""
        return self._model.lamps()

    def shown(self):
        """{"rows", "inverted", "text", "plain", "frame", "lit", "contrast", "lamps", "keys",
        "size"}: `plain` is of lcd_menu/plain.py, `lamps` is {name: whether it is on}, `keys` says
        who has them, "" nobody; `size` is in pixels."""
        self._follow_size()
        now_ms = self._clock.ticks_ms()
        screen = self._menu.screen(now_ms)
        contrast = self._menu.contrast
        return {
            "rows": screen.rows,
            "inverted": screen.inverted,
            "text": engine.text(screen),
            "plain": plain(screen),
            "frame": bytes(render.frame(screen)),
            "lit": screen.is_lit,
            "contrast": self._model.contrast() if contrast is None else contrast,
            "lamps": self._model.lamps(),
            "keys": self._owner.of(now_ms),
            "size": self.pixels(),
        }

    async def changed(self, limit_ms):
        """Returns after the next key anywhere, or after the limit."""
        event = coop.Event()
        self._waiting.append(event)
        try:
            await coop.within_ms(limit_ms, event.wait())
        except coop.Expired:
            pass
        finally:
            self._waiting.remove(event)

    async def run(self, part):
        """For ever: what time brings also when nobody looks."""
        while True:
            part.alive()
            self._menu.tick(self._clock.ticks_ms())
            await coop.sleep_ms(_TICK_MS)
