"""The xDLMS requests a meter understands, read with construct (IEC 62056-5-3, LN services).

A DCU asks for the same things again and again, so what was read is remembered by its octets.
"""

from collections import namedtuple
from functools import lru_cache

from construct import (
    Byte,
    Bytes,
    Computed,
    ConstructError,
    Error,
    Flag,
    GreedyBytes,
    If,
    Int16ub,
    Int32ub,
    Prefixed,
    PrefixedArray,
    Struct,
    Switch,
    Terminated,
    this,
)

from meter_sim.blocks import BLOCK, LONE_BLOCK
from meter_sim.data import DATA, LENGTH

Descriptor = namedtuple("Descriptor", ("class_id", "ln", "index"))
Selection = namedtuple("Selection", ("selector", "data"))
# what one element of ACCESS wants: GET, SET or ACTION with its descriptor and selection
Wish = namedtuple("Wish", ("service", "descriptor", "selection"))

GET, SET, ACTION = 1, 2, 3  # services of ACCESS
GET_SELECTED, SET_SELECTED = 4, 5

_DESCRIPTOR = Struct("class_id" / Int16ub, "ln" / Bytes(6), "index" / Byte)
_SELECTION = Struct("selector" / Byte, "data" / DATA)
_SELECTED = Struct(
    "descriptor" / _DESCRIPTOR, "given" / Flag, "selection" / If(lambda t: t.given, _SELECTION)
)
_TARGETS = PrefixedArray(Byte, _SELECTED)
_METHODS = PrefixedArray(Byte, _DESCRIPTOR)
_VALUES = PrefixedArray(Byte, DATA)
_GET = Struct("wanted" / _SELECTED, Terminated)
_GET_LIST = Struct("wanted" / _TARGETS, Terminated)
_SET = Struct("target" / _SELECTED, "data" / DATA, Terminated)
_SET_LIST = Struct("targets" / _TARGETS, "values" / _VALUES, Terminated)
_SET_FIRST = Struct("target" / _SELECTED, "block" / BLOCK, Terminated)
_SET_LIST_FIRST = Struct("targets" / _TARGETS, "block" / BLOCK, Terminated)
_ACTION = Struct(
    "target" / _DESCRIPTOR, "given" / Flag, "data" / If(lambda t: t.given, DATA), Terminated
)
_ACTION_LIST = Struct("targets" / _METHODS, "values" / _VALUES, Terminated)
_ACTION_FIRST = Struct("target" / _DESCRIPTOR, "block" / BLOCK, Terminated)
_ACTION_LIST_FIRST = Struct("targets" / _METHODS, "block" / BLOCK, Terminated)
_WHOLE_DATA = Struct("data" / DATA, Terminated)
_WHOLE_VALUES = Struct("values" / _VALUES, Terminated)
_WISH = Struct(
    "service" / Byte,
    "descriptor" / _DESCRIPTOR,
    "selection"
    / Switch(
        this.service,
        {GET_SELECTED: _SELECTION, SET_SELECTED: _SELECTION}
        | dict.fromkeys((GET, SET, ACTION), Computed(None)),
        default=Error,
    ),
)
_ACCESS = Struct(
    "invoke" / Int32ub,
    "date_time" / Prefixed(LENGTH, GreedyBytes),
    "wishes" / PrefixedArray(Byte, _WISH),
    "values" / _VALUES,
    Terminated,
)


def _descriptor(parsed):
    return Descriptor(parsed.class_id, bytes(parsed.ln), parsed.index)


def _selection(parsed):
    return parsed and Selection(parsed.selector, parsed.data)


def _wanted(parsed):
    return _descriptor(parsed.descriptor), _selection(parsed.selection)


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


def set_list(octets):
    """[(descriptor, selection, data)] or None."""
    parsed = _read(_SET_LIST, octets)
    if not parsed or len(parsed.targets) != len(parsed["values"]):
        return None
    return [(*_wanted(target), data) for target, data in zip(parsed.targets, parsed["values"])]


def set_first(octets):
    """([(descriptor, selection)], block) or None."""
    parsed = _read(_SET_FIRST, octets)
    return parsed and ([_wanted(parsed.target)], parsed.block)


def set_list_first(octets):
    parsed = _read(_SET_LIST_FIRST, octets)
    return parsed and ([_wanted(target) for target in parsed.targets], parsed.block)


def action_normal(octets):
    """(descriptor of the method, data or None) or None."""
    parsed = _read(_ACTION, octets)
    return parsed and (_descriptor(parsed.target), parsed.data)


def action_list(octets):
    """[(descriptor, data)] or None."""
    parsed = _read(_ACTION_LIST, octets)
    if not parsed or len(parsed.targets) != len(parsed["values"]):
        return None
    return list(zip(map(_descriptor, parsed.targets), parsed["values"]))


def action_first(octets):
    """([descriptor], block) or None."""
    parsed = _read(_ACTION_FIRST, octets)
    return parsed and ([_descriptor(parsed.target)], parsed.block)


def action_list_first(octets):
    parsed = _read(_ACTION_LIST_FIRST, octets)
    return parsed and ([_descriptor(target) for target in parsed.targets], parsed.block)


def block(octets):
    """A block alone, or None."""
    parsed = _read(LONE_BLOCK, octets)
    return parsed and parsed.block


def values(octets, is_list):
    """[data] in what long blocks brought, or None."""
    parsed = _read(_WHOLE_VALUES if is_list else _WHOLE_DATA, octets)
    return parsed and (list(parsed["values"]) if is_list else [parsed.data])


@lru_cache(maxsize=512)
def access(octets):
    """(long invoke id, octets of the date-time, [(Wish, data)]) or None."""
    parsed = _read(_ACCESS, octets)
    if not parsed or len(parsed.wishes) != len(parsed["values"]):
        return None
    wishes = [
        Wish(wish.service, _descriptor(wish.descriptor), _selection(wish.selection))
        for wish in parsed.wishes
    ]
    return parsed.invoke, bytes(parsed.date_time), list(zip(wishes, parsed["values"]))
