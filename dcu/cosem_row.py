"""What a COSEM object of the DCU is to its server and to its page in docs/: a row.

    readers   client SAPs that may read it; all else, setting and acting, is for MANAGEMENT alone
    cells     {attribute index: Cell}; attribute 1, the logical name, every object has by itself
    methods   {method index: Method}

Reference: IEC 62056-6-2, classes and versions; IEC 62056-6-1, logical names.
"""

from collections import namedtuple

from wire import axdr, obis
from wire.server import Denied

PUBLIC = 16  # client SAP: identity and clock only, never a password
READER = 2  # client SAP: reads all, changes nothing
MANAGEMENT = 1  # client SAP of the HES

ANYBODY = (PUBLIC, READER, MANAGEMENT)
READERS = (READER, MANAGEMENT)

DATA, PROFILE, CLOCK, SCRIPTS, ASSOCIATION, SAPS, HDLC_SETUP = 1, 7, 8, 9, 15, 17, 23
GPRS_SETUP, GSM_DIAGNOSTIC = 45, 47
IMAGE, AUTO_CONNECT, PUSH, TCP_UDP_SETUP, IPV4, MAC, SECURITY = 18, 29, 40, 41, 42, 43, 64

TEMPORARY, READ_WRITE_DENIED, UNDEFINED, CLASS_INCONSISTENT = 2, 3, 4, 9
TYPE_UNMATCHED, SCOPE_VIOLATED, OTHER_REASON = 12, 13, 250
UNDATED = b"\xff" * 8 + b"\x00\x80\x00\x00"  # octet-string of a date-time that is none

CosemObject = namedtuple(
    "CosemObject", ("class_id", "version", "ln", "name", "readers", "cells", "methods")
)
# kind: the data in words. read(ask) -> octets of Data; write(value), or None when it is read only
Cell = namedtuple("Cell", ("name", "kind", "read", "write"))
# kind: the parameter in words. call(value) -> octets of Data, or None
Method = namedtuple("Method", ("name", "kind", "call"))
# what a reader wants: access is None or wire.apdu.Access, client its SAP
Ask = namedtuple("Ask", ("access", "client"))


def row(class_id, version, ln, name, readers, cells, methods=None):
    return CosemObject(class_id, version, obis.parse(ln), name, readers, cells, methods or {})


def cell(name, kind, value, write=None):
    """Of a `value()` that is the same for all who ask."""
    return Cell(name, kind, lambda ask: value(), write)


def data_row(ln, name, kind, value, readers=READERS, write=None):
    """A Data object whose `value()` gives octets of Data."""
    return row(DATA, 0, ln, name, readers, {2: cell("value", kind, value, write)})


def profile_row(ln, name, buffer, readers=READERS):
    """A Profile generic object over one of dcu/buffers.py. Its rows come as they happen, and how
    many there may be is bounded by the storage settings."""
    cells = {
        2: Cell("buffer", "array of rows", lambda ask: buffer.rows(ask.access), None),
        3: cell("capture_objects", "array", buffer.capture_objects),
        4: cell("capture_period", "u32, 0", lambda: axdr.u32(0)),
        5: cell("sort_method", "enum, 1: first in, first out", lambda: axdr.enum(1)),
        6: cell("sort_object", "structure, none", _no_object),
        7: cell("entries_in_use", "u32", lambda: axdr.u32(buffer.entries())),
        8: cell("profile_entries", "u32", lambda: axdr.u32(0xFFFFFFFF)),
    }
    return row(PROFILE, 1, ln, name, readers, cells)


def mark_row(ln, name, records):
    """Readable and settable: the HES says up to which record it has all in its own store."""

    def acknowledge(value):
        records.acknowledge(whole(value, 0, records.last))

    return data_row(ln, name, "u32", lambda: axdr.u32(records.mark), write=acknowledge)


def whole(value, low, high):
    """`value`, which must be an integer from low to high; Denied if it is not."""
    if type(value) is not int:
        raise Denied(TYPE_UNMATCHED)
    if not low <= value <= high:
        raise Denied(SCOPE_VIOLATED)
    return value


def _no_object():
    return axdr.structure([axdr.u16(0), axdr.octets(bytes(6)), axdr.i8(0), axdr.u16(0)])
