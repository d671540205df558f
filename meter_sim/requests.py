"""The xDLMS requests a meter understands, read with construct (IEC 62056-5-3, LN services).

A DCU asks for the same things again and again, so what was read is remembered by its octets.
"""

from collections import namedtuple
from functools import lru_cache

from construct import (
    Byte,
    Bytes,
    ConstructError,
    Flag,
    If,
    Int16ub,
    PrefixedArray,
    Struct,
    Terminated,
)

from meter_sim.data import DATA

Descriptor = namedtuple("Descriptor", ("class_id", "ln", "index"))
Selection = namedtuple("Selection", ("selector", "data"))

_DESCRIPTOR = Struct("class_id" / Int16ub, "ln" / Bytes(6), "index" / Byte)
_SELECTION = Struct("selector" / Byte, "data" / DATA)
_SELECTED = Struct(
    "descriptor" / _DESCRIPTOR, "given" / Flag, "selection" / If(lambda t: t.given, _SELECTION)
)
_GET = Struct("wanted" / _SELECTED, Terminated)
_GET_LIST = Struct("wanted" / PrefixedArray(Byte, _SELECTED), Terminated)
_SET = Struct("target" / _SELECTED, "data" / DATA, Terminated)
_ACTION = Struct(
    "target" / _DESCRIPTOR, "given" / Flag, "data" / If(lambda t: t.given, DATA), Terminated
)


def _descriptor(parsed):
    return Descriptor(parsed.class_id, bytes(parsed.ln), parsed.index)


def _wanted(parsed):
    selection = parsed.selection and Selection(parsed.selection.selector, parsed.selection.data)
    return _descriptor(parsed.descriptor), selection


def _read(form, octets):
    """The parsed form, or None: short, too long, unknown types, nested too deep."""
    try:
        return form.parse(octets)
    except (ConstructError, RecursionError):
        return None


@lru_cache(maxsize=512)
def get_normal(octets):
    """[(descriptor, selection or None)] or None."""
    parsed = _read(_GET, octets)
    return parsed and [_wanted(parsed.wanted)]


@lru_cache(maxsize=512)
def get_list(octets):
    parsed = _read(_GET_LIST, octets)
    return parsed and [_wanted(wanted) for wanted in parsed.wanted]


def set_normal(octets):
    """(descriptor, selection, data) or None; data has `tag` and `value`."""
    parsed = _read(_SET, octets)
    return parsed and (*_wanted(parsed.target), parsed.data)


def action_normal(octets):
    """(descriptor of the method, data or None) or None."""
    parsed = _read(_ACTION, octets)
    return parsed and (_descriptor(parsed.target), parsed.data)
