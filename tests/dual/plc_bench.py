"""A DCU's network behind the module slot, with its simulated module, in virtual time."""

from dcu.archive import Archive
from dcu.archive_row import Meter
from dcu.plc import Plc
from dcu.plc_book import Book
from dcu.plc_door import Door
from dcu.plc_key import GroupKey
from dcu.settings import Settings
from drivers.g3 import G3Module
from drivers.g3_note import Note
from drivers.g3_start import Network
from drivers.image_shelf import ImageShelf
from meter_sim.plc_world import PSK, eui
from tests.dual.g3_bench import NEW_GMK, PAN, Bench
from tests.kept import Kept
from tests.part import Part

COMMON = {"slot.device": "here", "plc.band": "fcc", "plc.psk": PSK.hex()}


def row(number, **fields):
    """The row of a simulated node: its MP is its number."""
    texts = {"mp": str(number), "address": str(5000 + number), "channel": "plc"}
    texts["eui"] = eui(number).hex()
    texts.update(fields)
    return Meter(texts)


class Disk:
    """What is kept of a network over restarts."""

    def __init__(self):
        self.book, self.key, self.counters = Kept(), Kept(), Kept()


class PlcBench(Bench):
    """All nodes are on file but `strangers` (numbers)."""

    def __init__(self, meters=5, strangers=(), disk=None, settings=(), **nature):
        super().__init__(meters, **nature)
        self.settings = Settings(Kept())
        self.settings.put_all(list(COMMON.items()) + list(settings))
        self.archive = Archive(Kept())
        for number in self.world.net.nodes:
            if number not in strangers:
                self.archive.add(row(number))
        self.disk = disk or Disk()
        self.alarms, self.lines, self.pushes = [], [], []
        self.plc = self._plc()

    def _plc(self):
        book, key = Book(self.disk.book), GroupKey(self.disk.key, lambda count: NEW_GMK[:count])
        log = self.lines.append
        door = Door(self.archive, self.settings, book, self.clock, log)
        plc = Plc(self.settings, self.archive, door, book, key, self.clock, log)
        plc.alarm = door.alarm = lambda code, mp, text: self.alarms.append((code, mp, text))
        plc.notified = lambda record, apdu: self.pushes.append((record.mp, apdu))

        def network():
            return Network(self.settings.get("plc.band"), PAN, key.octets(), key.index)

        note = Note(self.disk.counters)
        shelf = ImageShelf(Kept(), Kept())
        plc.module = self.driver = G3Module(self.open_port, self.clock, network, note, plc, shelf)
        return plc

    def start(self):
        return self.plc.run(Part())

    def members(self):
        """Numbers of the nodes that the DCU takes for members."""
        return sorted([int.from_bytes(each[5:], "big") for _, each in self.plc.book.members()])

    def told(self, code):
        return [(mp, text) for each, mp, text in self.alarms if each == code]


async def filled(bench, numbers):
    await bench.running()
    bench.tell("on-all")
    return await bench.until(lambda: bench.members() == list(numbers), 900)
