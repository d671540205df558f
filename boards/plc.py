"""The network behind the module slot, with the drivers of what may be in it. Wiring only."""

from dcu.civil import Zone
from dcu.plc import Plc
from dcu.plc_book import Book
from dcu.plc_door import Door
from dcu.plc_key import GroupKey
from dcu.schema import PLC
from drivers.g3 import G3Module
from drivers.g3_note import Note
from drivers.g3_start import Network
from drivers.gdw3762 import Gdw3762Module
from drivers.gdw3762_start import Master
from drivers.image_shelf import ImageShelf
from drivers.slot import G3_PLC, G3_RF, Slot
from drivers.slot_probe import GDW3762
from hal.serial import SerialPort
from hal.token import random_octets
from storage.slots import Slots

RF_BAND = "rf"


def plc_of(dcu, notified):
    """notified   function(record, notification), of what a meter says unasked"""
    settings, files, damage = dcu.settings, dcu.files, dcu.damage
    book = Book(Slots(files, "plc-book", damage))
    key = GroupKey(Slots(files, "plc-key", damage), random_octets)

    def log(text):
        dcu.log("plc", text)

    def came(record):
        dcu.states.of(record).heard()

    door = Door(dcu.archive, settings, book, dcu.clock, log)
    door.came = came
    plc = Plc(settings, dcu.archive, door, book, key, dcu.clock, log)
    plc.notified = notified
    plc.module = _slot(dcu, plc, key)
    return plc


def _slot(dcu, plc, key):
    settings, files, damage = dcu.settings, dcu.files, dcu.damage
    slot = Slot(
        lambda baud, parity: SerialPort(settings.get("slot.device"), baud, parity),
        dcu.clock,
        lambda: int(settings.get("slot.baud")),
        Slots(files, "slot", damage),
        plc.event,
    )
    note = Note(Slots(files, "plc-counters", damage))
    shelf = ImageShelf(Slots(files, "module-coming", damage), Slots(files, "module-good", damage))

    def g3(band):
        def network():
            return _network(settings, key, band or settings.get("plc.band"))

        return G3Module(slot.open, dcu.clock, network, note, plc, shelf)

    gdw3762 = Gdw3762Module(slot.open, dcu.clock, lambda: _master(dcu), plc)
    slot.plug({G3_PLC: g3(None), G3_RF: g3(RF_BAND), GDW3762: gdw3762})
    return slot


def _network(settings, key, band):
    return Network(
        band,
        int(settings.get("plc.pan"), 16),
        key.octets(),
        key.index,
        settings.get("plc.pan_in_ip") == "yes",
        settings.get("plc.port"),
        settings.get("plc.max_hops"),
        settings.get("plc.join_s"),
    )


def _master(dcu):
    """We are known to a 376.2 module by area and number of the terminal, in decimal."""
    settings = dcu.settings
    number = int(settings.get("terminal.number"), 16)

    def listed():
        return [record.eui for record in dcu.archive.meters(PLC) if record.eui]

    def civil_s():
        return Zone(settings.get("clock.zone")).civil_s(dcu.clock.utc_s())

    return Master(f"000{settings.get('terminal.area')}{number:05d}", listed, civil_s)
