"""Reads the clock of a meter of mode E on a real terminal, under either interpreter.

It prints "read":
micropython tests/contract/mode_e_run.py PATH
"""

import sys

sys.path.insert(0, ".")

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.rs485 import Rs485Bus
from hal import coop
from hal.clock import Clock
from hal.serial import SerialPort
from wire import obis
from wire.apdu import Attribute

CLOCK = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)


async def read(path):
    bus = Rs485Bus("rs485-1", lambda: SerialPort(path, 9600), Clock())
    meter = DlmsMeter(HdlcMeterLink(bus, 17, called=""))
    await meter.open()
    assert len(await meter.get(CLOCK)) == 12
    await meter.close()
    bus.close()


if __name__ == "__main__":
    coop.run(read(sys.argv[1]))
    print("read")
