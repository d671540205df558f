"""A whole panel with a cardboard DCU behind it, and the screens that are kept as pictures."""

from collections import namedtuple

from boards.panel_memory import PANEL, Memory
from boards.panel_model import Model
from dcu import firmware
from dcu.alarm_codes import POWER_UP
from dcu.plc_book import Book
from dcu.plc_survey import Survey
from hal.errors import Refused
from hal.interface import Interface
from lcd_menu.engine import Menu, keys_of
from lcd_menu.lock import Lock
from lcd_menu.tree import MENU
from tests.dual.console_bench import ConsoleBench
from tests.kept import Kept

PASSWORD = "135792"
PRESS_MS = 400
MODEM_FACTS = {
    "model": "SIMCOM_SIM7600E-H",
    "imei": "867584030000017",
    "iccid": "89310410106543789301",
    "operator": "O2 - UK",
    "registration": "home",
    "signal_dbm": -87,
}


MAC = bytes([0x02, 0, 0, 0xAA, 0xBB, 0xCC])
INTERFACE = Interface("eth0", MAC, 0xC0A80132, 0xFFFFFF00, 0xC0A80101, [0x08080808, 0x01010101])


class Uplink:
    state = "online"
    sessions = 1
    heartbeats = 2
    last_contact_s = 0

    def status(self):
        month = {"bearer": "ethernet", "period": "month", "when": "2025-11", "sent": 9_876}
        month.update({"received": 1_234_567, "logins": 4, "redials": 1, "resets": 0})
        return {"volume": [month]}


class Modem:
    state = "off"
    is_online = False


class NoFirmware:
    status = firmware.NOTHING


class NoEthernet:
    """Of which nothing is on trial but what `trial` says."""

    def __init__(self):
        self.state = "192.168.1.50/24"
        self.trial = self.kept = None

    def keep(self):
        if not self.trial:
            raise Refused("no change of Ethernet is on trial")
        self.kept = self.trial


Route = namedtuple("Route", ("next_hop", "hops", "cost"))
Neighbour = namedtuple("Neighbour", ("lqi", "phase"))


class Plc:
    """Two meters, the second one behind the first; the third has not been looked at."""

    def __init__(self, clock):
        self.book = Book(Kept())
        self.survey = Survey(clock)
        for number in (1, 2, 3):
            eui = bytes([0x02, 0, 0, 0xFF, 0xFE, 0, 0, number])
            self.book.joined(eui, self.book.place(eui))
        self.survey.routes = {1: Route(1, 1, 9), 2: Route(1, 2, 19)}
        self.survey.neighbours = {1: Neighbour(96, 2)}

    def status(self):
        return {"state": "running", "members": 3, "pan": "781D"}


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
        dcu.firmware = NoFirmware()
        dcu.interface = lambda: INTERFACE
        dcu.ethernet = NoEthernet()
        dcu.settings._kept = self.kept = Kept()
        self.set_meters(count)
        if has_password:
            dcu.settings.put("panel.password", PASSWORD)
        self.notes = Kept()
        self.start(columns, rows)

    def start(self, columns=20, rows=10):
        """The panel anew, as after a power cut: with what is stored, and nothing else."""
        now_ms = self.dcu.clock.ticks_ms()
        self.memory = Memory(self.notes)
        self.model = Model(self.dcu, self.memory)
        lock = Lock(self.memory.wrong(PANEL), self.memory.note_wrong(PANEL), now_ms)
        self.menu = Menu(MENU, self.model, columns, rows, now_ms, lock)
        return self

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

    def with_module(self):
        """A G3 module in the slot, and what a cellular module has said of itself."""
        self.dcu.settings.put("slot.device", "/dev/ttyS4")
        self.dcu.plc = Plc(self.dcu.clock)
        self.dcu.modem_facts.update(MODEM_FACTS)
        return self

    def press(self, keys, gap_ms=PRESS_MS):
        """Keys apart by spaces; "down*3" is three."""
        for key in keys_of(keys):
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


def alarmed(plant):
    plant.dcu.alarms.raise_alarm(POWER_UP, 0, "version 0.1.0")
    return plant
