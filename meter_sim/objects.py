"""The COSEM objects of a simulated meter, as tables: attributes, what may be set, methods."""

from meter_sim import data, profile
from meter_sim.dar import CLASS_INCONSISTENT, DENIED, OK, TYPE_UNMATCHED, UNDEFINED

WH, WATT, VOLT, AMPERE = 30, 27, 35, 33  # unit codes of IEC 62056-6-2
REMOTE_OFF, REMOTE_ON, CLOCK_SET = 62, 63, 5  # event codes
CONNECTED, DISCONNECTED = 1, 0  # control_state of class 70
LN_ATTRIBUTE = 1


def obis(text):
    return bytes(map(int, text.split(".")))


CLOCK = obis("0.0.1.0.0.255")
DEVICE_NAME = obis("0.0.42.0.0.255")
SERIAL_NUMBER = obis("0.0.96.1.0.255")
ASSOCIATION = obis("0.0.40.0.0.255")
LOAD_PROFILE = obis("1.0.99.1.0.255")
EVENT_LOG = obis("0.0.99.98.0.255")
DISCONNECT = obis("0.0.96.3.10.255")
ALWAYS_PUBLIC = (CLOCK, DEVICE_NAME, SERIAL_NUMBER, ASSOCIATION)


def device_name(address):
    """Logical device name: manufacturer SIM, 13 digits."""
    return b"SIM%013d" % address


def serial_number(seed, address):
    return b"%08d" % (seed % 1000 * 100_000 + address)


class Objects:
    """What the meter has; `get`, `set` and `act` are asked by its associations.

    clock_offset_s  how much the meter's clock is ahead of the truth
    deviation_min   UTC minus its local time
    """

    def __init__(self, identity, curve, power, clock_offset_s=0, deviation_min=0):
        self._curve = curve
        self.clock_offset_s = clock_offset_s
        self.deviation_min = deviation_min
        self.null_time = False
        self.public_reads_registers = True
        self.output_on = True
        self.log = profile.EventLog(power)
        self._buffers = {
            LOAD_PROFILE: profile.LoadProfile(power, self._energy_cells),
            EVENT_LOG: self.log,
        }
        name, serial = identity
        self._classes = {CLOCK: (8, self._clock()), ASSOCIATION: (15, self._association())}
        self._classes[DEVICE_NAME] = 1, {2: lambda _: data.octets(name)}
        self._classes[SERIAL_NUMBER] = 1, {2: lambda _: data.octets(serial)}
        self._classes[DISCONNECT] = 70, self._disconnect()
        for ln, buffer in self._buffers.items():
            self._classes[ln] = 7, self._profile(buffer)
        for text, scaler, unit, value in self._registers():
            self._classes[obis(text)] = 3, _register(scaler, unit, value)

    def get(self, descriptor, selection, public, utc_s):
        """(0, encoded Data) or (DAR, b"")."""
        class_id, ln, index = descriptor
        known_class, attributes = self._classes.get(ln, (None, None))
        if known_class is None:
            return UNDEFINED, b""
        if known_class != class_id:
            return CLASS_INCONSISTENT, b""
        if public and not (self.public_reads_registers or ln in ALWAYS_PUBLIC):
            return DENIED, b""
        if class_id == 7 and index == 2:
            buffer = self._buffers[ln]
            return profile.read(buffer, selection, utc_s, self.deviation_min, self.null_time)
        if selection is not None:
            return DENIED, b""
        if index == LN_ATTRIBUTE:
            return OK, data.octets(ln)
        attribute = attributes.get(index)
        return (OK, attribute(utc_s)) if attribute else (UNDEFINED, b"")

    def set(self, descriptor, value, utc_s):
        """The DAR. Only the time can be set."""
        class_id, ln, index = descriptor
        if ln not in self._classes:
            return UNDEFINED
        if self._classes[ln][0] != class_id:
            return CLASS_INCONSISTENT
        if (ln, index) != (CLOCK, 2):
            return DENIED
        if value.tag not in (data.OCTETS, data.DATE_TIME):
            return TYPE_UNMATCHED
        told_s = data.utc_of(value.value, self.deviation_min)
        if told_s is None:
            return TYPE_UNMATCHED
        self.clock_offset_s = told_s - int(utc_s)
        self.log.note(utc_s, CLOCK_SET)
        return OK

    def act(self, descriptor, value, utc_s):
        """The action result. Only remote_disconnect (1) and remote_reconnect (2)."""
        class_id, ln, method = descriptor
        if ln not in self._classes:
            return UNDEFINED
        if self._classes[ln][0] != class_id:
            return CLASS_INCONSISTENT
        if ln != DISCONNECT or method not in (1, 2):
            return DENIED
        self.output_on = method == 2
        self.log.note(utc_s, REMOTE_ON if self.output_on else REMOTE_OFF)
        return OK

    def _registers(self):
        """(logical name, scaler, unit, encoded value at a second)."""
        curve, scaler = self._curve, self._curve.energy_scaler
        energy = self._energy
        return (
            ("1.0.1.8.0.255", scaler, WH, lambda t: energy(curve.energy_import_wh(t))),
            ("1.0.1.8.1.255", scaler, WH, lambda t: energy(curve.energy_import_t1_wh(t))),
            ("1.0.1.8.2.255", scaler, WH, lambda t: energy(curve.energy_import_t2_wh(t))),
            ("1.0.2.8.0.255", scaler, WH, lambda t: energy(curve.energy_export_wh(t))),
            ("1.0.32.7.0.255", -1, VOLT, lambda t: data.u16(curve.voltage_dv(t))),
            ("1.0.31.7.0.255", -2, AMPERE, lambda t: data.u16(curve.current_ca(t))),
            ("1.0.1.7.0.255", 0, WATT, lambda t: data.u32(curve.power_w(t))),
        )

    def _energy(self, wh):
        """Raw value for the scaler of this meter: 64 bits where it has decimals, else 32."""
        scaler = self._curve.energy_scaler
        return data.u64(wh * 10**-scaler) if scaler < 0 else data.u32(wh // 10**scaler)

    def _energy_cells(self, utc_s):
        curve = self._curve
        return (
            self._energy(curve.energy_import_wh(utc_s)),
            self._energy(curve.energy_export_wh(utc_s)),
        )

    def time_s(self, utc_s):
        """What the meter takes for the time."""
        return int(utc_s) + self.clock_offset_s

    def _clock(self):
        undated = data.octets(b"\xff" * 8 + b"\x00\x80\x00\x00")
        return {
            2: lambda t: data.date_time(self.time_s(t), self.deviation_min),
            3: lambda t: data.i16(self.deviation_min),
            4: lambda t: data.u8(0),
            5: lambda t: undated,
            6: lambda t: undated,
            7: lambda t: data.i8(0),
            8: lambda t: data.boolean(False),
            9: lambda t: data.enum(1),
        }

    def _disconnect(self):
        return {
            2: lambda t: data.boolean(self.output_on),
            3: lambda t: data.enum(CONNECTED if self.output_on else DISCONNECTED),
            4: lambda t: data.enum(4),
        }

    def _profile(self, buffer):
        return {
            3: lambda t: data.array([profile.capture_object(c) for c in buffer.columns]),
            4: lambda t: data.u32(buffer.period_s),
            5: lambda t: data.enum(1),  # first in, first out
            6: lambda t: profile.capture_object((0, bytes(6), 0)),
            7: lambda t: data.u32(len(buffer.keys(t))),
            8: lambda t: data.u32(buffer.entries_max),
        }

    def _association(self):
        return {2: lambda t: data.array([_listed(ln, *self._classes[ln]) for ln in self._classes])}


def _register(scaler, unit, value):
    scaler_unit = data.structure(data.i8(scaler), data.enum(unit))
    return {2: value, 3: lambda t: scaler_unit}


_VERSIONS = {7: 1, 15: 1}
_METHODS = {70: (1, 2)}


def _listed(ln, class_id, attributes):
    """One element of object_list: class, version, logical name, access rights."""
    indices = sorted({LN_ATTRIBUTE, *attributes, *((2,) if class_id == 7 else ())})
    rights = []
    for index in indices:
        selectors = data.array([data.i8(1), data.i8(2)]) if (class_id, index) == (7, 2) else None
        mode = data.enum(3 if (ln, index) == (CLOCK, 2) else 1)
        rights.append(data.structure(data.i8(index), mode, selectors or data.NULL))
    methods = [data.structure(data.i8(m), data.enum(1)) for m in _METHODS.get(class_id, ())]
    access = data.structure(data.array(rights), data.array(methods))
    version = data.u8(_VERSIONS.get(class_id, 0))
    return data.structure(data.u16(class_id), version, data.octets(ln), access)
