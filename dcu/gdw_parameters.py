"""Q/GDW 376.1, AFN 04 and 0A: the settings of the DCU as functions. What is set is stored before
it is confirmed; what the DCU has no setting for is answered as 0, or denied.

Each of SET is a function(gdw, pn, value) that raises Refused or returns an error number (0 is
well), each of GET a function(gdw, pn, asked) -> value.

Reference: Q/GDW 376.1-2009, 5.5, 5.10.
"""

from dcu import gdw_meters, gdw_network, severity
from dcu.alarm_codes import ALARM
from dcu.gdw_events import ERC_OF, KNOWN
from dcu.gdw_schema import CONFIRMED
from dcu.gdw_tasks import OFF, ON
from dcu.severity import severity_of
from hal.errors import Refused
from wire import ipv4
from wire.qgdw3761_message import CLASS_1, CLASS_2
from wire.qgdw3761_parameters import GROUPS_MAX

_NONE = "0.0.0.0"
_SECONDS, _REPEATS_AT = 0x0FFF, 12
_CONFIRM_CLASSES_1_2, _CONFIRM_CLASS_3 = 0x03, 0x04
_UDP, _CLIENT, _SERVER = 0x80, 0x10, 0x20  # of the way to the head-end
_WAY = 0x30
_ONLINE, _ALWAYS = 0x03, 0x01
_ALL_HOURS = b"\xff\xff\xff"
_U32_MAX = 0xFFFFFFFF


def _put(gdw, pairs):
    gdw.dcu.settings.put_all(pairs)
    return 0


def _get_link(gdw, pn, asked):
    get = gdw.dcu.settings.get
    repeats = min(get("hes.heartbeat_misses") - 1, 3)
    return {
        "rts_20_ms": 0,
        "delay_min": 0,
        "timeout": get("hes.reply_s") | repeats << _REPEATS_AT,
        "confirm": CONFIRMED.index(get("gdw.confirmed"))
        | (_CONFIRM_CLASS_3 if get("hes.confirm") == "yes" else 0),
        "heartbeat_min": (get("hes.heartbeat_s") + 59) // 60,
    }


def _set_link(gdw, pn, value):
    """RTS and the longest delay mean nothing to what carries frames here."""
    seconds, repeats = value["timeout"] & _SECONDS, value["timeout"] >> _REPEATS_AT & 3
    return _put(
        gdw,
        [
            ("hes.reply_s", str(seconds)),
            ("hes.heartbeat_misses", str(1 + repeats)),
            ("gdw.confirmed", CONFIRMED[value["confirm"] & _CONFIRM_CLASSES_1_2]),
            ("hes.confirm", "yes" if value["confirm"] & _CONFIRM_CLASS_3 else "no"),
            ("hes.heartbeat_s", str(60 * value["heartbeat_min"])),
        ],
    )


def _get_hosts(gdw, pn, asked):
    get = gdw.dcu.settings.get
    main, main_port = _ip_of(get("hes.main"))
    sub, sub_port = _ip_of(get("hes.sub"))
    apn = get("modem.apn")[:16]
    return {"main": main, "main_port": main_port, "sub": sub, "sub_port": sub_port, "apn": apn}


def _ip_of(host):
    """(IP, port); a host that has a name and no number shows as 0.0.0.0."""
    name, _, port = host.rpartition(":")
    return _NONE if ipv4.number(name) is None else name, int(port or 0)


def _set_hosts(gdw, pn, value):
    return _put(
        gdw,
        [
            ("hes.main", _host_of(value["main"], value["main_port"])),
            ("hes.sub", _host_of(value["sub"], value["sub_port"])),
            ("modem.apn", value["apn"]),
        ],
    )


def _host_of(ip, port):
    return "" if ip == _NONE else f"{ip}:{port}"


def _get_groups(gdw, pn, asked):
    groups = [int(each) for each in gdw.dcu.settings.get("gdw.groups").split(",")]
    return (groups + [0] * GROUPS_MAX)[:GROUPS_MAX]


def _set_groups(gdw, pn, value):
    groups = [str(each) for each in value if each]
    return _put(gdw, [("gdw.groups", ",".join(groups) or "0")])


def _get_way(gdw, pn, asked):
    get = gdw.dcu.settings.get
    way = {"client": _CLIENT, "udp": _UDP | _CLIENT, "server": _SERVER}[get("uplink.mode")]
    return {
        "mode": way | _ALWAYS,
        "redial_s": get("uplink.redial_wait_s"),
        "redials": get("uplink.redial_max"),
        "idle_min": min(get("uplink.idle_s") // 60, 255),
        "hours": _ALL_HOURS,
    }


def _set_way(gdw, pn, value):
    mode = value["mode"]
    modes = {_CLIENT: "client", _SERVER: "server", _UDP | _CLIENT: "udp"}
    if mode & _ONLINE != _ALWAYS or mode & (_UDP | _WAY) not in modes:
        raise Refused("376.1: only always online, as TCP client, UDP client or TCP server")
    pairs = [
        ("uplink.mode", modes[mode & (_UDP | _WAY)]),
        ("uplink.redial_wait_s", str(value["redial_s"])),
        ("uplink.redial_max", str(value["redials"])),
    ]
    if value["idle_min"]:
        pairs.append(("uplink.idle_s", str(60 * value["idle_min"])))
    return _put(gdw, pairs)


def _get_events(gdw, pn, asked):
    """An ERC is important when one of its alarms is."""
    settings = gdw.dcu.settings
    level = severity_of(settings)
    told = [int(number) for number in settings.get("gdw.events").split(",")]
    important = [ERC_OF[code] for code in ERC_OF if level(code) == ALARM]
    return {"valid": _bits_of(told), "important": _bits_of(important)}


def _set_events(gdw, pn, value):
    """Of those that the DCU can have; a list that is empty is 0. Important is the severity of all
    alarms of an ERC."""
    told = [str(erc) for erc in KNOWN if _has(value["valid"], erc)]
    wanted = {code: _has(value["important"], ERC_OF[code]) for code in ERC_OF}
    before = gdw.dcu.settings.get(severity.KEY)
    severities = severity.with_importance(before, wanted)
    return _put(gdw, [("gdw.events", ",".join(told) or "0"), (severity.KEY, severities)])


def _bits_of(numbers):
    return sum([1 << erc - 1 for erc in set(numbers) if erc]).to_bytes(8, "little")


def _has(octets, erc):
    return int.from_bytes(octets, "little") >> erc - 1 & 1


def _get_user(gdw, pn, asked):
    """The password is never told."""
    return {"user": gdw.dcu.settings.get("modem.user")[:32], "password": ""}


def _set_user(gdw, pn, value):
    pairs = [("modem.user", value["user"]), ("modem.password", value["password"])]
    return _put(gdw, pairs)


def _get_traffic(gdw, pn, asked):
    return {"octets": min(1024 * gdw.dcu.settings.get("uplink.month_kib"), _U32_MAX)}


def _set_traffic(gdw, pn, value):
    """A limit below 1 KiB stays one: 0 is none."""
    return _put(gdw, [("uplink.month_kib", str((value["octets"] + 1023) // 1024))])


def _get_terminal(gdw, pn, asked):
    get = gdw.dcu.settings.get
    return {"area": get("terminal.area"), "number": int(get("terminal.number"), 16)}


def _set_terminal(gdw, pn, value):
    pairs = [("terminal.area", value["area"]), ("terminal.number", f"{value['number']:04X}")]
    return _put(gdw, pairs)


def _get_reading(gdw, pn, asked):
    interval_min = gdw.dcu.settings.get("collect.period_s") // 60
    ports = [port for port in asked if port in gdw_meters.CHANNELS]
    return [
        {
            "port": port,
            "control": 0,
            "days": 0x7FFFFFFF,
            "time": (0, 0),
            "interval_min": min(interval_min, 255),
            "clock": None,
            "spans": [],
        }
        for port in ports
    ]


def _set_reading(gdw, pn, value):
    """All ports are read in one period here: another for each is refused."""
    intervals = {port["interval_min"] for port in value}
    if len(intervals) != 1:
        raise Refused("376.1: one interval for all ports")
    return _put(gdw, [("collect.period_s", str(60 * list(intervals)[0]))])


def _get_rating(gdw, pn, asked):
    return gdw.points.get(gdw.dcu.archive.get(pn).mp)


def _set_rating(gdw, pn, value):
    gdw.points.put(gdw.dcu.archive.get(pn).mp, value)
    return 0


def _task(afn):
    def get(gdw, pn, asked):
        return gdw.tasks.get(afn, pn).value

    def put(gdw, pn, value):
        gdw.tasks.put(afn, pn, value)
        return 0

    return get, put


def _task_switch(afn):
    def get(gdw, pn, asked):
        return {"switch": ON if gdw.tasks.get(afn, pn).is_on else OFF}

    def put(gdw, pn, value):
        gdw.tasks.switch(afn, pn, value["switch"])
        return 0

    return get, put


_TASKS = {65: _task(CLASS_1), 66: _task(CLASS_2), 67: _task_switch(CLASS_1)}
_TASKS[68] = _task_switch(CLASS_2)
SET = {
    1: _set_link,
    3: _set_hosts,
    6: _set_groups,
    7: gdw_network.put,
    8: _set_way,
    9: _set_events,
    10: gdw_meters.put,
    16: _set_user,
    25: _set_rating,
    33: _set_reading,
    36: _set_traffic,
    89: _set_terminal,
}
GET = {
    1: _get_link,
    3: _get_hosts,
    4: gdw_network.numbers,
    6: _get_groups,
    7: gdw_network.get,
    8: _get_way,
    9: _get_events,
    10: gdw_meters.get,
    16: _get_user,
    25: _get_rating,
    33: _get_reading,
    36: _get_traffic,
    89: _get_terminal,
}
for _fn in _TASKS:
    GET[_fn], SET[_fn] = _TASKS[_fn]
