"""A part of an attribute: rows of a profile by range or by entry, for wire/dialogue.py.

Reference: IEC 62056-6-2, Profile generic, selective access.
"""

from wire import axdr
from wire.apdu import Access

_BY_RANGE, _BY_ENTRY = 1, 2


def by_range(restricting, from_data, to_data):
    """Access to the rows of a profile from..to, both included, by the column `restricting`
    (see restricting_attribute); from and to are octets of Data."""
    rows = [restricting, from_data, to_data, axdr.array([])]
    return Access(_BY_RANGE, axdr.structure(rows))


def by_entry(first, last=0, first_column=1, last_column=0):
    """Access to the rows first..last of a profile, from 1, both included; 0 is to the end."""
    rows = [axdr.u32(first), axdr.u32(last), axdr.u16(first_column), axdr.u16(last_column)]
    return Access(_BY_ENTRY, axdr.structure(rows))


def restricting_attribute(class_id, ln, index, data_index=0):
    """Octets of a capture object definition, for by_range."""
    definition = [axdr.u16(class_id), axdr.octets(ln), axdr.i8(index), axdr.u16(data_index)]
    return axdr.structure(definition)
