"""The fake DCU with keys: those of dcu/cosem_keys.py, over what outlives a connection."""

import secrets

from dcu.cosem import Clients, clients
from dcu.cosem_keys import CosemKeys
from dcu.counters import Counters
from dcu.settings import Settings
from hal import cipher
from hes_stub.key_file import KeyFile
from tests.hes.fake_dcu import Dcu, Plant
from tests.hes.stored import filled
from tests.kept import Kept
from wire import axdr, obis
from wire.server import ServerAssociation

EK, AK, KEK = bytes(range(16)), bytes(range(0xD0, 0xE0)), bytes(range(0x40, 0x60))
GIVEN = KeyFile(EK, AK, KEK)  # to the HES
_NOTIFICATION = 0x0F
_HEARD = obis.parse("0.0.43.1.0.255")


class KeyedPlant(Plant):
    def __init__(self, terminal="07310001", ek=EK, ak=AK, kek=KEK):
        super().__init__()
        self.settings = Settings(Kept())
        pairs = [("cosem.ek", ek.hex()), ("cosem.ak", ak.hex()), ("cosem.kek", kek.hex())]
        pairs += [("terminal.area", terminal[:4]), ("terminal.number", terminal[4:])]
        self.settings.put_all(pairs)
        self.terminal = terminal
        self.asked = []  # (client, APDU) as it came, over all connections
        self._counters = Kept()
        self.restart()

    def restart(self):
        """It forgets what it keeps in memory only."""
        self.keys = CosemKeys(self.settings, Counters(self._counters), cipher)

    def get(self, attribute, access, client_sap):
        if attribute.ln == _HEARD:
            return axdr.u32(self.keys.heard())
        return super().get(attribute, access, client_sap)

    def action(self, class_id, ln, method, data, client_sap):
        self.keys.transfer(axdr.decode_all(data))


class KeyedDcu(Dcu):
    """`pushed` are its pushes as they went out."""

    def __init__(self, plant, port):
        self.plant = plant
        super().__init__(plant, port, plant.terminal)
        self.pushed = []
        self.instead = None  # function(client, APDU) -> answer, or None for its own

    def _serve(self, _):
        known = Clients(lambda: clients(self.plant.settings, self.plant.keys))
        return ServerAssociation(self.plant, known, 1, lambda: secrets.token_bytes(16))

    def _send(self, octets, source=1, destination=1):
        if octets[0] == _NOTIFICATION:
            octets = self.plant.keys.seal(octets)
            self.pushed.append(octets)
        super()._send(octets, source, destination)

    def send_as_it_is(self, octets):
        super()._send(octets)

    def _answer(self, frame):
        self.plant.asked.append((frame.source, frame.apdu))
        answer = self.instead and self.instead(frame.source, frame.apdu)
        if answer is None:
            super()._answer(frame)
        elif answer:
            self.send_as_it_is(answer)


def plant_with(readings=0, alarms=0, **keys):
    return filled(KeyedPlant(**keys), readings, alarms)
