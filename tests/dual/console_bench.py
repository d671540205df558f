"""A whole Dcu of cardboard with its console, and how a request is made and answered."""

import json
from collections import namedtuple

from dcu.archive import Archive
from dcu.console import Console
from dcu.ethernet import Ethernet
from dcu.learned import Learned
from dcu.meter_state import MeterStates
from dcu.settings import Settings
from dcu.task_list import TaskList
from dcu.unit import Dcu
from dcu.uplink_log import UplinkLog
from hal.errors import PortError, Refused
from tests.disk import Disk
from tests.dual.empty_slot import no_slot
from tests.dual.northbound import AlarmBench, CardboardStream, journal_of_readings
from tests.kept import Kept
from tests.virtual import run_virtual
from wire import axdr, obis

TOKEN = "0123456789abcdef"
METER_PASSWORD, HES_PASSWORD = "00000001", "correct horse"
Found = namedtuple("Found", ("address", "octets", "device_name", "serial_number"))


class Bus:
    tap = None

    def status(self):
        return {"name": "rs485-1", "trouble": ""}


class Uplink:
    def __init__(self):
        self.told = UplinkLog(None, None)

    def status(self):
        return {"state": "online", "sessions": 1, "heartbeats": 2, "last_contact_s": 0}


class Unstored:
    """Readings of which two wait for the disk, and one has waited too long."""

    unstored, lost = 2, 1


class Panel:
    def press(self, key):
        if key not in ("", "up"):
            raise Refused(f"no key {key!r} on the panel")
        return {"text": "01 main", "columns": 20, "rows": 10, "frame": "00"}


class Meter:
    def __init__(self, values, accesses, bus):
        self.name = "MP 1"
        self.accesses = accesses
        self.values = values
        self._bus = bus

    def overhear(self, tell):
        self.tell = tell

    async def open(self, urgent):
        assert urgent
        if self._bus.tap:
            self.tell(True, b"\xc0\x01")
            self._bus.tap(True, b"\x7e")
        if isinstance(self.values, Exception):
            raise self.values

    async def get(self, attribute, access=None):
        if access:
            self.accesses.append(access)
        key = f"{obis.text(attribute.ln)}/{attribute.index}"
        value = self.values.get(key, self.values.get(obis.text(attribute.ln), 5))
        if isinstance(value, Exception):
            raise value
        return value

    async def get_list(self, attributes):
        results = []
        for attribute in attributes:
            results.append((0, await self.get(attribute)))
        return results

    async def set(self, attribute, data):
        self.values[f"{obis.text(attribute.ln)}/{attribute.index}"] = axdr.decode_all(data)

    async def action(self, class_id, ln, method, data):
        self.values[f"{obis.text(ln)} method {method}"] = axdr.decode_all(data)

    async def close(self):
        pass


class NoTrial:
    """`found` is what dcu/way_trial.py status() would tell."""

    found = {"keys": [], "left_s": None, "came_back": ""}

    def status(self):
        return self.found


class ConsoleBench:
    """`values` are the meter's, {OBIS: value or error}, or what opening it ends in; `found` is
    {address: Found, or an error}."""

    def __init__(self):
        around = AlarmBench()
        self.kept = Kept()
        settings, archive = Settings(Kept()), Archive(self.kept)
        self.dcu = dcu = Dcu("pc", "cpython", settings, archive, around.clock, None)
        settings.put("cosem.password", HES_PASSWORD)
        archive.import_csv(
            "mp,address,auth,password\n1,17,none,\n2,18,lls," + METER_PASSWORD + "\n"
        )
        settings.put("rs485.1.device", "/dev/ttyUSB0")
        dcu.buses = {"rs485-1": Bus(), "rs485-3": Bus()}
        dcu.states = MeterStates()
        dcu.learned = Learned(Kept(), None)
        dcu.alarms, dcu.readings = around.alarms, journal_of_readings(5)
        dcu.records = journal_of_readings(0)
        dcu.tasks = TaskList(Kept(), settings)
        dcu.kept = Unstored()
        dcu.files = Disk()
        dcu.uplink, dcu.panel = Uplink(), Panel()
        dcu.ethernet = Ethernet(None, Kept(), settings, around.clock, dcu.uplink, None)
        dcu.way_trial = NoTrial()
        dcu.files = Disk()
        dcu.plc = no_slot(settings, archive, around.clock)
        dcu.open_meter, dcu.find_meter = self.open_meter, self.find_meter
        self.values = {}
        self.opened = []
        self.accesses = []
        self.found = {}
        self.console = Console(dcu, TOKEN)

    def open_meter(self, record):
        self.opened.append(record.mp)
        return Meter(self.values, self.accesses, self.dcu.buses["rs485-1"])

    async def find_meter(self, bus, address):
        assert isinstance(bus, Bus)
        found = self.found.get(address)
        if isinstance(found, Exception):
            raise found
        return found

    def answers(self, octets, chunk=4096, hang_up=False):
        """The lines that answer a connection that sends `octets`."""
        stream = CardboardStream()

        async def main():
            for at in range(0, len(octets), chunk):
                stream.says(octets[at : at + chunk])
            if hang_up:
                stream.hangs_up()
            await self.console.serve(stream)

        run_virtual(main())
        lines = stream.written.split(b"\n")
        assert lines.pop() == b""
        return [json.loads(line.decode()) for line in lines]

    def ask(self, verb, *words, token=TOKEN):
        """(exit code, result or error, what was said meanwhile)"""
        request = {"token": token, "verb": verb, "args": list(words)}
        lines = self.answers(json.dumps(request).encode() + b"\n")
        last = lines.pop()
        assert sorted(last) in (["error", "exit"], ["exit", "result"]), last
        if "error" in last:
            assert last["exit"] != 0 and "\n" not in last["error"]
        return last["exit"], last.get("error", last.get("result")), [row["say"] for row in lines]


def gone(where):
    return PortError(f"{where}: device gone")
