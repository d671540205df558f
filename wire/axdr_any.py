"""A decoded value as octets of Data again, for who keeps it: the value stays, the type of a
number may be another one of the same kind.

Reference: IEC 62056-5-3, 9.5 (Data), the types that wire/axdr.py decodes.
"""

import struct

from wire import axdr
from wire.axdr_scalars import BitString
from wire.errors import WireError

_I32 = 1 << 31
_I64 = 1 << 63


def encoded(value):
    """Octets of one Data. WireError for what is no value of one."""
    for kind, encode in _KINDS:
        if isinstance(value, kind):
            return encode(value)
    raise WireError(f"{value!r} has no form as Data")


def _number(value):
    if -_I32 <= value < _I32:
        return axdr.i32(value)
    if -_I64 <= value < _I64:
        return axdr.i64(value)
    if 0 <= value < 2 * _I64:
        return axdr.u64(value)
    raise WireError(f"{value} has no form as Data")


def _float(value):
    return b"\x18" + struct.pack(">d", value)


_KINDS = (  # a boolean is an int, too: it comes first
    (type(None), lambda value: axdr.null()),
    (bool, axdr.boolean),
    (int, _number),
    (float, _float),
    ((bytes, bytearray), axdr.octets),
    (str, axdr.utf8),
    (BitString, axdr.bits),
    (tuple, lambda value: axdr.structure([encoded(each) for each in value])),
    (list, lambda value: axdr.array([encoded(each) for each in value])),
)
