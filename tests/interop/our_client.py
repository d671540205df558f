"""The DCU's own DLMS client against a meter of other make, over TCP. Prints JSON.

Runs on both interpreters: our_client.py FILE, a JSON object with

    port, link         of this machine; wrapper or hdlc
    client, address    our SAP; the meter's physical address on HDLC
    row                of the meter archive: auth, password, keys
    attributes         [[class, logical name, index], ...], read in one list
"""

import json
import sys

from boards.logins import login_of
from dcu.archive_row import Meter
from dcu.counters import Counters
from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.rs485 import Rs485Bus
from drivers.wrapper_link import WrapperLink
from hal import coop, net
from hal.clock import Clock
from wire import obis
from wire.abilities import Abilities
from wire.apdu import Attribute

DIAL_MS = 5_000
TITLE = b"ODC\x00\x00\x00\x00\x01"


class Forgetful:
    """Where counters are kept in a trial: nowhere."""

    def load(self):
        return None

    def save(self, octets):
        pass


def link_of(given, stream, clock, known):
    if given["link"] == "wrapper":
        return WrapperLink("meter", stream, clock, given["client"], 1)
    bus = Rs485Bus("tcp", lambda: stream, clock)
    return HdlcMeterLink(bus, given["address"], given["client"], known=known)


def plain(value):
    """As JSON has it: octets as hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


async def read(given):
    clock = Clock()
    stream = await net.connect("127.0.0.1", given["port"], DIAL_MS)
    known = Abilities()  # nothing yet: long frames and windows are proposed
    link = link_of(given, stream, clock, known)
    row = {"mp": "1", "address": "1"}
    row.update(given["row"])
    record = Meter(row)
    login = login_of(record, TITLE, Counters(Forgetful()))
    meter = DlmsMeter(link, login, release=record.release, known=known)
    await meter.open()
    attributes = [Attribute(each[0], obis.parse(each[1]), each[2]) for each in given["attributes"]]
    rows = await meter.get_list(attributes)
    await meter.close()
    await stream.close()
    print(json.dumps([[dar, plain(value)] for dar, value in rows]))


def main(path):
    with open(path) as file:
        given = json.loads(file.read())
    coop.run(read(given))


main(sys.argv[1])
