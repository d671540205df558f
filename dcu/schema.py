"""Every setting of the DCU, once: for the console, the panel, the HES and the command line.

A setting is text at rest and a value in use, so that what a person types, what the file holds
and what the HES sends are checked by the same line of code.
"""

from collections import namedtuple

from dcu import ipv4, severity
from dcu.civil import Zone
from dcu.device_schema import ROWS as DEVICE_ROWS
from dcu.gdw_schema import ROWS as GDW_ROWS
from dcu.tls_schema import ROWS as TLS_ROWS
from dcu.uplink_schema import ROWS as UPLINK_ROWS
from hal.errors import Refused
from wire.ipv4 import number

Setting = namedtuple("Setting", ("key", "kind", "default", "low", "high", "help"))

BAUDS = ("300", "600", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200")
PORTS = ("rs485-1", "rs485-2", "rs485-3")
PLC = "plc"  # the channel of the module slot, whatever module is in it
CHANNELS = PORTS + (PLC,)

DIALECTS = ("auto", "sim800", "sim76", "sim5320", "quectel")
STACKS = ("module", "pppd")
AUTH = ("none", "pap", "chap", "either")
ORDERS = ("password-first", "user-first")
BANDS = ("cenelec-a", "cenelec-b", "fcc", "arib", "rf")
ADMISSIONS = ("strict", "alarm")


def _port(key):
    return (
        Setting(key + "device", "text", "", 0, 127, "serial device; empty: port not used"),
        Setting(key + "baud", "choice", "9600", BAUDS, None, "bit/s"),
        Setting(key + "parity", "choice", "N", ("N", "E", "O"), None, "none, even or odd"),
    )


SCHEMA = (
    Setting("terminal.area", "bcd", "0731", 4, 4, "address 1: region code, BCD digits"),
    Setting("terminal.number", "terminal", "0001", 4, 4, "address 2: terminal, hex digits"),
    Setting("hes.main", "host", "", 0, 127, "head-end system, HOST:PORT; empty: none"),
    Setting("hes.sub", "host", "", 0, 127, "second head-end system, HOST:PORT; empty: none"),
    Setting("hes.heartbeat_s", "number", "300", 2, 3600, "silence before a heartbeat, s"),
    Setting("hes.reply_s", "number", "20", 1, 180, "wait for an answer of the HES, s"),
    Setting("hes.login_tries", "number", "3", 1, 20, "logins without answer, then hung up"),
    Setting("hes.heartbeat_misses", "number", "3", 1, 20, "heartbeats without answer, likewise"),
    Setting("hes.host_tries", "number", "2", 1, 100, "failures in a row, then the other HES"),
    Setting("hes.retry_min_s", "number", "60", 1, 1800, "pause when HES is silent; doubles, s"),
    Setting("hes.retry_max_s", "number", "1800", 2, 7200, "longest such pause, s"),
    Setting("hes.repeat_alarm_s", "number", "30", 2, 3600, "repeat an unacknowledged alarm, s"),
    Setting("hes.confirm", "choice", "no", ("no", "yes"), None, "whether pushes are confirmed"),
)
SCHEMA += tuple([Setting(*row) for row in UPLINK_ROWS])
SCHEMA += (
    Setting("modem.register_s", "number", "300", 10, 1800, "wait for the network, s"),
    Setting("modem.denied_s", "number", "900", 60, 86400, "pause when denied by it, s"),
    Setting("modem.locked_s", "number", "3600", 60, 86400, "pause when the SIM is locked, s"),
    Setting("modem.absent_s", "number", "1800", 60, 86400, "pause when there is no SIM, s"),
    Setting("modem.device", "text", "", 0, 127, "serial device of the cellular module"),
    Setting("modem.stack", "choice", "module", STACKS, None, "whose TCP/IP; after a restart"),
    Setting("modem.dialect", "choice", "auto", DIALECTS, None, "kind of module; auto: it says"),
    Setting("modem.apn", "text", "", 0, 63, "access point name of the network operator"),
    Setting("modem.auth", "choice", "none", AUTH, None, "how the operator asks for a password"),
    Setting("modem.user", "text", "", 0, 63, "user name at the network operator"),
    Setting("modem.password", "secret", "", 0, 63, "password at the network operator"),
    Setting(
        "modem.auth_order", "choice", ORDERS[0], ORDERS, None, "in AT+CGAUTH; firmwares differ"
    ),
    Setting("modem.pin", "sim_pin", "", 4, 8, "PIN of the SIM; tried once, never guessed"),
    Setting("server.tcp_port", "number", "0", 0, 65535, "DLMS server, TCP port; 0: closed"),
    Setting("server.udp_port", "number", "0", 0, 65535, "DLMS server, UDP port; 0: closed"),
    Setting("server.gateway", "choice", "no", ("no", "yes"), None, "whether it leads to meters"),
    Setting("server.peers", "addresses", "", 0, 127, "who may come in: addresses, commas; or any"),
    Setting("collect.period_s", "number", "900", 2, 86400, "period of the reading rounds, s"),
    Setting("clock.zone", "zone", "UTC0", 4, 64, "civil time of the tasks, as POSIX TZ"),
    Setting(
        "collect.push", "choice", "yes", ("no", "yes"), None, "readings go to the HES at once"
    ),
    Setting("collect.paused", "text", "", 0, 63, "channels not read now, commas between"),
    Setting("collect.silent_after", "number", "3", 1, 100, "failed rounds before meter silent"),
    Setting("collect.probe_max_s", "number", "3600", 60, 86400, "longest pause of a probe, s"),
    Setting("collect.visit_max_s", "number", "90", 5, 200, "what one visit may take, s"),
    Setting("collect.budget_s", "number", "600", 10, 3600, "bus time of a meter in an hour, s"),
    Setting("collect.first_days", "number", "7", 1, 400, "days of a profile read at first"),
    Setting("collect.fill_obis", "text", "1.0.99.1.0.255", 0, 23, "fills holes; empty: none"),
    Setting("collect.fill_days", "number", "10", 1, 60, "how old a hole is filled, days"),
    Setting("clock.set_meters", "choice", "yes", ("no", "yes"), None, "whether tasks set clocks"),
    Setting("clock.leave_s", "number", "10", 1, 3600, "difference of a meter's clock left, s"),
    Setting("clock.set_max_s", "number", "300", 1, 86400, "longest difference set right, s"),
    Setting("meter.reply_ms", "number", "1000", 50, 30000, "wait for a meter's answer, ms"),
    Setting("meter.scheduled_percent", "number", "20", 1, 100, "least share of scheduled work"),
    Setting("meter.attempts", "number", "3", 1, 10, "tries of one exchange with a meter"),
    Setting("meter.inactivity_s", "number", "120", 0, 86400, "a meter holds an idle link, s"),
    Setting("meter.refused_s", "number", "3600", 60, 86400, "pause after a refused key, s"),
    Setting("storage.readings", "number", "100000", 100, 10000000, "readings kept for the HES"),
    Setting("storage.profile_rows", "number", "5760", 10, 100000, "rows kept per meter"),
    Setting("storage.records", "number", "100000", 100, 10000000, "records of tasks kept"),
    Setting("storage.ledger_rows", "number", "5760", 10, 100000, "slots of a meter and task kept"),
    Setting("storage.alarms", "number", "4096", 100, 1000000, "alarms kept"),
    Setting("alarms.pushed", "number", "4294967295", 0, 4294967295, "pushed alarms, a bit each"),
    Setting("alarms.pushed_2", "number", "4294967295", 0, 4294967295, "those from 32 on"),
    Setting(
        severity.KEY, "severities", "", 0, severity.TEXT_MAX, "others than usual: 1=alarm,22=info"
    ),
    Setting("alarms.per_minute", "number", "240", 1, 1000, "alarms pushed in a minute at most"),
    Setting("cosem.reader_password", "secret", "", 0, 64, "LLS of client 2; empty: not let in"),
    Setting("cosem.ek", "key", "", 0, 64, "encryption key of the HES; empty: not ciphered"),
    Setting("cosem.ak", "key", "", 0, 64, "authentication key of the HES"),
    Setting("cosem.kek", "key", "", 0, 64, "master key of the HES: wraps new keys"),
    Setting("cosem.password", "secret", "", 0, 64, "LLS password of the HES; empty: none asked"),
)
SCHEMA += tuple([Setting(*row) for row in DEVICE_ROWS + GDW_ROWS + TLS_ROWS])
SCHEMA += _port("local.") + (
    Setting("local.address", "number", "17", 16, 125, "HDLC physical address of the DCU"),
)
SCHEMA += (
    Setting("slot.device", "text", "", 0, 127, "serial device of the module slot; empty: none"),
    Setting("slot.baud", "choice", "38400", BAUDS, None, "bit/s of the module"),
    Setting("plc.band", "choice", "cenelec-a", BANDS, None, "frequencies of the network"),
    Setting("plc.pan", "terminal", "781D", 4, 4, "its identifier, hex digits"),
    Setting("plc.psk", "key", "", 0, 32, "key of the meters that have none of their own"),
    Setting("plc.admission", "choice", "strict", ADMISSIONS, None, "of meters not on file"),
    Setting("plc.join_s", "number", "5", 2, 600, "for a message of a meter that joins, s"),
    Setting("plc.at_once", "number", "0", 0, 5, "meters talked to at once; 0: as the band bears"),
    Setting("plc.port", "number", "4059", 1, 65535, "UDP port of DLMS at the meters"),
    Setting("plc.max_hops", "number", "8", 1, 14, "longest way to a meter, hops"),
    Setting("plc.pan_in_ip", "choice", "yes", ("yes", "no"), None, "older networks: no"),
)
SCHEMA += _port("rs485.1.") + _port("rs485.2.") + _port("rs485.3.")

AFTER_RESTART = ("local", "meter", "rs485", "storage")  # groups that are read at start only

SECRETS = ("secret", "key", "pin", "sim_pin")  # kinds that are never shown
_KEY_DIGITS = (0, 32, 64)
_NUMBERS_MAX = 12

_IN_WORDS = {  # what may be typed
    "host": "HOST:PORT with a port from 1 to 65535, or nothing",
    "ipv4": ipv4.WAYS,
    "addresses": "IP addresses, commas between, as in 10.0.0.5,10.0.0.6; any; or nothing: nobody",
    "zone": "a time zone as POSIX writes it",
}
_DIGITS = {"bcd": "0123456789", "terminal": "0123456789ABCDEF"}
_NO_TERMINAL = ("0000", "FFFF")  # invalid, and broadcast: Q/GDW 376.1, 4.3.3
_BY_KEY = {setting.key: setting for setting in SCHEMA}


def find(key):
    """The Setting named `key`; Refused names the nearest group when there is none."""
    if key in _BY_KEY:
        return _BY_KEY[key]
    group = key.split(".")[0]
    near = [setting.key for setting in SCHEMA if setting.key.split(".")[0] == group]
    near = near or sorted({setting.key.split(".")[0] + ".…" for setting in SCHEMA})
    raise Refused(
        f"no setting {key!r}; there are: {', '.join(near)}; `dcu settings list` shows all"
    )


def parse(setting, text):
    """The value that `text` stands for: an int for "number", else the text. Or Refused."""
    check = _CHECKS.get(setting.kind, _text)
    value = check(setting, text)
    if value is None:
        shown = "the value given" if setting.kind in SECRETS else repr(text)
        raise Refused(f"{setting.key}: {shown} refused; allowed: {allowed(setting)}")
    return value


def allowed(setting):
    """What may be typed, in words."""
    low, high = setting.low, setting.high
    if setting.kind == "number":
        return f"a whole number from {low} to {high}"
    if setting.kind == "numbers":
        return f"1 to {_NUMBERS_MAX} whole numbers from {low} to {high}, with commas between"
    if setting.kind == "choice":
        return "one of " + ", ".join(low)
    if setting.kind in _IN_WORDS:
        return _IN_WORDS[setting.kind]
    if setting.kind == "key":
        return ("32" if high == 32 else "32 or 64") + " hexadecimal digits, or nothing"
    if setting.kind == "sim_pin":
        return f"{low} to {high} digits, or nothing"
    if setting.kind == "pin":
        return f"{low} digits, not all 0, or nothing"
    if setting.kind in _DIGITS:
        but = ", not 0000 or FFFF" if setting.kind == "terminal" else ""
        return f"{low} digits of {_DIGITS[setting.kind]}{but}"
    return f"{low} to {high} printable characters"


def whole(text, low, high):
    """The number that `text` writes in ASCII digits, or None when it is none from low to high."""
    digits = 0 < len(text) < 13 and all([character in "0123456789" for character in text])
    return int(text) if digits and low <= int(text) <= high else None


def _number(setting, text):
    return whole(text, setting.low, setting.high)


def _numbers(setting, text):
    texts = text.split(",")
    good = all([whole(each, setting.low, setting.high) is not None for each in texts])
    return text if good and len(texts) <= _NUMBERS_MAX else None


def _choice(setting, text):
    return text if text in setting.low else None


def _host(setting, text):
    if not text:
        return text
    host, colon, port = text.rpartition(":")
    good = host and colon and whole(port, 1, 65535) and " " not in text
    return _text(setting, text) if good else None


def _addresses(setting, text):
    good = text in ("", "any") or all([_is_address(each) for each in text.split(",")])
    return _text(setting, text) if good else None


def _is_address(text):
    if ":" in text:  # IPv6
        return all([character in "0123456789abcdefABCDEF:." for character in text])
    return number(text) is not None


def _digits(setting, text):
    good = all([character in _DIGITS[setting.kind] for character in text])
    good = good and not (setting.kind == "terminal" and text in _NO_TERMINAL)
    return text if good and len(text) == setting.low else None


def _pin(setting, text):
    good = len(text) == setting.low and all([digit in _DIGITS["bcd"] for digit in text])
    return text if not text or good and text != "0" * setting.low else None


def _sim_pin(setting, text):
    """As 3GPP TS 31.101, 9.5.1 has it: a wrong one would cost a try."""
    good = all([digit in _DIGITS["bcd"] for digit in text])
    return text if not text or good and setting.low <= len(text) <= setting.high else None


def _key(setting, text):
    good = all([character in "0123456789ABCDEFabcdef" for character in text])
    good = good and len(text) in _KEY_DIGITS and len(text) <= setting.high
    return text if good else None


def _text(setting, text):
    printable = all([" " <= character <= "~" for character in text])
    return text if printable and setting.low <= len(text) <= setting.high else None


def _severities(setting, text):
    severity.overrides(text)
    return _text(setting, text)


def _ipv4(setting, text):
    return ipv4.check(text)


def _zone(setting, text):
    Zone(text)
    return text


_CHECKS = {
    "number": _number,
    "numbers": _numbers,
    "choice": _choice,
    "host": _host,
    "addresses": _addresses,
    "bcd": _digits,
    "ipv4": _ipv4,
    "key": _key,
    "pin": _pin,
    "sim_pin": _sim_pin,
    "terminal": _digits,
    "severities": _severities,
    "zone": _zone,
}
