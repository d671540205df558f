"""Daily and monthly billing profiles (class 7): what the registers said at midnight, UTC.

A row is of a midnight at which the meter had supply; it is computed when asked for.
"""

from meter_sim import data, quantities
from meter_sim.items import obis
from meter_sim.profile import CLOCK_COLUMN

DAILY, MONTHLY = obis("1.0.99.2.0.255"), obis("1.0.98.1.0.255")
DAYS_MAX, MONTHS_MAX = 62, 13
_ENERGIES = ("1.0.1.8.0.255", "1.0.1.8.1.255", "1.0.1.8.2.255", "1.0.2.8.0.255")
_ENERGY_COLUMNS = tuple([(3, obis(text), 2) for text in _ENERGIES])


class Daily:
    columns = (CLOCK_COLUMN, *_ENERGY_COLUMNS)
    period_s = 86_400
    entries_max = DAYS_MAX

    def __init__(self, power, curve, encoded):
        """encoded(wh) -> the Data of an energy, as in its register"""
        self._power = power
        self._curve = curve
        self._encoded = encoded

    def keys(self, utc_s):
        """The times of all rows held, in order."""
        days = range(1 - DAYS_MAX, 1)
        midnights = [quantities.day_start(utc_s, day) for day in days]
        return [end_s for end_s in midnights if self._power.is_on(end_s)]

    def time_s(self, end_s):
        return end_s

    def cells(self, end_s, stamp):
        curve = self._curve
        energies_wh = (
            curve.energy_import_wh(end_s),
            curve.energy_import_t1_wh(end_s),
            curve.energy_import_t2_wh(end_s),
            curve.energy_export_wh(end_s),
        )
        return [stamp, *map(self._encoded, energies_wh)]


class Monthly(Daily):
    """Also the maximum demand of the month that has ended, W."""

    columns = (*Daily.columns, (4, obis("1.0.1.6.0.255"), 2))
    period_s = 0  # not regular
    entries_max = MONTHS_MAX

    def keys(self, utc_s):
        months = range(1 - MONTHS_MAX, 1)
        starts = [quantities.month_start(utc_s, month) for month in months]
        return [start_s for start_s in starts if self._power.is_on(start_s)]

    def cells(self, end_s, stamp):
        begin_s = quantities.month_start(end_s, -1)
        peak_w, _ = quantities.maximum_demand(self._curve, begin_s, end_s)
        return [*super().cells(end_s, stamp), data.u32(peak_w)]
