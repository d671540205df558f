"""The registers of a meter, as a table: energies by tariff and quadrant, mains, demand."""

from meter_sim import data, quantities
from meter_sim.items import Item, fixed, obis, register, scaler_unit

WATT, VOLT_AMPERE_REACTIVE_H, WH, AMPERE, VOLT, HERTZ = 27, 32, 30, 33, 35, 44  # IEC 62056-6-2

ENERGIES = {  # logical name: method of the curve
    "1.0.1.8.0.255": "energy_import_wh",
    "1.0.1.8.1.255": "energy_import_t1_wh",
    "1.0.1.8.2.255": "energy_import_t2_wh",
    "1.0.2.8.0.255": "energy_export_wh",
}
MORE_ENERGIES = {  # logical name: name in quantities.energies
    "1.0.1.8.3.255": "energy_import_t3_wh",
    "1.0.1.8.4.255": "energy_import_t4_wh",
    "1.0.2.8.1.255": "energy_export_t1_wh",
    "1.0.2.8.2.255": "energy_export_t2_wh",
    "1.0.3.8.0.255": "energy_reactive_import_varh",
    "1.0.4.8.0.255": "energy_reactive_export_varh",
    "1.0.5.8.0.255": "energy_reactive_q1_varh",
    "1.0.6.8.0.255": "energy_reactive_q2_varh",
    "1.0.7.8.0.255": "energy_reactive_q3_varh",
    "1.0.8.8.0.255": "energy_reactive_q4_varh",
}
DEMAND, MAXIMUM_DEMAND = obis("1.0.1.4.0.255"), obis("1.0.1.6.0.255")


class Registers:
    """`items()` is {logical name: Item}. stamp(utc_s) -> encoded date-time"""

    def __init__(self, curve, stamp):
        self._curve = curve
        self._scaler = curve.energy_scaler
        self._stamp = stamp

    def items(self):
        curve, scaler = self._curve, self._scaler
        found = {}
        for text, name in ENERGIES.items():
            found[obis(text)] = register(scaler, WH, self._of_curve(getattr(curve, name)))
        found[obis("1.0.32.7.0.255")] = register(-1, VOLT, lambda t: data.u16(curve.voltage_dv(t)))
        found[obis("1.0.31.7.0.255")] = register(
            -2, AMPERE, lambda t: data.u16(curve.current_ca(t))
        )
        found[obis("1.0.1.7.0.255")] = register(0, WATT, lambda t: data.u32(curve.power_w(t)))
        for text, name in MORE_ENERGIES.items():
            unit = VOLT_AMPERE_REACTIVE_H if name.endswith("_varh") else WH
            found[obis(text)] = register(scaler, unit, self._of_quantity(name))
        found[obis("1.0.14.7.0.255")] = register(-2, HERTZ, fixed(data.u16(5000)))
        found[DEMAND] = self._demand()
        found[MAXIMUM_DEMAND] = self._maximum_demand()
        return found

    def _of_curve(self, energy_wh):
        return lambda utc_s: self.encoded(energy_wh(utc_s))

    def _of_quantity(self, name):
        return lambda utc_s: self.encoded(quantities.energies(self._curve, utc_s)[name])

    def encoded(self, wh):
        """Raw value for the scaler of this meter: 64 bits where it has decimals, else 32."""
        scaler = self._scaler
        return data.u64(wh * 10**-scaler) if scaler < 0 else data.u32(wh // 10**scaler)

    def _demand(self):
        """Class 5: mean of the running and of the last quarter, W."""
        curve, quarter_s = self._curve, quantities.QUARTER_S

        def start_s(utc_s):
            return int(utc_s) // quarter_s * quarter_s

        def mean(from_s, to_s):
            return data.u32(quantities.mean_import_w(curve, from_s, to_s))

        attributes = (
            lambda t: mean(start_s(t), int(t)),
            lambda t: mean(start_s(t) - quarter_s, start_s(t)),
            fixed(scaler_unit(0, WATT)),
            fixed(data.u8(0)),
            lambda t: self._stamp(start_s(t)),
            lambda t: self._stamp(start_s(t)),
            fixed(data.u32(quarter_s)),
            fixed(data.u16(1)),
        )
        return Item(5, dict(enumerate(attributes, 2)))

    def _maximum_demand(self):
        """Class 4: the highest quarter of the month, W, and when it ended."""

        def highest(utc_s):
            month_s = quantities.month_start(utc_s)
            return quantities.maximum_demand(self._curve, month_s, utc_s)

        return Item(
            4,
            {
                2: lambda t: data.u32(highest(t)[0]),
                3: fixed(scaler_unit(0, WATT)),
                4: fixed(data.u8(0)),
                5: lambda t: self._stamp(highest(t)[1]),
            },
        )
