"""Fields of Q/GDW 376.1 whose bits say several things, in words: {unit: {field: function}}.

Reference: Q/GDW 376.1-2009, 5.5.1, 5.12.
"""

_BAUDS = ("its own baud", "600", "1200", "2400", "4800", "7200", "9600", "19200")
_WAYS = ("mixed", "client", "server")
_PORTS = {2: "RS485 1", 3: "RS485 2", 4: "RS485 3", 31: "module"}


def _limits(value):
    return f"{value & 0xFFF} s, {value >> 12 & 3} repeats"


def _classes(value):
    return ", ".join([f"class {n + 1}" for n in range(3) if value >> n & 1]) or "none"


def _mode(value):
    way = value >> 4 & 3
    carrier = "UDP" if value & 0x80 else "TCP"
    return f"{carrier} {_WAYS[way]}" if way < len(_WAYS) else str(value)


def _meter_port(value):
    return f"{_port(value & 0x1F)}, {_BAUDS[value >> 5]}"


def _port(value):
    return f"{value} ({_PORTS[value]})" if value in _PORTS else str(value)


def _one_of(words):
    return lambda value: words.get(value, str(value))


_READS = {"port": _port, "state": _one_of({1: "under way", 2: "done"})}
_LINK = {4: "may report", 8: "may not report"}
WORDS = {
    "communication": {"timeout": _limits, "confirm": _classes},
    "way to the head-end": {
        "mode": _mode,
        "state": lambda value: _LINK.get(value & 12, str(value)),
    },
    "meters": {"port": _meter_port},
    "inputs and ports": {"port": _port},
    "reading of the ports": {"port": _port},
    "state of the reading": _READS,
    "reading of the meter": {"port": _port},
    "switch of the meter": {"state": _one_of({0x11: "closed", 0x22: "open"})},
}
