"""What the panel can change of the DCU, through the same calls as everybody else.

Keys are those of lcd_menu/tree_setup.py: a setting by its own name; "hes.main/host" and
"hes.main/port" are halves of one.
"""

from boards import panel_ethernet
from boards.panel_ethernet import DRAFT, EthernetFields
from dcu.archive_row import ADDRESS_MAX, FIELDS, KEEP_SECRET, METERS_MAX, NUMBER_MAX, Meter
from dcu.civil import DAY_S, Zone, date_text
from dcu.schema import AFTER_RESTART, CHANNELS, PLC, SCHEMA, SECRETS, find, whole
from dcu.uplink_schema import MODES
from hal.errors import Refused
from lcd_menu.engine import SET_PASSWORD
from lcd_menu.items import Spec
from wire.cosem_time import days_of, parse_date_time

NETWORK = ("hes.main", "hes.sub", "uplink.channel", "uplink.mode", "modem.apn", "modem.user")
NETWORK += ("uplink.tls", panel_ethernet.KEY)
_MODEM = ("modem.apn", "modem.user", "modem.password")
_AS_THEY_ARE = ("number", "choice", "secret", "key")  # kinds with an editor of that name
_KINDS = {"bcd": "digits", "terminal": "hex", "sim_pin": "secret"}
_LENGTHS = {"host": 127, "numbers": 64}  # characters, where `high` is something else
BY = "the panel"
_PORT_DEFAULT = "8000"
_GATHER_MAX = 999_999_999_999
_EUI_DIGITS = 16
_METER = {  # kind, low, high
    "mp": ("number", 1, METERS_MAX),
    "address": ("number", 1, ADDRESS_MAX),
    "gather": ("number", 0, _GATHER_MAX),
    "protocol": ("choice", ("dlms",), None),
    "channel": ("choice", CHANNELS, None),
    "eui": ("hex", _EUI_DIGITS, _EUI_DIGITS),
}
_TRANSPORT = "uplink.transport"
_TRANSPORTS = ("TCP No zip", "UDP No zip", "HES dials")  # of MODES, as concentrators call them
_OF_MODULE = ("plc.nodes", "meters.on.plc", "meters.plc", "new.eui", "meter.eui")


class Fields:
    def __init__(self, dcu):
        self._dcu = dcu
        self._draft = {}
        self._ethernet = EthernetFields(dcu)

    def names(self):
        return [setting.key for setting in SCHEMA if setting.key != SET_PASSWORD]

    def applies(self, key):
        if key in _OF_MODULE:
            return bool(self._dcu.settings.get("slot.device"))
        return key not in _MODEM or self._dcu.settings.get("uplink.channel") == "modem"

    def field(self, key, row):
        """Spec of lcd_menu/items.py."""
        group, _, name = key.partition(".")
        if key == panel_ethernet.KEY or key.startswith(DRAFT):
            return self._ethernet.field(key)
        if key == "clock.set":
            return Spec("date-time", None, None, self.clock_text(), False)
        if group in ("new", "meter"):
            kind, low, high = _METER[name]
            if name == "address" and self.meter_text(group + ".channel", row) == PLC:
                high = NUMBER_MAX
            return Spec(kind, low, high, self.meter_text(key, row), False)
        if key == _TRANSPORT:
            return Spec("choice", _TRANSPORTS, None, self.shown(key), True)
        return self._setting(row if key == "setting" else key)

    def put(self, key, row, text):
        """Refused when it cannot be; PortError when the disk does not take it."""
        group, _, name = key.partition(".")
        if key == "clock.set":
            self._set_clock(text)
        elif key == _TRANSPORT:
            self._store("uplink.mode", MODES[_TRANSPORTS.index(text)])
        elif group == "new":
            self._draft[name] = text
        elif group == "meter":
            self._change_meter(self._dcu.archive.get(row), name, text)
        elif key.startswith(DRAFT):
            self._ethernet.put(key, text)
        elif "/" in key:
            self._put_half(key, text)
        else:
            self._store(row if key == "setting" else key, text)

    def stored(self, key, row):
        is_later = key == "setting" and row.split(".")[0] in AFTER_RESTART
        return "Stored; in use after a restart" if is_later else "Stored"

    def shown(self, key, row=None):
        """The value for a line of a page."""
        group = key.split(".")[0]
        if key.startswith(DRAFT):
            return self._ethernet.shown(key)
        if key == "clock.set":
            return self.clock_text()
        if key == _TRANSPORT:
            return _TRANSPORTS[MODES.index(self._dcu.settings.get("uplink.mode"))]
        if group in ("new", "meter"):
            return self.meter_text(key, row)
        return self._half(key) if "/" in key else self._dcu.settings.shown(key)

    # Settings

    def _store(self, key, text):
        self._dcu.settings.put_all([(key, text)], by=BY)

    def _setting(self, key):
        is_network = key.split("/")[0] in NETWORK
        if "/" in key:
            return self._half_spec(key)
        setting = find(key)
        kind = setting.kind if setting.kind in _AS_THEY_ARE else _KINDS.get(setting.kind)
        is_secret = setting.kind in SECRETS
        now = "" if is_secret else str(self._dcu.settings.get(key))
        high = _LENGTHS.get(setting.kind, setting.high)
        return Spec(kind or "text", setting.low, high, now, is_network and not is_secret)

    def _half_spec(self, key):
        text = self._half(key)
        if key.endswith("/port"):
            return Spec("number", 1, 65535, text or _PORT_DEFAULT, True)
        is_address = not text or is_ipv4(text)
        return Spec("ipv4" if is_address else "text", 0, 64, text, True)

    def _half(self, key):
        setting, _, half = key.partition("/")
        host, _, port = self._dcu.settings.get(setting).rpartition(":")
        return port if half == "port" else host

    def _put_half(self, key, text):
        setting, _, half = key.partition("/")
        host, _, port = self._dcu.settings.get(setting).rpartition(":")
        if half == "port":
            if not host:
                raise Refused("the IP first")
            port = text
        else:
            host = "" if text == "0.0.0.0" else text
            if host and not _is_host(host):
                raise Refused("each part 0 - 255")
        self._store(setting, f"{host}:{port or _PORT_DEFAULT}" if host else "")

    # Clock

    def clock_text(self):
        """Civil time, as it is edited."""
        zone = Zone(self._dcu.settings.get("clock.zone"))
        civil_s = zone.civil_s(self._dcu.clock.utc_s())
        return f"{date_text(civil_s)}:{civil_s % 60:02}"

    def _set_clock(self, text):
        civil_s = civil_of(text)
        if civil_s is None:
            raise Refused("no such date or time")
        self._dcu.clock.set_utc(Zone(self._dcu.settings.get("clock.zone")).utc_s(civil_s))

    # Meters

    def meter_text(self, key, row):
        group, _, name = key.partition(".")
        if group == "meter":
            value = getattr(self._dcu.archive.get(row), name)
            return value.hex().upper() if name == "eui" else str(value)
        if name == "mp" and name not in self._draft:
            return str(self._next_mp())
        return self._draft.get(name, _METER[name][1][0] if name in ("protocol", "channel") else "")

    def _next_mp(self):
        meters = self._dcu.archive.meters()
        return min(METERS_MAX, meters[-1].mp + 1 if meters else 1)

    def _change_meter(self, record, name, text):
        row = dict(zip(FIELDS, record.row(KEEP_SECRET)))
        row[name] = text
        lines = [",".join(FIELDS), ",".join([row[field] for field in FIELDS])]
        self._dcu.archive.import_csv("\n".join(lines))

    def store_new(self):
        meter = Meter({name: self.meter_text("new." + name, None) for name in _METER})
        self._dcu.archive.add(meter)
        self._draft = {}
        return f"MP {meter.mp}"


def is_ipv4(text):
    parts = text.split(".")
    return len(parts) == 4 and all([whole(part, 0, 255) is not None for part in parts])


def _is_host(text):
    """An address that is right, or a name: digits and dots alone are no name."""
    return is_ipv4(text) or any([character not in "0123456789." for character in text])


def civil_of(text):
    """Seconds since 1970 of "2026-11-23 06:30:00"; None for what is no date or time."""
    year, month, day = [int(part) for part in text[:10].split("-")]
    hour, minute, second = [int(part) for part in text[11:].split(":")]
    head = year.to_bytes(2, "big") + bytes([month, day, 0xFF, hour, minute, second])
    if parse_date_time(head + b"\x00\x00\x00\x00") is None:
        return None
    return days_of(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second
