"""The truth about a simulated meter: what it measures is a pure function of time.

Nothing is stored and nothing is random: whoever knows the seed, the meter's address and a
second of UTC can compute what any reading must have been, on any machine, in any order.

How it is made. The week from Monday 00:00 UTC has 2016 cells of 5 minutes. In each cell a
meter draws a constant load and a roof above it gives a constant solar power, both taken from
`mix` of (seed, address, cell). The meter imports the difference if it is positive and exports
it if it is negative. Energy is the exact integral of that since `EPOCH_S`, in integers, so it
never falls. Tariff 1 counts from 06:00 to 22:00 UTC, tariff 2 the rest. Every energy is cut
down to the resolution of the meter *before* the tariffs are added, so total == t1 + t2 always.
Voltage is drawn anew every 10 seconds; current follows from power and voltage.
"""

from functools import lru_cache

EPOCH_S = 946_857_600  # Monday 2000-01-03 00:00 UTC; before it all energies stand still
CELL_S = 300
WEEK_S = 7 * 86_400
DAY_TARIFF_HOURS = range(6, 22)
VOLTAGE_CELL_S = 10

# Share of the load and of the sun by hour of the day (UTC), in percent.
LOAD_PERCENT = tuple(map(int, "20 16 14 14 16 24 45 70 60 45 42 48".split())) + tuple(
    map(int, "60 52 44 44 52 70 90 100 92 74 50 32".split())
)
SUN_PERCENT = (0,) * 6 + (4, 16, 36, 58, 78, 92, 100, 96, 82, 62, 40, 18, 5) + (0,) * 5

SCALERS = (0, 1, -1)  # of the energy registers, by meter
_MASK = 0xFFFFFFFF


def mix(*numbers, h=0x9747B28C):
    """A 32-bit hash of some integers (the finaliser of MurmurHash3, once for each).

    h  where to go on from: mix(a, b) == mix(b, h=mix(a))
    """
    for number in numbers:
        h ^= number & _MASK
        h = (h ^ h >> 16) * 0x85EBCA6B & _MASK
        h = (h ^ h >> 13) * 0xC2B2AE35 & _MASK
        h ^= h >> 16
    return h


class Curve:
    """What the meter `address` of the plant `seed` measures. All times are UTC in seconds."""

    def __init__(self, seed, address):
        self._seed = seed
        self._address = address
        self.energy_scaler = SCALERS[mix(seed, address, 1) % len(SCALERS)]
        self.resolution_wh = 10 if self.energy_scaler == 1 else 1
        self._cells_w = self._week_w()
        self._sums_ws = [(0, 0, 0)]
        for cell, net_w in enumerate(self._cells_w):
            self._sums_ws.append(_added(self._sums_ws[-1], cell * CELL_S, net_w, CELL_S))

    def _week_w(self):
        """What is imported (negative: exported) in each cell of the week."""
        low, peak, sun, noise, cloud = (mix(self._seed, self._address, n) for n in range(2, 7))
        low_w, peak_w, sun_w = 40 + low % 160, 800 + peak % 2200, 300 + sun % 2700
        cells_w = []
        for cell in range(WEEK_S // CELL_S):
            hour = cell * CELL_S // 3600 % 24
            noise_percent = 50 + mix(cell, h=noise) % 101
            cloud_percent = 30 + mix(cell, h=cloud) % 71
            load_w = low_w + peak_w * LOAD_PERCENT[hour] * noise_percent // 10_000
            cells_w.append(load_w - sun_w * SUN_PERCENT[hour] * cloud_percent // 10_000)
        return cells_w

    def _energies_wh(self, utc_s):
        """(import tariff 1, import tariff 2, export), each cut down to the resolution."""
        weeks, second = divmod(max(0, int(utc_s) - EPOCH_S), WEEK_S)
        cell = second // CELL_S
        so_far_ws = _added(self._sums_ws[cell], second, self._cells_w[cell], second % CELL_S)
        unit_ws = 3600 * self.resolution_wh
        return [
            (weeks * week_ws + part_ws) // unit_ws * self.resolution_wh
            for week_ws, part_ws in zip(self._sums_ws[-1], so_far_ws)
        ]

    def energy_import_wh(self, utc_s):
        return self.energy_import_t1_wh(utc_s) + self.energy_import_t2_wh(utc_s)

    def energy_import_t1_wh(self, utc_s):
        return self._energies_wh(utc_s)[0]

    def energy_import_t2_wh(self, utc_s):
        return self._energies_wh(utc_s)[1]

    def energy_export_wh(self, utc_s):
        return self._energies_wh(utc_s)[2]

    def power_w(self, utc_s):
        """Active power imported; 0 while the roof gives more than the load takes."""
        return max(0, self._net_w(utc_s))

    def voltage_dv(self, utc_s):
        """Tenths of a volt: 225.0 V to 235.0 V."""
        return 2250 + mix(self._seed, self._address, 7, int(utc_s) // VOLTAGE_CELL_S) % 101

    def current_ca(self, utc_s):
        """Hundredths of an ampere, whichever way the power flows."""
        return abs(self._net_w(utc_s)) * 1000 // self.voltage_dv(utc_s)

    def _net_w(self, utc_s):
        return self._cells_w[(int(utc_s) - EPOCH_S) % WEEK_S // CELL_S]

    def truth(self, utc_s):
        """All of it at `utc_s`, in the canonical units of its names."""
        return {
            "energy_import_wh": self.energy_import_wh(utc_s),
            "energy_import_t1_wh": self.energy_import_t1_wh(utc_s),
            "energy_import_t2_wh": self.energy_import_t2_wh(utc_s),
            "energy_export_wh": self.energy_export_wh(utc_s),
            "voltage_mv": self.voltage_dv(utc_s) * 100,
            "current_ma": self.current_ca(utc_s) * 10,
            "power_w": self.power_w(utc_s),
        }


def _added(sums_ws, second, net_w, seconds):
    """The three sums after `seconds` more of `net_w`, `second` being in that cell."""
    tariff_1_ws, tariff_2_ws, export_ws = sums_ws
    if net_w < 0:
        return tariff_1_ws, tariff_2_ws, export_ws - net_w * seconds
    if second // 3600 % 24 in DAY_TARIFF_HOURS:
        return tariff_1_ws + net_w * seconds, tariff_2_ws, export_ws
    return tariff_1_ws, tariff_2_ws + net_w * seconds, export_ws


@lru_cache(maxsize=4096)
def curve_of(seed, address):
    """The curve of one meter; made once, since its week takes some milliseconds to compute."""
    return Curve(seed, address)
