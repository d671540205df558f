"""A DCU of the tests whose answers wait; no test."""

from tests.hes.fake_dcu import Dcu
from wire import apdu, axdr, obis

_READINGS = obis.parse("0.0.99.128.1.255")


class Held(Dcu):
    """Its answers wait from the time on when `is_holding` is set, until they are let out."""

    def __init__(self, plant, port):
        super().__init__(plant, port)
        self.is_holding = False
        self.held = []

    def _answer(self, frame):
        if self.is_holding:
            self.held.append(frame)
        else:
            super()._answer(frame)

    def let_out(self):
        super()._answer(self.held.pop(0))

    def push_live(self, first):
        rows = [row.octets for row in self.plant.readings.rows if row.seq >= first]
        body = axdr.structure([axdr.octets(_READINGS), axdr.array(rows)])
        self._send(apdu.encode(apdu.DataNotification(1, b"", body)))
