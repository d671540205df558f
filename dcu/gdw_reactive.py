"""Q/GDW 376.1: reactive energy of a meter, which is in no reading, but in what tasks bring."""

from dcu import recorded
from wire import obis, units
from wire.qgdw3761_formats import A11

IMPORT, EXPORT = "1.0.3.8.0.255", "1.0.4.8.0.255"
_VARH = 32  # unit code: IEC 62056-6-2, 4.3.2
_QUADRANTS = {
    "import_kvarh": IMPORT,
    "quadrant_1_kvarh": "1.0.5.8.0.255",
    "quadrant_4_kvarh": "1.0.8.8.0.255",
}


async def total(gdw, pn, name, from_s, to_s):
    """(when it was read, in the decimals of A.11) of the first value in that time, or Nones."""
    time_s, values = await _first(gdw, pn, {"kvarh": name}, from_s, to_s)
    return time_s, values["kvarh"]


async def add_quadrants(gdw, pn, found, from_s, to_s):
    """To `found`, active energy in total and by tariff; of tariffs reactive energy is not told."""
    _, values = await _first(gdw, pn, _QUADRANTS, from_s, to_s)
    for name, value in values.items():
        found[name] = [value] + [None] * (len(found["kwh"]) - 1)


async def _first(gdw, pn, names, from_s, to_s):
    """(when it was read, {field: value}) for `names` {field: OBIS}."""
    names = {field: obis.parse(name) for field, name in names.items()}
    meter = gdw.dcu.archive.get(pn)
    found = await recorded.values_of(gdw.dcu, meter, names.values(), from_s, to_s)
    times = [row[0] for row in found.values()]
    values = {field: _kvarh(found.get(ln)) for field, ln in names.items()}
    return min(times) if times else None, values


def _kvarh(row):
    """In the decimals of A.11, or None."""
    if row is None or row[3] != _VARH:
        return None
    value = units.scaled(row[1], row[2], 1)
    return value if A11.fits(value) else None
