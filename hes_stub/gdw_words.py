"""`hes gdw` on the command line: what is typed, and the answer in words."""

import re

from hes_stub import gdw_value
from hes_stub.credentials import lines_of_file
from hes_stub.errors import HesError
from hes_stub.gdw_bits import WORDS
from hes_stub.rows import printable

_FN_MAX, _PN_MAX = 2048, 2040
_FORM = "write it like 0C F129 1: AFN in hexadecimal, F1 to F2048, p0 to p2040 or all"


def request(options):
    """What hes_stub/gdw.py takes. HesError."""
    good = re.fullmatch("[0-9A-Fa-f]{2}", options.afn)
    fn = re.fullmatch("[Ff]?([0-9]{1,4})", options.fn)
    pn = re.fullmatch("[Pp]?([0-9]{1,4})|all", options.pn)
    if not (good and fn and pn and 1 <= int(fn[1]) <= _FN_MAX):
        raise HesError(_FORM)
    point = "all" if options.pn == "all" else int(pn[1])
    if point != "all" and point > _PN_MAX:
        raise HesError(_FORM)
    asked = {"terminal": options.terminal, "afn": int(options.afn, 16), "fn": int(fn[1])}
    asked.update(pn=point, data=options.value)
    if not options.file:
        gdw_value.check(asked["afn"], asked["fn"], options.value or "")
    if options.password:
        octets = b"".join(lines_of_file("--password", options.password, "password")[:1])
        asked["password"] = octets.decode("ascii", "replace")
    return asked


def lines(answer):
    """One for each value, what is in what by indentation."""
    found = []
    for unit in answer["units"]:
        found.append(f"p{unit['pn']} F{unit['fn']} {unit['name']}")
        found += _inner(unit.get("data"), "  ", WORDS.get(unit["name"], {}))
    return [printable(line) for line in found]


def _inner(value, indent, words):
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        pairs = [(str(at), each) for at, each in enumerate(value, 1)]
    else:
        return [] if value is None else [f"{indent}{_text(value)}"]
    found = []
    for name, inner in pairs:
        if name in words and isinstance(inner, int):
            inner = words[name](inner)
        if isinstance(inner, dict) or len(_inner(inner, "", words)) > 1:
            found += [f"{indent}{name}:", *_inner(inner, indent + "  ", words)]
        else:
            found.append(f"{indent}{name}: {_text(inner)}")
    return found


def _text(value):
    if isinstance(value, list):
        return ", ".join([_text(each) for each in value])
    return "-" if value is None else str(value)


ARGUMENTS = (
    (("afn",), {"metavar": "AFN", "help": "in hexadecimal, like 0C"}),
    (("fn",), {"metavar": "FN", "help": "like F129"}),
    (("pn",), {"metavar": "PN", "nargs": "?", "default": "0", "help": "point (0), or all"}),
    (("--value",), {"metavar": "HEX", "help": "the data of the unit, as on the wire"}),
    (("--file",), {"metavar": "FILE", "help": "a firmware, with 0F F1"}),
    (("--module",), {"action": "store_true", "help": "it is for the module of the DCU"}),
    (("--segment",), {"type": int, "default": 0, "metavar": "N", "help": "begin there (0)"}),
    (("--password",), {"metavar": "@FILE", "help": "of orders: 32 hexadecimal digits"}),
)
