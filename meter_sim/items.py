"""What one COSEM object is to a simulated meter: a row of tables, by class.

attributes  {index: function(utc_s) -> encoded Data}; the logical name (1) goes without saying
writers     {index: function(value, utc_s) -> DAR}; value has `tag` and `value` (data.DATA)
methods     {index: function(value or None, utc_s) -> action result}
"""

from collections import namedtuple

from meter_sim import data

Item = namedtuple(
    "Item", ("class_id", "attributes", "writers", "methods", "version"), defaults=({}, {}, 0)
)

LN_ATTRIBUTE, BUFFER = 1, 2
READ, READ_WRITE = 1, 3  # access modes
PROFILE = 7
VERSIONS = {PROFILE: 1, 15: 1}


def obis(text):
    return bytes(map(int, text.split(".")))


def fixed(encoded):
    """An attribute that never changes."""
    return lambda utc_s: encoded


def datum(value):
    """Class 1; `value(utc_s)` gives the encoded Data."""
    return Item(1, {2: value})


def register(scaler, unit, value):
    """Class 3."""
    return Item(3, {2: value, 3: fixed(scaler_unit(scaler, unit))})


def scaler_unit(scaler, unit):
    return data.structure(data.i8(scaler), data.enum(unit))


def listed(ln, item, read_only):
    """The object_list element of a client: class, version, logical name, access rights."""
    class_id, attributes, writers, methods, version = item
    rights = []
    for index in sorted({LN_ATTRIBUTE, *attributes, *((BUFFER,) if class_id == PROFILE else ())}):
        mode = READ_WRITE if index in writers and not read_only else READ
        is_buffer = (class_id, index) == (PROFILE, BUFFER)
        selectors = data.array([data.i8(1), data.i8(2)]) if is_buffer else data.NULL
        rights.append(data.structure(data.i8(index), data.enum(mode), selectors))
    allowed = data.enum(0 if read_only else 1)
    of_methods = [data.structure(data.i8(index), allowed) for index in sorted(methods)]
    access = data.structure(data.array(rights), data.array(of_methods))
    version = data.u8(version or VERSIONS.get(class_id, 0))
    return data.structure(data.u16(class_id), version, data.octets(ln), access)
