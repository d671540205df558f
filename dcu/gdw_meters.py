"""Q/GDW 376.1, F10: the meter archive. The number of a meter in the list is its measuring point.

Ports are numbered as concentrators of this family do: 2 to 4 are RS485, 31 is the module. All
meters of a port have its baud: a row that names another is refused. Mechanisms and keys stay
those of the archive.

Reference: Q/GDW 376.1-2009, 5.5.1.9.
"""

from dcu.archive_row import FIELDS, Meter
from dcu.schema import PLC, PORTS
from hal.errors import Refused

CHANNELS = {2 + at: port for at, port in enumerate(PORTS)}
CHANNELS[31] = PLC
METERS_MAX = 500  # in one answer: 27 octets each
DUPLICATE = 2  # error: the address is another meter's
_PORT = 0x1F
_BAUD_AT = 5  # bits of the port that are the baud
_BAUDS = ("", "600", "1200", "2400", "4800", "7200", "9600", "19200")  # "": that of the port


def port_of(channel):
    return [port for port in CHANNELS if CHANNELS[port] == channel][0]


def channel_of(port):
    if port not in CHANNELS:
        raise Refused(f"376.1: no port {port}")
    return CHANNELS[port]


def put(gdw, pn, rows):
    """All of them, or none."""
    archive = gdw.dcu.archive
    meters, gone = {meter.mp: meter for meter in archive.meters()}, []
    for row in rows:
        if row["mp"] == 0:
            gone.append(row["seq"])
        elif row["mp"] != row["seq"]:
            raise Refused("376.1: the number of a meter is its measuring point here")
        else:
            meters[row["mp"]] = _meter_of(gdw, row, meters.get(row["mp"]))
    left = [meter for mp, meter in sorted(meters.items()) if mp not in gone]
    places = {(meter.channel, meter.address) for meter in left}
    if len(places) < len(left):
        return DUPLICATE
    archive.replace(left)
    return 0


def _meter_of(gdw, row, known):
    """As it is on file, with what the row says."""
    wanted = gdw.dcu.settings.get("gdw.dlms_protocol")
    if row["protocol"] != wanted:
        raise Refused(f"376.1: protocol {row['protocol']}; of DLMS it is {wanted} here")
    channel = channel_of(row["port"] & _PORT)
    _check_baud(gdw, channel, _BAUDS[row["port"] >> _BAUD_AT])
    texts = dict(zip(FIELDS, known.row())) if known else {}
    texts.update(
        {
            "mp": str(row["mp"]),
            "address": str(int(row["address"])),
            "gather": str(int(row["gather"])),
            "channel": channel,
        }
    )
    password = bytes(row["password"]).rstrip(b"\x00")
    if password:
        if not all([33 <= octet < 127 for octet in password]):
            raise Refused("376.1: the password of a meter is not printable")
        texts["auth"], texts["password"] = "lls", password.decode()
    return Meter(texts)


def _check_baud(gdw, channel, baud):
    """Behind the module there is none that we would set."""
    if channel != PLC and baud not in ("", _baud_of(gdw, channel)):
        ours = _baud_of(gdw, channel)
        raise Refused(f"376.1: a meter with {baud} bit/s; all on {channel} have {ours}")


def _baud_of(gdw, channel):
    return gdw.dcu.settings.get(f"rs485.{channel[-1]}.baud")


def get(gdw, pn, asked):
    """Those that are on file of the numbers asked for. Passwords are never told."""
    if len(asked) > METERS_MAX:
        raise Refused(f"376.1: {len(asked)} meters: at most {METERS_MAX} in one answer")
    known = {meter.mp: meter for meter in gdw.dcu.archive.meters()}
    return [_row_of(gdw, known[mp]) for mp in asked if mp in known]


def _row_of(gdw, meter):
    return {
        "seq": meter.mp,
        "mp": meter.mp,
        "port": port_of(meter.channel) | _baud_code(gdw, meter.channel) << _BAUD_AT,
        "protocol": gdw.dcu.settings.get("gdw.dlms_protocol"),
        "address": f"{meter.address:012}",
        "password": bytes(6),
        "tariffs": 2,
        "digits": 0,
        "gather": f"{meter.gather:012}",
        "class": 0,
    }


def _baud_code(gdw, channel):
    """0 also for one that the standard has no number for."""
    baud = "" if channel == PLC else _baud_of(gdw, channel)
    return _BAUDS.index(baud) if baud in _BAUDS else 0


def remove_port(gdw, port):
    """All meters of the port."""
    channel, archive = channel_of(port), gdw.dcu.archive
    archive.replace([meter for meter in archive.meters() if meter.channel != channel])
