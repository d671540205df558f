"""A DCU's COSEM objects over cardboard journals, and a DLMS client that asks them."""

from dcu import cosem, cosem_row
from dcu.archive import Archive
from dcu.archive_row import Meter
from dcu.cosem_keys import CosemKeys
from dcu.cosem_objects import objects_of
from dcu.counters import Counters
from dcu.firmware import Firmware
from dcu.meter_state import MeterStates
from dcu.settings import Settings
from dcu.task_list import TaskList
from dcu.unit import Dcu
from hal import cipher
from hal.token import random_octets
from tests.disk import Disk
from tests.dual.cosem_peer import converse
from tests.dual.empty_slot import no_slot
from tests.dual.northbound import AlarmBench, journal_of_readings
from tests.kept import Kept
from wire import association, axdr, dialogue, obis
from wire.apdu import Access, Attribute
from wire.dialogue import AccessRefused
from wire.server import ServerAssociation

PUBLIC, READER, MANAGEMENT = cosem_row.PUBLIC, cosem_row.READER, cosem_row.MANAGEMENT
PASSWORD = "correct horse"
METER_PASSWORD = "00000001"
VERSION = "1.2.3"

NAME = (1, "0.0.42.0.0.255")
TERMINAL = (1, "0.0.96.1.0.255")
FIRMWARE = (1, "0.0.0.2.0.255")
CLOCK = (8, "0.0.1.0.0.255")
READINGS = (7, "0.0.99.128.1.255")
READINGS_LAST = (1, "0.0.96.128.1.255")
READINGS_MARK = (1, "0.0.96.129.1.255")
ALARMS = (7, "0.0.99.98.0.255")
ALARMS_LAST = (1, "0.0.96.128.2.255")
ALARMS_MARK = (1, "0.0.96.129.2.255")
ARCHIVE = (7, "0.0.99.128.2.255")
PUBLIC_ONES = (NAME, TERMINAL, FIRMWARE, CLOCK)
OTHERS = (
    READINGS,
    READINGS_LAST,
    READINGS_MARK,
    ALARMS,
    ALARMS_LAST,
    ALARMS_MARK,
    ARCHIVE,
)


class Modem:
    is_online = False


class Uplink:
    def status(self):
        return {"state": "online"}


class Unstored:
    """Readings on their way into the store: none."""

    unstored = 0


class CosemBench:
    """`clock` goes with virtual time; `association` is what one connection has."""

    def __init__(self, readings=0, alarms=0, meters=0, gone=0, password=""):
        self.settings = Settings(Kept())
        self.settings.put("cosem.password", password)
        self.use_counters(Kept())
        self.archive = Archive(Kept())
        if meters:
            rows = [f"{mp},{mp},lls,{METER_PASSWORD}\n" for mp in range(1, meters + 1)]
            self.archive.import_csv("mp,address,auth,password\n" + "".join(rows))
        self.readings = journal_of_readings(readings, gone)
        self.records = journal_of_readings(0)
        self.tasks = TaskList(Kept(), self.settings)
        around = AlarmBench()
        self.clock, self.alarms, self.alarm_journal = around.clock, around.alarms, around.journal
        for number in range(1, alarms + 1):
            self.alarms.raise_alarm(2, number % 6, f"text {number}")
        self.reconnect()

    def use_counters(self, kept):
        self.counters_kept = kept
        self.keys = CosemKeys(self.settings, Counters(kept), cipher)

    def reconnect(self):
        self.dcu_seen = self.dcu()
        table = objects_of(self.dcu_seen, VERSION)
        self.table = table
        clients = cosem.Clients(lambda: cosem.clients(self.settings, self.keys))
        self.server = ServerAssociation(
            cosem.Objects(table), clients, draw_challenge=lambda: random_octets(16)
        )

    def dcu(self):
        """What the objects see; the meter at MP 1 has answered."""
        dcu = Dcu("test", "none", self.settings, self.archive, self.clock, None)
        dcu.states = MeterStates()
        for meter in self.archive.meters()[:1]:
            dcu.states.of(meter).succeeded(self.clock.utc_s())
        dcu.readings, dcu.alarms = self.readings, self.alarms
        dcu.records = self.records
        dcu.tasks = self.tasks
        dcu.kept = Unstored()
        dcu.cosem_keys = self.keys
        kek = lambda: bytes.fromhex(self.settings.get("cosem.kek"))  # noqa: E731
        dcu.files = Disk()
        dcu.firmware = Firmware(dcu.files, Kept(), kek, dcu.end_because)
        dcu.uplink = Uplink()
        dcu.modem = Modem()
        dcu.plc = no_slot(self.settings, self.archive, self.clock)
        return dcu

    def do(self, talk, sap=MANAGEMENT):
        return converse(talk, lambda request: self.server.answer(sap, 1, request))

    def associate(self, sap=MANAGEMENT, password=None, max_pdu=0xFFFF):
        mechanism = association.NONE if password is None else association.LLS
        self.do(dialogue.associate(mechanism, (password or "").encode(), max_pdu), sap)

    def get(self, object_, index=2, access=None, sap=MANAGEMENT):
        return self.do(dialogue.get(attribute(object_, index), access), sap)

    def range(self, object_, low, high):
        """Rows from `low` to `high`: numbers, or octets of Data of another type."""
        low, high = [axdr.u32(each) if isinstance(each, int) else each for each in (low, high)]
        column = dialogue.restricting_attribute(1, obis.parse(READINGS_LAST[1]), 2)
        return self.get(object_, 2, dialogue.by_range(column, low, high))

    def entries(self, object_, first, last):
        return self.get(object_, 2, dialogue.by_entry(first, last))

    def access(self, object_, selector, data):
        return self.get(object_, 2, Access(selector, data))

    def set(self, object_, data, index=2, sap=MANAGEMENT):
        self.do(dialogue.set_(attribute(object_, index), data), sap)


def attribute(object_, index=2):
    class_id, ln = object_
    return Attribute(class_id, obis.parse(ln), index)


def result_of(call, *arguments, **more):
    """The data-access-result that the call is refused with; 0 when it is not."""
    try:
        call(*arguments, **more)
    except AccessRefused as refusal:
        return refusal.result
    return 0


def connected(sap=MANAGEMENT, **options):
    bench = CosemBench(**options)
    bench.associate(sap)
    return bench


def a_meter(mp):
    return Meter({"mp": str(mp), "address": str(mp)})
