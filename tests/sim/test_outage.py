"""A day without the HES, in virtual time: nothing is lost, what is new does not wait for what is
old, and what is old comes as fast as the link goes. The thin HES is the real one."""

import sqlite3
from functools import partial

from boards import northbound, pc, wiring
from dcu import cosem, reading
from dcu.alarm_codes import METER_SILENT
from dcu.bearers import Ethernet
from dcu.buffers import reading_row
from dcu.columns import COLUMNS
from dcu.cosem_objects import objects_of
from dcu.unit import VERSION
from hal import coop
from hes_stub import database
from hes_stub.access import ByPassword
from hes_stub.credentials import Password
from hes_stub.hall import Hall
from hes_stub.link import Link
from storage.files import FileStore
from tests.disk import Disk
from tests.part import Part
from tests.sim.cellular_link import SlowLink
from tests.virtual import VirtualClock, run_virtual

METERS = 96
PERIOD_S = 900
OCTETS_S = 3840  # 38400 bit/s
DELAY_S = 0.3  # one way
OUTAGE_S = 86_400
LIVE_S = 20  # the wait of a push, and two pieces of the backlog before it on the link
GIVEN = (("hes.main", "main:5020"), ("uplink.jitter_percent", "0"), ("terminal.number", "0001"))


class Town:
    """A DCU whose meters are read, one after the other; a link; the HES."""

    def __init__(self, folder, monkeypatch):
        self.clock = VirtualClock()
        monkeypatch.setattr(database, "now_s", self.clock.utc_s)
        self.dcu = wiring.unit_of(pc, Disk(), self.clock, lambda part, text: None, GIVEN)
        wiring.complete(self.dcu, FileStore(self.dcu.files))
        self.path = folder / "hes.db"
        self.database = database.Database(self.path)
        hall = Hall(self.database, partial(ByPassword, password=Password(b"")), fetch_s=60)
        self.link = SlowLink(lambda: Link(hall), OCTETS_S, DELAY_S)
        ethernet = Ethernet(self.link.dial, None, None, self.link.is_there)
        objects = cosem.Objects(objects_of(self.dcu, VERSION))
        self.dcu.uplink = northbound.uplink(self.dcu, objects, ethernet)
        self.read = {}  # (mp, slot): when

    async def collect(self):
        """For ever: each meter in each slot, evenly."""
        while True:
            for mp in range(1, METERS + 1):
                now_s = self.clock.utc_s()
                slot_s = now_s // PERIOD_S * PERIOD_S
                self.dcu.kept.put(mp, slot_s, (now_s,) + (mp,) * (len(COLUMNS) - 1))
                self.dcu.kept.commit()
                self.read[mp, slot_s] = now_s
                await coop.sleep_ms(1000 * PERIOD_S // METERS)

    def is_through(self):
        return self.dcu.readings.mark >= self.dcu.readings.last - METERS // 8

    def at_hes(self, what, table):
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(f"SELECT {what} FROM {table}").fetchall()
        finally:
            connection.close()


async def until(is_so, limit_s):
    for _ in range(limit_s * 10):
        if is_so():
            return
        await coop.sleep_ms(100)
    raise AssertionError("it has not come to that")


async def outage(town):
    """How it went: see the test."""
    parts = [coop.spawn(town.collect()), coop.spawn(town.dcu.uplink.run(Part(town.clock)))]
    await until(lambda: town.dcu.uplink.sessions == 1, 60)
    await coop.sleep_ms(3_600_000)
    town.link.go_down()
    town.dcu.alarms.raise_alarm(METER_SILENT, 3, "in the outage")
    await coop.sleep_ms(1000 * OUTAGE_S)
    town.link.is_down = False
    await until(lambda: town.dcu.uplink.sessions == 2, 3 * 3600)
    went = Went(town.clock.utc_s(), town.dcu.readings.last - town.dcu.readings.mark)
    await until(lambda: town.database.position("07310001", "alarms").seq, 60)
    went.alarm_s = town.clock.utc_s() - went.began_s
    await until(town.is_through, 3600)
    went.took_s = town.clock.utc_s() - went.began_s
    await coop.sleep_ms(120_000)
    for part in parts:
        part.cancel()
    return went


class Went:
    """began_s: when the HES was back; took_s: until the backlog was through; alarm_s: until the
    alarms were; waiting: readings in the backlog."""

    def __init__(self, began_s, waiting):
        self.began_s = began_s
        self.waiting = waiting
        self.alarm_s = self.took_s = None


def test_after_a_day_without_the_hes_nothing_is_lost_and_nothing_new_waits_for_what_is_old(
    tmp_path, monkeypatch
):
    town = Town(tmp_path, monkeypatch)
    went = run_virtual(outage(town))
    assert went.waiting > METERS * (OUTAGE_S // PERIOD_S - 1)
    rows = town.at_hes("mp, slot_s, stored_s", "readings")
    stored = {(mp, slot_s): at_s for mp, slot_s, at_s in rows}
    ended_s = town.clock.utc_s()
    missing = set(town.read) - set(stored)
    assert not [key for key in missing if town.read[key] < ended_s - LIVE_S]
    new = [at_s for at_s in town.read.items() if went.began_s <= at_s[1] < ended_s - LIVE_S]
    late_s = max([stored[key] - at_s for key, at_s in new])
    row = reading_row(1, reading.pack(1, PERIOD_S, (1,) * len(COLUMNS)))
    share = went.waiting * len(row) / (OCTETS_S * went.took_s)
    print(f"\n{went.waiting} readings in {went.took_s} s: {share:.3f} of the link's speed;")
    print(f"{len(new)} new ones meanwhile, the latest after {late_s} s; alarms: {went.alarm_s} s")
    assert share >= 0.9
    assert len(new) > 20 and late_s <= LIVE_S and went.alarm_s <= LIVE_S
