"""Our side of bench_turns, with the drivers of the DCU: turns_ours.py FILE. Prints JSON.

Visits of a meter of which nothing is known; then, of the same one, with what has been learned;
then with the association that was left open at the end of the visit before.
"""

import json
import sys

from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.login import Login
from drivers.rs485 import Rs485Bus
from hal import coop
from hal.clock import Clock
from hal.serial import SerialPort
from wire import association, axdr, dialogue, obis
from wire.abilities import Abilities
from wire.apdu import Attribute
from wire.credentials import Credentials

READ_CLIENT = 1
IDLE_MS = 60_000  # until the next visit, as the driver is told
LONG_MS = 600_000  # for which the meter does not hold an association
CLOCK = Attribute(8, obis.parse("0.0.1.0.0.255"), 2)
BY_CLOCK = dialogue.restricting_attribute(*CLOCK)


class Visits:
    def __init__(self, given):
        self._given = given
        self._clock = Clock()
        self._bus = Rs485Bus("bench", lambda: SerialPort(given["port"], 9600), self._clock)
        self._registers = [CLOCK]
        for name in given["registers"]:
            self._registers.append(Attribute(3, obis.parse(name), 2))

    def meter(self, known):
        given = self._given
        link = HdlcMeterLink(self._bus, given["address"], READ_CLIENT, known=known)
        credentials = Credentials(association.LLS, given["password"].encode())
        return DlmsMeter(link, Login("lls", credentials), known=known)

    async def timed(self, meter, is_daily, idle_ms=None):
        """{ms, octets, turns, values} of a visit, the way in and the way out with it."""
        before, began_ms = self._bus.status(), self._clock.ticks_ms()
        await meter.open()
        values = [value for _, value in await meter.get_list(self._registers)]
        if is_daily:
            values += [await self._rows(meter), await self._log(meter)]
        await meter.close(idle_ms)
        after = self._bus.status()
        change = {name: after[name] - before[name] for name in ("sent", "received", "exchanges")}
        return {
            "ms": self._clock.ticks_ms() - began_ms,
            "octets": change["sent"] + change["received"],
            "turns": change["exchanges"],
            "values": values,
        }

    async def _rows(self, meter):
        ends = [axdr.octets(axdr.date_time(utc_s, 0)) for utc_s in self._given["range"]]
        profile = Attribute(7, obis.parse(self._given["profile"]), 2)
        return await meter.get(profile, dialogue.by_range(BY_CLOCK, *ends))

    async def _log(self, meter):
        return await meter.get(Attribute(7, obis.parse(self._given["log"]), 2))


async def run(given):
    visits = Visits(given)
    found = {}
    for name, is_daily in (("registers", False), ("daily", True)):
        meter = visits.meter(Abilities())
        first = [await visits.timed(meter, is_daily)]
        later = [await visits.timed(meter, is_daily) for _ in range(given["visits"])]
        await visits.timed(meter, is_daily, IDLE_MS)
        kept = [await visits.timed(meter, is_daily, IDLE_MS) for _ in range(given["visits"])]
        await meter.open()
        await meter.close(LONG_MS)
        found[name] = {"first": first, "known": later, "kept open": kept}
    print(json.dumps(found, default=bytes.hex))


with open(sys.argv[1]) as file:
    coop.run(run(json.loads(file.read())))
