"""The network behind the module slot, with the driver of the module. Wiring only."""

from dcu.plc import Plc
from dcu.plc_book import Book
from dcu.plc_door import Door
from dcu.plc_key import GroupKey
from drivers.g3 import G3Module
from drivers.g3_note import Note
from drivers.g3_start import Network
from hal.serial import SerialPort
from hal.token import random_octets
from storage.slots import Slots


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
    plc.module = G3Module(
        lambda: SerialPort(settings.get("slot.device"), int(settings.get("slot.baud")), "N"),
        dcu.clock,
        lambda: _network(settings, key),
        Note(Slots(files, "plc-counters", damage)),
        plc,
    )
    return plc


def _network(settings, key):
    return Network(
        settings.get("plc.band"),
        int(settings.get("plc.pan"), 16),
        key.octets(),
        key.index,
        settings.get("plc.pan_in_ip") == "yes",
        settings.get("plc.port"),
        settings.get("plc.max_hops"),
        settings.get("plc.join_s"),
    )
