"""The last rung: a DCU that no HES has heard of for long begins anew. In virtual time."""

from dcu import firmware
from dcu.watch_login import watch_login
from hal import coop
from tests.dual.scripted_hes import HesBench
from tests.part import Part
from tests.virtual import run_virtual

HOUR_S = 3_600


class Unit:
    def __init__(self, settings):
        self.uplink = HesBench(settings)  # of which the settings and the clock are used
        self.settings, self.clock = self.uplink.settings, self.uplink.clock
        self.uplink.sessions = self.uplink.last_contact_s = 0
        self.firmware = self
        self.status = firmware.NOTHING
        self.ends_s = []

    def end_because(self, reason):
        assert reason == "no HES was heard for 24 h", reason
        self.ends_s.append(self.clock.ticks_ms() // 1000)


def after(hours, settings=(), each_hour=lambda dcu: None):
    """When it was ended, in hours since the start."""
    dcu = Unit(settings)

    async def main():
        began_s = dcu.clock.ticks_ms() // 1000
        watching = coop.spawn(watch_login(dcu, Part(dcu.clock)))
        for _ in range(hours):
            each_hour(dcu)
            await coop.sleep_ms(HOUR_S * 1000)
        await coop.sleep_ms(61_000)
        await coop.stop(watching)
        return [(at_s - began_s) / HOUR_S for at_s in dcu.ends_s]

    return run_virtual(main())


def login(dcu):
    dcu.uplink.sessions += 1


def hear(dcu):
    dcu.uplink.last_contact_s += 7


def upgrade(dcu):
    dcu.status = firmware.INITIATED


def test_after_a_day_without_any_hes_it_begins_anew_and_no_minute_earlier():
    assert after(23) == []
    (ended,) = after(24)
    assert 24 <= ended < 24.1


def test_a_login_or_a_frame_of_the_hes_begins_the_day_anew():
    assert after(40, each_hour=login) == after(40, each_hour=hear) == []


def test_never_during_an_upgrade_nor_where_nobody_is_to_be_dialled():
    assert after(40, each_hour=upgrade) == []
    for pair in (("uplink.reboot_h", "0"), ("uplink.mode", "server"), ("hes.main", "")):
        assert after(40, (pair,)) == [], pair
