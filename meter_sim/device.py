"""What a meter is, whatever it is connected by: its objects, its clients, its keys."""

import random

from meter_sim import acse
from meter_sim.association import About, Association
from meter_sim.curve import curve_of
from meter_sim.gate import Client, Gate
from meter_sim.objects import Objects, device_name, serial_number
from meter_sim.profile import PERIOD_S, STYLES
from meter_sim.security import Security
from meter_sim.session import Session

CLIENTS = {  # what each must bring; with `security`, SECURED must bring what that says
    16: Client(acse.NONE, ciphered=False, public=True),
    1: Client(acse.LLS, ciphered=False, public=False),
    2: Client(acse.LLS, ciphered=False, public=False),
}
SECURED = 1
PASSWORD = "12345678"
MAX_PDU = 64, 0xFFFF  # from, to
GBT_WINDOW = 1, 63


def system_title(address):
    """Manufacturer SIM, and 5 octets of its number."""
    return b"SIM" + address.to_bytes(5, "big")


class Device:
    """`power` and `faults` are those of the meter it is in.

    password     LLS
    max_pdu      longest APDU it sends or receives; longer answers go in blocks
    security     security.Settings: how client 1 must come; None: with the password
    lacks        names of acse.LACKS: what it does not offer of the conformance
    gbt_window   general blocks it takes in a row
    locks_after  wrong secrets in a row that shut a client out for gate.LOCKED_S; 0: never
    styles       of profile.STYLES: how it says its buffers
    says_deviation  a name of clock.DEVIATIONS: how it says its deviation from UTC
    capture_s    period of the load profile
    """

    def __init__(
        self,
        address,
        seed,
        power,
        faults,
        password=PASSWORD,
        max_pdu=1024,
        clock_offset_s=0,
        deviation_min=0,
        security=None,
        lacks=(),
        gbt_window=1,
        locks_after=0,
        styles=(),
        says_deviation="standard",
        capture_s=PERIOD_S,
    ):
        assert MAX_PDU[0] <= max_pdu <= MAX_PDU[1], max_pdu
        assert GBT_WINDOW[0] <= gbt_window <= GBT_WINDOW[1], gbt_window
        assert set(lacks) <= set(acse.LACKS) and set(styles) <= set(STYLES), (lacks, styles)
        self._faults, self.max_pdu = faults, max_pdu
        names = device_name(address), serial_number(seed, address)
        curve = curve_of(seed, address)
        self.objects = Objects(names, curve, power, clock_offset_s, deviation_min, capture_s)
        self.objects.styles.update(styles)
        self.objects.clock.says_deviation = says_deviation
        self.security = security and Security(security, system_title(address))
        if security:
            self.security.add_to(self.objects)
        self.gates = _gates(security, password.encode(), locks_after)
        self._about = About(
            max_pdu,
            frozenset(lacks),
            gbt_window,
            faults,
            random.Random(f"{seed}/{address}/challenges").randbytes,
            bool(security and security.tells),
            bool(security and security.strict_release),
        )

    def association(self, sap, stream_max=GBT_WINDOW[1]):
        """A new one, for one connection of the client `sap`, or None: there is no such client.

        stream_max  general blocks that the connection carries without being asked for more
        """
        if sap not in self.gates:
            return None
        has_keys = self.security and sap == SECURED
        session = Session(self.security, self._faults) if has_keys else None
        return Association(self.objects, self.gates[sap], self._about, stream_max, session)


def _gates(security, password, locks_after):
    """By client."""
    clients = dict(CLIENTS)
    if security:
        clients[SECURED] = Client(security.mechanism, security.ciphered, public=False)
    return {sap: Gate(client, password, locks_after) for sap, client in clients.items()}
