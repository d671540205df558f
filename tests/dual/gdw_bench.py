"""A DCU on a disk of cardboard, and a HES that asks it by 376.1. No test."""

from boards import pc, wiring
from dcu.archive_row import Meter
from dcu.gdw import Gdw
from hal.errors import NoReply
from storage.files import FileStore
from tests.disk import Disk
from tests.kept import Kept
from tests.virtual import VirtualClock, run_virtual
from wire import axdr, obis, qgdw3761
from wire.dialogue import AccessRefused
from wire.qgdw3761_message import Unit, give_units, take_units

NOON_S = 1_795_348_800  # 2026-11-22 12:00 UTC, a Sunday
MIDNIGHT_S = NOON_S - 43_200
ORDERS = (0x01, 0x04, 0x05, 0x0F)
READING = (NOON_S, 123_456, 100_000, 23_456, 789, 230_100, 5_250, 1_207)


class CardboardMeter:
    """`is_on` is its switch; `fails` makes it silent."""

    def __init__(self):
        self.name = "MP 1"
        self.is_on = True
        self.clock_s = NOON_S + 7
        self.fails = False
        self.opened = self.closed = 0
        self.registers = {}  # {(OBIS, attribute): (data access result, value)}

    async def open(self, urgent=False):
        self.opened += 1
        if self.fails:
            raise NoReply(self.name)

    async def close(self, idle_ms=0):
        self.closed += 1

    async def get_list(self, attributes):
        if attributes[0].class_id == 3:
            return [self.registers.get((obis.text(a.ln), a.index), (4, None)) for a in attributes]
        return [(0, self.is_on), (0, 1 if self.is_on else 0)]

    async def get(self, attribute):
        if attribute.class_id == 3:
            dar, value = self.registers.get((obis.text(attribute.ln), attribute.index), (4, None))
            if dar:
                raise AccessRefused(dar)
            return value
        return axdr.date_time(self.clock_s, -60)  # its own zone

    async def action(self, class_id, ln, method, data):
        self.is_on = method == 2


class GdwBench:
    def __init__(self, settings=(), meters=2):
        self.clock = VirtualClock(NOON_S)
        self.disk = Disk()
        self.log = []
        given = [("collect.period_s", "900"), ("storage.profile_rows", "200")] + list(settings)
        dcu = wiring.unit_of(pc, self.disk, self.clock, self._say, given)
        self.dcu = wiring.complete(dcu, FileStore(self.disk))
        for mp in range(1, meters + 1):
            self.dcu.archive.add(Meter({"mp": str(mp), "address": str(16 + mp)}))
        self.meter = CardboardMeter()
        self.dcu.open_meter = lambda record: self.meter
        self.kept_by_name = {}
        self.kept = self.kept_of("gdw")
        self.gdw = self.new_gdw()
        self.password = bytes(16)
        self.has_called = self.is_secured = False

    def new_gdw(self):
        """What there is after a restart."""
        octets = {"day": 1000, "month": 70_000}
        return Gdw(self.dcu, lambda period: octets[period], self.kept_of)

    def kept_of(self, name):
        return self.kept_by_name.setdefault(name, Kept())

    def _say(self, part, text):
        self.log.append(text)

    def read(self, mp, time_s, import_wh=None, **columns):
        """A reading that is kept."""
        values = [time_s, import_wh] + [None] * 6
        names = ("energy_export_wh", "voltage_mv", "current_ma", "power_w")
        for at, name in enumerate(names, 4):
            values[at] = columns.get(name)
        self.keep(mp, time_s, tuple(values))

    def keep(self, mp, time_s, values):
        self.dcu.kept.put(mp, time_s, values)
        assert self.dcu.kept.commit()

    def frame(self, afn, units, **changes):
        """A request; `units` are (pn, fn) or (pn, fn, value), or octets."""
        if not isinstance(units, bytes):
            triples = [tuple(each) + (None,) * (3 - len(each)) for each in units]
            units = give_units(afn, False, [Unit([pn], [fn], [[v]]) for pn, fn, v in triples])
        if afn in ORDERS:
            units += self.password
        names = "control area number is_group msa afn seq body events time protocol".split()
        values = (0x4B, "0731", 1, False, 2, afn, 0x65, units, b"", b"", 2)
        known = dict(zip(names, values))
        known.update(changes)
        return qgdw3761.Frame(*[known[name] for name in names])

    def frames(self, request):
        """The frames that answer it, as they come over the wire."""
        found = []

        async def send(frame):
            deframer = qgdw3761.Deframer()
            deframer.feed(qgdw3761.encode(frame))
            found.append(deframer.next_frame())

        if self.gdw.is_ours(request) and self.gdw.is_taken(request):
            run_virtual(self.gdw.serve(request, send, self.has_called, self.is_secured))
        return found

    def ask(self, afn, *units):
        """[(pn, fn, value)] of the data that come back."""
        return units_of(self.frames(self.frame(afn, units)))

    def order(self, afn, *units):
        """[(pn, fn, error)] of AFN 00 F3, or the Fn of AFN 00."""
        (frame,) = self.frames(self.frame(afn, units))
        fn, _, results = qgdw3761.parse_confirmation(frame)
        return results if fn == qgdw3761.BY_UNIT else fn

    def ask_fn(self, afn, *units):
        """The Fn of AFN 00 that comes in place of data."""
        (frame,) = self.frames(self.frame(afn, units))
        return qgdw3761.parse_confirmation(frame)[0]

    def alarms(self):
        return [alarm.code for alarm in self.dcu.alarms.read(0, 99)]


def units_of(frames):
    found = []
    for frame in frames:
        units, rest = take_units(frame.afn, True, frame.body)
        assert rest == b""
        for each in units:
            for pn, values in zip(each.points, each.data):
                found += [(pn, fn, value) for fn, value in zip(each.functions, values)]
    return found
