"""COSEM data, attributes and results in words, for `dcu decode` and traces.

Each function gives plain values for JSON: dicts whose keys are the standard's names, lists, texts.
Reference: IEC 62056-5-3 (Data, results), IEC 62056-6-2 (classes).
"""

from boards.words_cpython import when
from wire import apdu, axdr, obis
from wire.errors import WireError

_CLASSES = {
    1: "Data",
    3: "Register",
    4: "Extended register",
    5: "Demand register",
    7: "Profile generic",
    8: "Clock",
    9: "Script table",
    15: "Association LN",
    17: "SAP assignment",
    18: "Image transfer",
    22: "Single action schedule",
    23: "IEC HDLC setup",
    29: "Auto connect",
    40: "Push setup",
    41: "TCP-UDP setup",
    42: "IPv4 setup",
    43: "MAC address setup",
    64: "Security setup",
    70: "Disconnect control",
}
_SHOWN_MAX = 64  # octets of a string in full


def data(octets):
    """One Data: its value, or what is wrong with it beside the octets."""
    try:
        return plain(axdr.decode_all(bytes(octets)))
    except WireError as error:
        return {"damaged": error.reason, "octets": octets.hex()}


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return string(bytes(value))
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, tuple):
        return {"structure": [plain(each) for each in value]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return repr(value)


def string(octets):
    """An octet-string: hexadecimal, and what it may mean."""
    shown = octets[:_SHOWN_MAX].hex() + (f"… {len(octets)} octets" if octets[_SHOWN_MAX:] else "")
    meaning = _moment(octets) or _name(octets) or _text(octets)
    return f"{shown} ({meaning})" if meaning else shown


def _moment(octets):
    utc_s = axdr.parse_date_time(octets)
    return "" if utc_s is None else when(utc_s)


def _name(octets):
    return obis.text(octets) if len(octets) == 6 and octets[5] == 0xFF else ""


def _text(octets):
    is_text = len(octets) > 3 and all(0x20 <= octet < 0x7F for octet in octets)
    return repr(octets.decode()) if is_text else ""


def descriptor(attribute, index_name="attribute-id"):
    """Of an Attribute, or with index_name "method-id" of a Method."""
    class_id = attribute.class_id
    known = f" ({_CLASSES[class_id]})" if class_id in _CLASSES else ""
    return {
        "class-id": f"{class_id}{known}",
        "instance-id": obis.text(attribute.ln),
        index_name: attribute.index,
    }


def access(selection):
    """Of an Access, or None."""
    if selection is None:
        return "whole attribute"
    kind = {1: "by range", 2: "by entry"}.get(selection.selector, str(selection.selector))
    return {"access-selector": kind, "access-parameters": data(selection.data)}


def result(given):
    """Of a Result: its data, or why there are none."""
    if given is None:
        return "none"
    if given.dar:
        return {"data-access-result": apdu.dar_text(given.dar)}
    return {"data": data(given.data)} if given.data else apdu.dar_text(0)
