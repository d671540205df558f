"""The COSEM objects of a simulated meter: which there are, and how they are asked.

What each of them does is in a file of its own; here is the table of all.
"""

from meter_sim import billing, data, events, items, profile
from meter_sim.alarms import DESCRIPTOR, ERRORS, REGISTER, Alarms
from meter_sim.clock import CLOCK, Clock
from meter_sim.dar import CLASS_INCONSISTENT, DENIED, OK, UNDEFINED
from meter_sim.events import EventLogs
from meter_sim.image import FIRMWARE, IMAGE, Image
from meter_sim.items import BUFFER, LN_ATTRIBUTE, Item, datum, fixed, obis
from meter_sim.push import PUSH_SETUP, PushSetup
from meter_sim.registers import Registers

CONNECTED, DISCONNECTED = 1, 0  # control_state of class 70
LOGICAL_DEVICE = 1

DEVICE_NAME = obis("0.0.42.0.0.255")
SERIAL_NUMBER = obis("0.0.96.1.0.255")
ASSOCIATION = obis("0.0.40.0.0.255")
SAP_ASSIGNMENT = obis("0.0.41.0.0.255")
LOAD_PROFILE = obis("1.0.99.1.0.255")
DISCONNECT = obis("0.0.96.3.10.255")
OF_ASSOCIATION = 4, 5, 6, 8, 9  # attributes of class 15
ALWAYS_PUBLIC = (CLOCK, DEVICE_NAME, SERIAL_NUMBER, ASSOCIATION, SAP_ASSIGNMENT)
_CLEARED = {REGISTER: events.ALARMS_CLEARED, ERRORS: events.ERRORS_CLEARED}
PUSHED = ((1, DEVICE_NAME, 2), (8, CLOCK, 2), (1, DESCRIPTOR, 2))


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

    def __init__(self, identity, curve, power, clock_offset_s, deviation_min, capture_s):
        self._name, self.serial = identity
        self._power = power
        self.styles = set()  # of profile.STYLES
        self.public_reads_registers = True
        self.output_on = True
        self.image_restart_s = 0  # without supply after a new image has been activated
        self.clock = Clock(clock_offset_s, deviation_min, self._clock_moved)
        self.push = PushSetup(self._read, self._stamp, PUSHED)
        self.alarms = Alarms(self.push.push, self._cleared)
        self.events = EventLogs(power, self.alarms.rise)
        self.image = Image(self.serial.decode(), self._restart)
        registers = Registers(curve, self.clock.stamp)
        self._always_public = set(ALWAYS_PUBLIC)
        self._secret = set()
        energy_cells = _energy_cells(curve, registers.encoded)
        self._buffers = {
            LOAD_PROFILE: profile.LoadProfile(power, energy_cells, capture_s),
            billing.DAILY: billing.Daily(power, curve, registers.encoded),
            billing.MONTHLY: billing.Monthly(power, curve, registers.encoded),
            **self.events.logs,
        }
        self._items = {**self._general(), **registers.items(), **self.alarms.items()}
        for ln, buffer in self._buffers.items():
            self._items[ln] = profile.item(buffer)
        for log in self.events.logs.values():
            _, ln, _ = log.columns[1]
            self._items[ln] = datum(log.newest)

    def _general(self):
        name = data.octets(self._name)
        assigned = data.array([data.structure(data.u16(LOGICAL_DEVICE), name)])
        return {
            CLOCK: self.clock.item(),
            ASSOCIATION: self._association(),
            SAP_ASSIGNMENT: Item(17, {2: fixed(assigned)}),
            DEVICE_NAME: datum(fixed(name)),
            SERIAL_NUMBER: datum(lambda t: data.octets(self.serial)),
            FIRMWARE: datum(lambda t: data.octets(self.image.firmware)),
            DISCONNECT: self._disconnect(),
            IMAGE: self.image.item(),
            PUSH_SETUP: self.push.item(),
        }

    def add(self, ln, item, secret=False):
        """One more object, which all clients see unless it is secret."""
        self._items[ln] = item
        (self._secret if secret else self._always_public).add(ln)

    def _association(self):
        """Class 15; what is of one association alone is said by association.py."""
        elsewhere = dict.fromkeys(OF_ASSOCIATION, fixed(data.NULL))
        return Item(15, {2: lambda t: self._list(False), **elsewhere}, {}, {1: _not_now})

    def get(self, descriptor, selection, public, utc_s):
        """(0, encoded Data) or (DAR, b"")."""
        class_id, ln, index = descriptor
        item = self._items.get(ln)
        if item is None:
            return UNDEFINED, b""
        if item.class_id != class_id:
            return CLASS_INCONSISTENT, b""
        if public and not self._is_public(ln):
            return DENIED, b""
        if class_id == items.PROFILE and index == BUFFER:
            return profile.read(self._buffers[ln], selection, utc_s, self.clock, self.styles)
        if selection is not None:
            return DENIED, b""
        if index == LN_ATTRIBUTE:
            return OK, data.octets(ln)
        if public and (ln, index) == (ASSOCIATION, 2):
            return OK, self._list(True)
        attribute = item.attributes.get(index)
        return (OK, attribute(utc_s)) if attribute else (UNDEFINED, b"")

    def set(self, descriptor, value, utc_s):
        """The DAR."""
        return self._told("writers", descriptor, value, utc_s)

    def act(self, descriptor, value, utc_s):
        """The action result."""
        return self._told("methods", descriptor, value, utc_s)

    def _told(self, kind, descriptor, value, utc_s):
        class_id, ln, index = descriptor
        item = self._items.get(ln)
        if item is None:
            return UNDEFINED
        if item.class_id != class_id:
            return CLASS_INCONSISTENT
        do = getattr(item, kind).get(index)
        return do(value, utc_s) if do else DENIED

    def _is_public(self, ln):
        always = ln in self._always_public
        return always or (self.public_reads_registers and ln not in self._secret)

    def _list(self, public):
        """The object list, as true for this client as for the other."""
        seen = [
            (ln, item) for ln, item in self._items.items() if not public or self._is_public(ln)
        ]
        return data.array([items.listed(ln, item, read_only=public) for ln, item in seen])

    def _disconnect(self):
        """Class 70, in mode 4: by remote both ways, by hand off only."""

        def switch(on):
            def act(value, utc_s):
                self.output_on = on
                self.events.note(utc_s, events.REMOTE_ON if on else events.REMOTE_OFF)
                return OK

            return act

        return Item(
            70,
            {
                2: lambda t: data.boolean(self.output_on),
                3: lambda t: data.enum(CONNECTED if self.output_on else DISCONNECTED),
                4: fixed(data.enum(4)),
            },
            {},
            {1: switch(False), 2: switch(True)},
        )

    def _read(self, class_id, ln, index, utc_s):
        """What the meter pushes: nothing is hidden from itself."""
        result, value = self.get((class_id, ln, index), None, False, utc_s)
        return None if result else value

    def _stamp(self, utc_s):
        return self.clock.stamp(self.clock.time_s(utc_s))[2:]

    def _clock_moved(self, utc_s):
        self.events.note(utc_s, events.CLOCK_SET)

    def _cleared(self, utc_s, ln):
        if ln in _CLEARED:
            self.events.note(utc_s, _CLEARED[ln])

    def _restart(self, utc_s):
        self.events.note(utc_s, events.IMAGE_ACTIVATED)
        if self.image_restart_s:
            start_s = int(utc_s) + 1  # the answer is still given
            self._power.plan(start_s, start_s + self.image_restart_s)


def _not_now(value, utc_s):
    """reply_to_HLS_authentication of a client that has nothing to prove."""
    return DENIED


def _energy_cells(curve, encoded):
    def cells(utc_s):
        return encoded(curve.energy_import_wh(utc_s)), encoded(curve.energy_export_wh(utc_s))

    return cells
