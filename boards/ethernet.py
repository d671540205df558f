"""The Ethernet of the DCU, from its settings to the programs of the machine."""

from dcu.ethernet import Ethernet
from hal import ethernet
from hal.command import Commands
from storage.slots import Slots


def ethernet_of(dcu):
    path = dcu.files.folder
    machine = ethernet.Ethernet(Commands(path, "command-ethernet").run, path)
    kept = Slots(dcu.files, "ethernet", dcu.damage)
    return Ethernet(machine, kept, dcu.settings, dcu.clock, dcu.uplink, dcu.log)
