"""The cellular module of a board, as its settings say: device, network operator, PIN.

Wiring only, as boards/wiring.py.
"""

from dcu.bearers import Cellular, Ppp
from drivers.modem import Modem
from drivers.modem_access import Access
from drivers.modem_data import DIAL
from drivers.modem_start import RATE, Lines
from hal import ppp
from hal.command import Commands
from hal.errors import PortError
from hal.serial import SerialPort
from storage.slots import Slots

PPPD = "pppd"  # of modem.stack
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


def bearer_of(dcu, network):
    """The module as a bearer of the uplink; `network` is that of the machine."""
    settings = dcu.settings
    if settings.get("modem.stack") != PPPD:
        return Cellular(dcu.modem)
    path = dcu.files.folder
    link = ppp.Ppp(
        Commands(path, "command-ppp").run, dcu.files, path, "dcu-" + settings.terminal_id()
    )

    async def start():
        keys = ("modem.device", "modem.user", "modem.password")
        device, user, password = [settings.get(key) for key in keys]
        await link.start(device, RATE, DIAL, user, password)

    return Ppp(dcu.modem, link, start, network)
