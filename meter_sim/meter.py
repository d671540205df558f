"""A whole simulated meter without I/O: octets of the bus in, octets of the answer out."""

from functools import partial

from meter_sim import unconfirmed
from meter_sim.curve import curve_of
from meter_sim.device import CLIENTS, Device
from meter_sim.faults import Faults
from meter_sim.frames import ADDRESS, ADDRESS_LENGTHS, INTER_OCTET_MS, Ear, address_octets, seal
from meter_sim.link import POLL, RESPONSE_LLC, Link
from meter_sim.power import Power
from meter_sim.push import HDLC
from meter_sim.unconfirmed import ALL_STATIONS, UI

LOGICAL_DEVICE = 1
REPLY_MS = 20
INACTIVITY_MS = 120_000
MAX_INFO = 32, 2030  # from, to
WINDOW = 1, 7


class Meter:
    """The meter with HDLC physical address `address` (1..16381) of the plant `seed`.

    max_info     octets of information per frame it can send and receive
    window       frames in a row, both ways
    faults       lines like "slow:300", see faults.py
    outages      [(from, to or None)] without supply, UTC in seconds
    bus_address  where it is heard instead: all meters behind modules of their own have the same
    application  password, max_pdu, security and so on: see device.py
    """

    def __init__(
        self,
        address,
        seed=0,
        max_info=128,
        window=1,
        reply_ms=REPLY_MS,
        inter_octet_ms=INTER_OCTET_MS,
        faults=(),
        outages=(),
        bus_address=None,
        **application,
    ):
        limited = (address, ADDRESS), (max_info, MAX_INFO), (window, WINDOW)
        for value, (low, high) in limited:
            assert low <= value <= high, value
        self.address = address
        self.seed = seed
        self.curve = curve_of(seed, address)
        self.power = Power(outages)
        self.faults = Faults(f"{seed}/{address}")
        for fault in faults:
            self.faults.add(fault)
        self.device = Device(address, seed, self.power, self.faults, **application)
        self.objects, self.security = self.device.objects, self.device.security
        self._reply_ms = reply_ms
        self._utc_s = 0
        self._starts = 0
        self._bus_address = bus_address or address
        place = self._bus_address
        own = [address_octets(LOGICAL_DEVICE, place, length) for length in ADDRESS_LENGTHS]
        self._ear = Ear((*filter(None, own), *ALL_STATIONS), inter_octet_ms)
        self._links = {}  # by address of the client: [link, when it was heard last]
        frames = -(-(self.device.max_pdu + len(RESPONSE_LLC)) // max_info)  # of the longest APDU
        for sap in CLIENTS:
            association = self.device.association(sap, max(1, window // frames))
            answer = partial(self._at_this_second, association)
            link = Link(answer, association.reset, max_info, window)
            self._links[bytes((sap << 1 | 1,))] = [link, 0]

    def receive(self, octets, now_ms, utc_s):
        """The answer to what the bus carried, or b"". It starts `reply_after_ms` later.

        octets   any piece of the bus traffic towards the meters, also for other meters
        now_ms   monotonic, at the end of `octets`; times the gaps between octets and calls
        utc_s    true time, whole seconds or finer: everything measured is of this second
        """
        frames = self._ear.frames(octets, now_ms)
        if not frames or not self.is_well(utc_s):
            return b""
        self._utc_s = utc_s
        said = b"".join([self._said(heard, now_ms) for heard in frames])
        return self.faults.spoil(said) if said else b""

    def unasked(self, utc_s):
        """What it says by itself: frames of its pushes over HDLC. To be asked for when the bus
        has been quiet for a while, since nobody hears a meter that talks into another.
        """
        if not self.objects.push.waiting or not self.is_well(utc_s):
            return b""
        said = [
            unconfirmed.frames(push, self._own_address(2) or self._own_address(4))
            for push in self.objects.push.taken(HDLC)
        ]
        return self.faults.spoil(b"".join(said))

    def is_well(self, utc_s):
        """True if it hears and says anything at all at this second."""
        return not self.faults.silent and self._has_supply(utc_s)

    @property
    def is_connected(self):
        return any(link.connected for link, _ in self._links.values())

    @property
    def reply_after_ms(self):
        return self.faults.reply_after_ms(self._reply_ms)

    def truth(self, utc_s):
        """What it measures at this second, in the units of the names (see curve.py)."""
        return self.curve.truth(utc_s)

    def power_off(self, utc_s):
        self.power.switch_off(utc_s)

    def power_on(self, utc_s):
        self.power.switch_on(utc_s)

    def _has_supply(self, utc_s):
        starts, on = self.power.starts(utc_s), self.power.is_on(utc_s)
        if starts != self._starts or not on:
            self._starts = starts
            for link, _ in self._links.values():
                link.drop()
        return on

    def _said(self, heard, now_ms):
        if heard.control & ~POLL == UI:
            unconfirmed.take(heard, self, self._utc_s)
            return b""
        if heard.destination in ALL_STATIONS:
            return b""
        entry = self._links.get(heard.source)
        if entry is None:
            return b""  # no such client in this meter: silence, as real ones do
        link, heard_ms = entry
        if now_ms - heard_ms > INACTIVITY_MS:
            link.drop()
        entry[1] = now_ms
        source = self._own_address(len(heard.destination)) or heard.destination
        return b"".join(
            [
                seal(heard.source, source, say.control, say.information, say.segmented)
                for say in link.handle(heard)
            ]
        )

    def _own_address(self, length):
        address = self.faults.other_address or self._bus_address
        return address_octets(LOGICAL_DEVICE, address, length)

    def _at_this_second(self, association, apdu):
        return association.answer(apdu, self._utc_s)
