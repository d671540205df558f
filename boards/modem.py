"""The cellular module of a board, as its settings say: device, network operator, PIN.

Wiring only, as boards/wiring.py.
"""

from drivers.modem import Modem
from drivers.modem_access import Access
from drivers.modem_start import RATE, Lines
from hal.errors import PortError
from hal.serial import SerialPort
from storage.slots import Slots

NO_LINES = Lines()  # a PC switches no power


def modem_of(dcu, lines=NO_LINES):
    settings = dcu.settings

    def open_port():
        device = settings.get("modem.device")
        if not device:
            raise PortError("no device is set (modem.device)")
        return SerialPort(device, RATE)

    def access():
        return Access(
            settings.get("modem.apn"),
            settings.get("modem.user"),
            settings.get("modem.password"),
            settings.get("modem.pin"),
            settings.get("modem.auth"),
            settings.get("modem.auth_order"),
            settings.get("modem.dialect"),
        )

    def log(text):
        dcu.log("modem", text)

    note = Slots(dcu.files, "modem", dcu.damage)
    return Modem(open_port, dcu.clock, access, log, note, lines)
