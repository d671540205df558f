"""Meters with keys, read by the real drivers in virtual time: every mechanism and protection, the
counters over power cuts, wrong keys. What is on the wire is judged by meter_sim alone.
"""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from dcu.alarm_codes import AUTHENTICATION_FAILURE, METER_BACK
from dcu.archive_row import Meter as Row
from hal import coop
from hal.errors import PortError
from meter_sim import hls
from meter_sim.security import AUTHENTICATE, BOTH, ENCRYPT, NOTHING, Settings
from tests.sim.world import World
from tests.virtual import run_virtual

EK, AK = bytes(range(16)), bytes(range(0xD0, 0xE0))
LONG_EK, LONG_AK = bytes(range(32)), bytes([0xD0 + n & 0xFF for n in range(32)])
SECRET = "opendcu secret 1"
MECHANISMS = {
    "none": 0,
    "lls": 1,
    "hls": 2,
    "hls-md5": 3,
    "hls-sha1": 4,
    "hls-gmac": hls.GMAC,
    "hls-sha256": 6,
    "hls-ecdsa": 7,
}
WITH_SECRETS = [auth for auth in MECHANISMS if auth != "hls-ecdsa"]
POLICIES = {"none": NOTHING, "auth": AUTHENTICATE, "enc": ENCRYPT, "authenc": BOTH}


def row_of(auth="hls-gmac", ciphering="authenc", suite=0, **more):
    keys = (LONG_EK, LONG_AK) if suite == 2 else (EK, AK)
    row = {"client": "1", "auth": auth, "ciphering": ciphering, "suite": str(suite)}
    row.update({"ek": keys[0].hex(), "ak": keys[1].hex()})
    row["password"] = "12345678" if auth == "lls" else SECRET
    row.update(more)
    return row


def world_of(row, period_s=60, meters=1, **more):
    ciphering = row["ciphering"]
    settings = Settings(
        MECHANISMS[row["auth"]],
        ciphering != "none",
        int(row["suite"]),
        POLICIES[ciphering],
        **more,
    )
    return World(31, meters, period_s, row=row, security=settings)


def counts(world, minutes, between=None):
    """Rows of each meter after rounds of a minute; `between(minute)` comes before each."""

    async def live():
        world.power_on()
        await coop.sleep_ms(30_000)
        for minute in range(minutes):
            if between:
                await between(minute)
            await coop.sleep_ms(60_000)
        await world.stop()

    run_virtual(live())
    rows = world.check_rows()
    return [len([row for row in rows if row[0] == mp]) for mp in world.meters]


def failures(world):
    return sum([world.dcu.states.of(row).failed for row in world.rows])


@pytest.mark.parametrize("ciphering", POLICIES)
@pytest.mark.parametrize("auth", WITH_SECRETS)
def test_a_meter_is_read_by_every_mechanism_and_protection(auth, ciphering):
    world = world_of(row_of(auth, ciphering))
    assert counts(world, 3) == [3, 3, 3], [s.reason for s in world.dcu.states._states.values()]
    assert world.dcu.alarms_since_start() == [] and failures(world) == 0


@pytest.mark.parametrize("suite", (1, 2))
@pytest.mark.parametrize("dedicated", ("yes", "no"))
def test_a_meter_is_read_in_each_suite_with_a_dedicated_key_or_without(suite, dedicated):
    world = world_of(row_of(suite=suite, dedicated=dedicated))
    assert counts(world, 3) == [3, 3, 3]


@pytest.mark.parametrize("release", ("none", "plain", "ciphered"))
def test_a_meter_is_released_as_it_wants_it(release):
    world = world_of(row_of(release=release), period_s=120, strict_release=release == "ciphered")
    world.settings["meter.inactivity_s"] = 0
    assert counts(world, 6) == [3, 3, 3]


def test_a_counter_that_the_meter_has_heard_more_of_is_gone_on_above():
    for tells in (True, False):
        world = world_of(row_of(), tells=tells, first_counter=70_000)
        assert counts(world, 3) == [3, 3, 3] and failures(world) == 0


def test_another_client_of_the_same_key_puts_nobody_out_of_step_for_long():
    for tells in (True, False):
        world = world_of(row_of(), tells=tells)

        async def jump(minute, world=world):
            for meter in world.meters.values():
                security = meter.security
                security.accept(security.guek, 5000 * (minute + 1))

        assert counts(world, 4, jump) == [4, 4, 4]
        assert world.dcu.alarms_since_start() == []


def test_no_counter_is_used_twice_over_power_cuts():
    world = world_of(row_of())
    heard = [_heard_by(meter) for meter in world.meters.values()]

    async def cut(minute):
        if minute % 2:
            await world.power_cut()
            await coop.sleep_ms(world.prng.randrange(1000, 20_000))

    counts(world, 24, cut)
    for counters in heard:
        assert len(set(counters)) == len(counters) > 50


def test_a_full_disk_stops_what_is_ciphered_and_nothing_else():
    world = world_of(row_of(), meters=2)
    for at in (1, 3, 5):  # one of the two on each bus has no keys
        row = world.rows[at]
        texts = {"mp": str(row.mp), "address": str(row.address), "channel": row.channel}
        world.rows[at] = Row(texts)

    async def fill(minute):
        if minute == 0:
            world.dcu.counters._kept = _Full()

    assert counts(world, 3, fill) == [0, 3] * 3


class _Full:
    def save(self, data):
        raise PortError("counters.0: disk full")


def _heard_by(meter):
    """The list of all counters that the meter will have accepted with its key."""
    counters = []
    accept = meter.security.accept

    def watched(key, counter):
        accept(key, counter)
        if key == meter.security.guek:
            counters.append(counter)

    meter.security.accept = watched
    return counters


@pytest.mark.parametrize("field", ("ek", "ak", "password"))
@pytest.mark.parametrize("tells", (True, False))
def test_a_wrong_key_is_an_alarm_that_does_not_show_it_and_is_tried_seldom(field, tells):
    auth = "hls-md5" if field == "password" else "hls-gmac"
    wrong = {field: "wrong secret" if field == "password" else "ab" * 16}
    world = world_of(row_of(auth, **wrong), tells=tells)
    assert counts(world, 70) == [0, 0, 0]
    alarms = world.dcu.alarms_since_start()
    assert sorted(alarms) == [(AUTHENTICATION_FAILURE, mp) for mp in (1, 2, 3)]
    for mp in world.meters:
        told = world.dcu.states.of(world.rows[mp - 1]).reason
        assert auth in told and "held back" in told and "abab" not in told
        assert wrong[field] not in told


@pytest.mark.parametrize("fault", ("wrong-tag", "counter-behind"))
def test_what_is_not_the_meters_or_comes_again_is_no_reading(fault):
    world = world_of(row_of())

    async def spoil(minute):
        if minute == 3:
            for meter in world.meters.values():
                meter.faults.add(fault)

    assert counts(world, 8, spoil) == [3, 3, 3]


def test_a_meter_is_read_by_signatures_too():
    own, meters = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    number = own.private_numbers().private_value.to_bytes(32, "big")
    row = row_of("hls-ecdsa", suite=1, sk=number.hex(), pk=_point(meters).hex())
    signing = {
        "signing_key": meters.private_numbers().private_value,
        "client_key": _point(own),
    }
    assert counts(world_of(row, **signing), 3) == [3, 3, 3]


def _point(key):
    public = key.public_key().public_numbers()
    return public.x.to_bytes(32, "big") + public.y.to_bytes(32, "big")


def test_a_meter_that_locks_after_three_wrong_keys_is_not_locked():
    wrong = row_of("hls-gmac", ek="ab" * 16)
    settings = Settings(tells=True)
    world = World(32, 1, 60, row=wrong, security=settings, locks_after=3)

    async def mend(minute):
        if minute == 100:
            for at, row in enumerate(world.rows):
                texts = row_of()
                texts.update(mp=str(row.mp), address=str(row.address), channel=row.channel)
                world.rows[at] = Row(texts)

    assert min(counts(world, 110, mend)) >= 9
    codes = [code for code, _ in world.dcu.alarms_since_start()]
    assert codes.count(AUTHENTICATION_FAILURE) == codes.count(METER_BACK) == 3
