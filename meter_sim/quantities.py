"""What else a meter measures: reactive energy, export by tariff, mean and maximum demand.

Pure functions of the curve and the second, as the curve itself. Reactive energy follows from
the active one, by quadrant: a load that imports is mostly inductive (QI) and a little
capacitive (QIV), a roof that exports likewise (QIII, QII). The sun shines in tariff 1 only,
so all export is of tariff 1; tariffs 3 and 4 never run.
"""

import calendar
import time
from functools import lru_cache

from meter_sim.curve import CELL_S, WEEK_S

QUARTER_S = 900
QUARTERS_MAX = WEEK_S // QUARTER_S  # the curve repeats after a week: no need to look on


def reactive_varh(curve, utc_s):
    """(QI, QII, QIII, QIV), each cut down to the resolution of the meter."""
    imported, exported = curve.energy_import_wh(utc_s), curve.energy_export_wh(utc_s)
    cut = curve.resolution_wh
    parts = imported * 2 // 5, exported // 25, exported // 10, imported // 20
    return tuple(part // cut * cut for part in parts)


def energies(curve, utc_s):
    """{name: Wh or varh} of all energy registers but the four of `Curve.truth`."""
    q1, q2, q3, q4 = reactive_varh(curve, utc_s)
    exported = curve.energy_export_wh(utc_s)
    return {
        "energy_import_t3_wh": 0,
        "energy_import_t4_wh": 0,
        "energy_export_t1_wh": exported,
        "energy_export_t2_wh": 0,
        "energy_reactive_import_varh": q1 + q2,
        "energy_reactive_export_varh": q3 + q4,
        "energy_reactive_q1_varh": q1,
        "energy_reactive_q2_varh": q2,
        "energy_reactive_q3_varh": q3,
        "energy_reactive_q4_varh": q4,
    }


def mean_import_w(curve, from_s, to_s):
    """Mean power imported of these seconds; 0 of none."""
    cells = range(from_s // CELL_S * CELL_S, to_s, CELL_S)
    parts_ws = [
        curve.power_w(cell_s) * (min(cell_s + CELL_S, to_s) - max(cell_s, from_s))
        for cell_s in cells
    ]
    return sum(parts_ws) // max(1, to_s - from_s)


def maximum_demand(curve, from_s, to_s):
    """(W, UTC of its end) of the quarter with the highest mean; (0, from_s) if none is over."""
    return _maximum(curve, from_s, int(to_s) // QUARTER_S)


@lru_cache(maxsize=512)
def _maximum(curve, from_s, quarter):
    count = min(quarter - from_s // QUARTER_S, QUARTERS_MAX)
    ends = [from_s + n * QUARTER_S for n in range(1, count + 1)]
    means = [(mean_import_w(curve, end_s - QUARTER_S, end_s), -end_s) for end_s in ends]
    mean_w, end_s = max(means, default=(0, -from_s))
    return mean_w, -end_s


def month_start(utc_s, months=0):
    """The first second, UTC, of the month of `utc_s`, or so many months after it."""
    year, month = time.gmtime(utc_s)[:2]
    years, month = divmod(month - 1 + months, 12)
    return calendar.timegm((year + years, month + 1, 1, 0, 0, 0))


def day_start(utc_s, days=0):
    return (int(utc_s) // 86_400 + days) * 86_400
