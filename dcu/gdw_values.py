"""The columns of a reading in the decimals that the formats of Q/GDW 376.1 have.

A scale is (times, by, format): a value is value * times // by. None is what is not there, or is
more than the format holds.
"""

from dcu.columns import COLUMNS
from wire.qgdw3761_formats import A7, A9, A11, A13, A14, A25

ENERGY = (10, 1, A14)  # of Wh: 0.1 Wh
USED = (10, 1, A13)
REGISTER = (1, 10, A11)  # 10 Wh
POWER = (10, 1, A9)  # of W: 0.1 W
VOLT = (1, 100, A7)  # of mV: 0.1 V
AMPERE = (1, 1, A25)  # of mA
_NAMES = [column.name for column in COLUMNS]
_IMPORT = ("energy_import_wh", "energy_import_t1_wh", "energy_import_t2_wh")


def column(values, name):
    return values[_NAMES.index(name)]


def scaled(value, scale):
    if value is None:
        return None
    times, by, codec = scale
    found = value * times // by if value >= 0 else -(-value * times // by)
    return found if codec.fits(found) else None


def imported(values):
    """[total, and that of each tariff]"""
    return [scaled(column(values, name), ENERGY) for name in _IMPORT]


def exported(values):
    """[total]: its tariffs are not read."""
    return [scaled(column(values, "energy_export_wh"), ENERGY)]
