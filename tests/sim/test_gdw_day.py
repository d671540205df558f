"""A day of 376.1 between the DCU and a head-end, in virtual time: each request is answered once,
with what was read, and nothing is lost where the head-end dials anew."""

from boards import northbound, pc, wiring
from dcu import cosem
from dcu.alarm_codes import METER_SILENT
from dcu.archive_row import Meter
from dcu.bearers import Ethernet
from dcu.cosem_objects import objects_of
from hal import coop
from storage.files import FileStore
from tests.disk import Disk
from tests.dual.gdw_bench import MIDNIGHT_S, units_of
from tests.dual.northbound import CardboardStream
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual
from wire import qgdw3761
from wire.demux import Demux
from wire.qgdw3761_message import Unit, give_units
from wire.qgdw3761_units import ALL_POINTS

METERS, QUARTER_S, HOUR_S = 6, 900, 3_600
TERMINAL = "07310001"
HOURLY = {"period": 0x41, "base": (2026, 11, 22, 0, 5, 0, 7), "every": 1}
HOURLY["units"] = [([ALL_POINTS], [129]), ([0], [7])]
DAILY = {"period": 0x81, "base": (2026, 11, 22, 0, 20, 0, 7), "every": 4}
DAILY["units"] = [([1, 2, 3], [161]), ([1, 2, 3], [101])]
ON = {"switch": 0x55}
TASKS = ((1, 65, HOURLY), (1, 67, ON), (1, 66, DAILY), (1, 68, ON))
SILENT_AT = (10, 33, 71)  # quarters in which a meter falls silent
HANGS_UP_AT = (40, 80)


def energy_of(mp, time_s):
    return mp * 1_000_000 + (time_s - MIDNIGHT_S) // 36


class HeadEnd:
    """`asked` [(afn, fn)], `answers` {number of the question: [frames]}; `reports` [(UTC, frame)]
    of what was said unasked."""

    def __init__(self, clock):
        self.clock = clock
        self.reports = []
        self.confirmed = 0
        self.stream = None
        self.logins = self.heartbeats = self.questions = 0
        self.frames = []
        self.open = {}  # RSEQ of the question under way
        self.events = None  # EC of the last frame that had one
        self.ended = coop.Event()

    async def dial(self, host, port, timeout_ms):
        self._demux = Demux()
        self.stream = CardboardStream(self.hears)
        return self.stream

    def hears(self, octets):
        self._demux.feed(octets)
        for kind, frame in iter(self._demux.next_message, None):
            if kind == "gdw" and frame.afn == qgdw3761.AFN_LINK:
                link = qgdw3761.parse_link(frame)
                self.logins += link.function == qgdw3761.LOGIN
                self.heartbeats += link.function == qgdw3761.HEARTBEAT
                self.stream.says(qgdw3761.encode(qgdw3761.confirmation(frame)))
            elif kind == "gdw" and qgdw3761.is_report(frame):
                self.reports.append((self.clock.utc_s(), frame))
            elif kind == "gdw" and frame.afn == qgdw3761.AFN_CONFIRM:
                self.confirmed += qgdw3761.is_confirmed(frame)
            elif kind == "gdw":
                self.takes(frame)

    def takes(self, frame):
        assert frame.seq & 15 == (self.questions + len(self.frames)) % 16
        assert frame.control & qgdw3761.UP and qgdw3761.terminal_text(frame) == TERMINAL
        self.frames.append(frame)
        self.events = frame.events or None
        if frame.seq & qgdw3761.FIN:
            self.ended.set()

    async def order(self, *units):
        """AFN 04, to be confirmed as a whole."""
        self.questions += 1
        body = give_units(0x04, False, [Unit([pn], [fn], [[value]]) for pn, fn, value in units])
        request = qgdw3761.request(TERMINAL, 0x04, self.questions % 16, 1, body + bytes(16))
        before = self.confirmed
        self.stream.says(qgdw3761.encode(request))
        await coop.sleep_ms(2_000)
        assert self.confirmed == before + 1

    async def ask(self, afn, *units):
        """[(pn, fn, value)]"""
        self.questions += 1
        body = give_units(afn, False, [Unit([pn], [fn], [[value]]) for pn, fn, value in units])
        self.frames = []
        self.ended.clear()
        request = qgdw3761.request(TERMINAL, afn, self.questions % 16, 1, body)
        self.stream.says(qgdw3761.encode(request))
        await coop.within_ms(60_000, self.ended.wait())
        await coop.sleep_ms(1000)  # a second answer would come now
        return units_of(self.frames)


class World:
    def __init__(self):
        self.clock, self.log = VirtualClock(MIDNIGHT_S), []
        self.head_end = HeadEnd(self.clock)
        disk, given = Disk(), [("hes.main", "hes:4059"), ("uplink.jitter_percent", "0")]
        given.append(("gdw.push", "yes"))
        dcu = wiring.unit_of(pc, disk, self.clock, self.say, given)
        self.dcu = wiring.complete(dcu, FileStore(disk))
        for mp in range(1, METERS + 1):
            self.dcu.archive.add(Meter({"mp": str(mp), "address": str(16 + mp)}))
        objects = cosem.Objects(objects_of(self.dcu, "0"))
        dial = self.head_end.dial
        ethernet = Ethernet(dial, dial, None, self.is_there)
        self.dcu.uplink = northbound.uplink(self.dcu, objects, ethernet)
        self.events = []
        self.questions = 0

    def say(self, part, text):
        self.log.append(text)

    async def is_there(self, host, port, timeout_ms):
        return True

    def collect(self):
        now_s = self.clock.utc_s()
        for mp in range(1, METERS + 1):
            energy = energy_of(mp, now_s)
            values = (now_s, energy, energy, 0, 0, 230_000 + mp, mp, 10 * mp)
            self.dcu.kept.put(mp, now_s, values)
        assert self.dcu.kept.commit()

    async def day(self):
        running = coop.spawn(self.dcu.uplink.run(Part(self.clock)))
        for quarter in range(97):
            await coop.sleep_ms(1000 * (MIDNIGHT_S + QUARTER_S * quarter - self.clock.utc_s()))
            self.collect()
            if quarter in SILENT_AT:
                self.dcu.alarms.raise_alarm(METER_SILENT, 1 + quarter % METERS, "no answer")
            await coop.sleep_ms(60_000)
            await self.quarter(quarter)
            if quarter in HANGS_UP_AT:
                self.head_end.stream.hangs_up()
        assert not running.done()
        await coop.stop(running)

    async def quarter(self, quarter):
        slot_s = MIDNIGHT_S + QUARTER_S * quarter
        if quarter == 0:
            await self.head_end.order(*TASKS)
        now = await self.head_end.ask(0x0C, (ALL_POINTS, 129, None))
        assert [pn for pn, _, _ in now] == list(range(1, METERS + 1))
        for mp, _, value in now:
            assert value["kwh"][0] == 10 * energy_of(mp, slot_s), (mp, quarter)
            assert value["time"] == self.head_end_time(slot_s)
        if quarter % 4 == 0 and quarter:
            await self.curves(slot_s)
        if self.head_end.events:
            await self.read_events()

    def head_end_time(self, utc_s):
        return self.dcu.uplink.faces.gdw.minute_of(utc_s)

    async def curves(self, slot_s):
        from_s = slot_s - HOUR_S
        mark = {"from": self.head_end_time(from_s), "density": 1, "points": 4}
        found = await self.head_end.ask(0x0D, *[(mp, 101, mark) for mp in range(1, METERS + 1)])
        for mp, _, value in found:
            true = [energy_of(mp, from_s + QUARTER_S * at) // 10 for at in range(4)]
            assert value["values"] == true and len(found) == METERS

    async def read_events(self):
        counters = (await self.head_end.ask(0x0C, (0, 7, None)))[0][2]
        known = self.events[-1] if self.events else 0
        span = {"from": known, "to": counters["important"]}
        ((_, _, found),) = await self.head_end.ask(0x0E, (0, 1, span))
        self.events += list(range(found["from"] + 1, found["to"] + 1))
        assert self.head_end.events is None  # they are read


def test_a_day_of_376_1_between_the_dcu_and_a_head_end():
    world = World()
    run_virtual(world.day())
    head_end = world.head_end
    assert head_end.logins == 1 + len(HANGS_UP_AT)
    assert head_end.questions >= 97 + 24 + 2 * len(SILENT_AT)
    assert 1 <= head_end.heartbeats <= 97 * 3  # in the silences between
    important = world.dcu.uplink.faces.gdw.events.counters()[0]
    assert world.events == list(range(1, important + 1)) and important >= len(SILENT_AT)
    check_reports(head_end.reports)
    assert not [text for text in world.log if "dropped" in text or "denied" in text]
    day = {"day": (2026, 11, 22)}
    gdw = world.dcu.uplink.faces.gdw
    asked = qgdw3761.request(TERMINAL, 0x0D, 1, 1, give_units(0x0D, False, [day_unit(day)]))
    frames = []

    async def send(frame):
        frames.append(frame)

    run_virtual(gdw.serve(asked, send, False))
    (unit,) = units_of(frames)
    assert unit[2]["kwh"][0] == 10 * energy_of(5, MIDNIGHT_S + 86_400)


def check_reports(reports):
    """Each hour and each day once, at its minute, with what was read."""
    hourly = [(at_s - MIDNIGHT_S, frame) for at_s, frame in reports if frame.afn == 0x0C]
    assert [at_s // HOUR_S for at_s, _ in hourly] == list(range(24))
    for at_s, frame in hourly:
        assert 300 <= at_s % HOUR_S < 305
        energies = [value["kwh"][0] for _, fn, value in units_of([frame]) if fn == 129]
        slot_s = MIDNIGHT_S + at_s // HOUR_S * HOUR_S
        assert energies == [10 * energy_of(mp, slot_s) for mp in range(1, METERS + 1)]
    ((at_s, frame),) = [row for row in reports if row[1].afn == 0x0D]
    assert at_s - MIDNIGHT_S == 1_200
    assert [(pn, fn) for pn, fn, _ in units_of([frame])] == [
        (pn, fn) for fn in (161, 101) for pn in (1, 2, 3)
    ]


def day_unit(day):
    return Unit([5], [161], [[day]])
