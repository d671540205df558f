"""A whole panel with a cardboard DCU behind it, and the screens that are kept as pictures."""

from boards.panel_model import Model
from dcu.alarm_codes import POWER_UP
from lcd_menu.engine import Menu
from lcd_menu.render import frame
from lcd_menu.tree import MENU
from tests.dual.console_bench import ConsoleBench
from tests.kept import Kept

PASSWORD = "135792"
PRESS_MS = 400


class Uplink:
    state = "online"
    sessions = 1
    heartbeats = 2
    last_contact_s = 0


class Modem:
    state = "off"


class Clock:
    """Stands still but for what a test adds."""

    def __init__(self):
        self.ms = 0
        self.shift_s = 1_763_848_387

    is_set = True

    def ticks_ms(self):
        return self.ms

    def utc_s(self):
        return self.shift_s + self.ms // 1000

    def set_utc(self, utc_s):
        self.shift_s = utc_s - self.ms // 1000


class Plant:
    """`count` meters from MP 1 on; the last of every 12 is silent, the others have been read."""

    def __init__(self, count=96, has_password=True, columns=20, rows=10):
        self.bench = ConsoleBench()
        self.dcu = dcu = self.bench.dcu
        dcu.uplink, dcu.modem, dcu.clock = Uplink(), Modem(), Clock()
        dcu.settings._kept = self.kept = Kept()
        self.set_meters(count)
        if has_password:
            dcu.settings.put("panel.password", PASSWORD)
        self.model = Model(dcu)
        self.menu = Menu(MENU, self.model, columns, rows)

    def set_meters(self, count):
        archive = self.dcu.archive
        for meter in archive.meters():
            if meter.mp > count:
                archive.remove(meter.mp)
        lines = ["mp,address,channel"]
        lines += [f"{mp},{mp + 16},rs485-{mp % 3 + 1}" for mp in range(1, count + 1)]
        if count:
            archive.import_csv("\n".join(lines))
        for meter in archive.meters():
            state = self.dcu.states.of(meter)
            if meter.mp % 12:
                state.succeeded(self.dcu.clock.utc_s())
            else:
                state.has_failed("silent", "no answer within 2000 ms, asked 3 times", 1)

    def press(self, keys, gap_ms=PRESS_MS):
        """Keys apart by spaces; "down*3" is three."""
        for word in keys.split():
            key, _, times = word.partition("*")
            for _ in range(int(times or 1)):
                self.dcu.clock.ms += gap_ms
                self.menu.press(key, self.dcu.clock.ms)
        return self

    def type(self, text, characters="0123456789"):
        """Cells from the first one on, each of which is unset now."""
        for at, character in enumerate(text):
            self.press("right" if at else "")
            self.press("up*%d" % (characters.index(character) + 1))
        return self.press("enter")

    def unlock(self):
        """Answers the question for the password."""
        return self.type(PASSWORD)

    def screen(self):
        return self.menu.screen(self.dcu.clock.ms)

    def wait(self, seconds):
        self.dcu.clock.ms += 1000 * seconds
        self.menu.tick(self.dcu.clock.ms)
        return self

    def title(self):
        return " ".join(self.screen().rows[0].split())

    def rows(self):
        return [" ".join(row.split()) for row in self.screen().rows]


def pbm(screen):
    """The frame as a picture in a file, in the format PBM (P4)."""
    octets = bytes(frame(screen))
    columns = len(octets) // len(screen.rows) // 16
    return f"P4\n{8 * columns} {16 * len(screen.rows)}\n".encode() + octets


def alarmed(plant):
    plant.dcu.alarms.raise_alarm(POWER_UP, 0, "version 0.1.0")
    return plant
