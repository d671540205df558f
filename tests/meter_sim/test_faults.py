"""Meters that are off, slow, noisy or not themselves."""

import pytest

from meter_sim.events import EVENTS_MAX
from meter_sim.meter import Meter
from tests.meter_sim.reader import NOW_S, Reader, fcs, frame, frames_in, get_request, second

SNRM = frame(b"\x02\x23", b"\x21", 0x93)
CLOCK, LOG = (8, "0.0.1.0.0.255", 2), (7, "0.0.99.98.0.255", 2)
PROFILE = (7, "1.0.99.1.0.255", 2)
NEWEST = b"\x01\x02\x02\x04\x06\x00\x00\x16\x78\x06\x00\x00\x00\x00\x12\x00\x01\x12\x00\x00"


def answers(meter, count=200):
    return [meter.receive(SNRM, 0, NOW_S) for _ in range(count)]


def test_a_silent_meter_says_nothing_until_it_is_well_again():
    meter = Meter(17, faults=("silent",))
    assert set(answers(meter)) == {b""}
    meter.faults.clear()
    assert b"" not in answers(meter)


def test_slow_and_late_meters_say_the_same_only_later():
    well = Meter(17)
    for fault, delay_ms in (("slow", 500), ("slow:90", 90), ("late", 6000), ("late:1200", 1200)):
        meter = Meter(17, faults=(fault,))
        assert answers(meter, 1) == answers(well, 1)
        assert meter.reply_after_ms == delay_ms
    assert well.reply_after_ms == 20


def test_octets_are_lost_and_bits_turned_at_the_rate_asked_for_and_by_the_seed():
    whole = answers(Meter(17), 1)[0]
    lost = sum(len(whole) - len(answer) for answer in answers(Meter(17, faults=("drop:0.1",))))
    assert 0.08 < lost / len(whole) / 200 < 0.12
    flipped = answers(Meter(17, faults=("flip:0.1",)))
    turned = [a ^ b for answer in flipped for a, b in zip(answer, whole)]
    assert all(bits.bit_count() <= 1 for bits in turned)
    assert 0.08 < sum(map(bool, turned)) / len(turned) < 0.12
    assert flipped == answers(Meter(17, faults=("flip:0.1",)))
    assert flipped != answers(Meter(17, seed=1, faults=("flip:0.1",)))


def test_garbage_is_never_a_frame():
    for noise in answers(Meter(17, faults=("garbage",))):
        assert 1 <= len(noise) <= 60
        assert noise[-3:-1] != fcs(noise[1:-3])


@pytest.mark.parametrize("server, source", ((b"\x23", b"\x25"), (b"\x02\x23", b"\x02\x25")))
def test_a_meter_can_answer_under_the_address_of_another(server, source):
    meter = Meter(17, faults=("as:18",))
    (said,) = frames_in(meter.receive(frame(server, b"\x21", 0x93), 0, NOW_S))
    assert said.source == source


@pytest.mark.parametrize("text", ("loud", "", "silent:5", "garbage:x", "slow:x", "as"))
def test_a_fault_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError):
        Meter(17, faults=(text,))


@pytest.mark.parametrize(
    "kind, low, below, high, above",
    (
        ("slow", "0", "-1", "3600000", "3600001"),
        ("late", "0", "-1", "3600000", "3600001"),
        ("drop", "0", "-0.1", "1", "1.1"),
        ("flip", "0", "-0.1", "1", "nan"),
        ("as", "1", "0", "16381", "16382"),
    ),
)
def test_the_argument_of_a_fault_has_limits(kind, low, below, high, above):
    for good in (low, high):
        Meter(17, faults=(f"{kind}:{good}",))
    for bad in (below, above):
        with pytest.raises(ValueError, match=f"fault {kind} cannot"):
            Meter(17, faults=(f"{kind}:{bad}",))


def test_a_meter_without_supply_is_silent_and_has_forgotten_its_connections():
    meter = Meter(17, outages=[(NOW_S + 10, NOW_S + 20)])
    reader = Reader(meter).open()
    reader.utc_s = NOW_S + 9
    assert len(reader.get(*CLOCK)) == 12
    reader.utc_s = NOW_S + 10
    assert reader.send(get_request(*CLOCK)) == []
    reader.utc_s = NOW_S + 20
    assert reader.say(0x11)[0].control == 0x1F


def test_connections_are_forgotten_even_if_nobody_asked_during_the_outage():
    reader = Reader(Meter(17, outages=[(NOW_S + 10, NOW_S + 20)])).open()
    reader.utc_s = NOW_S + 30
    assert reader.say(0x11)[0].control == 0x1F


def test_the_log_keeps_every_outage_over_the_loss_of_power():
    meter = Meter(17, outages=[(NOW_S - 5000, NOW_S - 4000)])
    meter.power_off(NOW_S)
    meter.power_off(NOW_S + 1)
    assert meter.receive(SNRM, 0, NOW_S + 5) == b""
    meter.power_on(NOW_S + 7)
    reader = Reader(meter)
    reader.utc_s = NOW_S + 8
    assert [row[1] for row in reader.open().get(*LOG)] == [1, 2, 1, 2]


def test_the_log_keeps_the_newest_256_events():
    quarters = [NOW_S - 900 * n for n in range(128, 0, -1)]
    meter = Meter(17, outages=[(from_s, from_s + 60) for from_s in quarters])
    assert len(Reader(meter).open().get(*LOG)) == EVENTS_MAX
    meter.power.plan(NOW_S - 30, NOW_S - 20)
    kept = Reader(meter).open().get(*LOG)
    assert len(kept) == EVENTS_MAX and second(kept[0][0]) == quarters[1]


def test_the_profile_has_no_rows_of_an_outage_and_marks_the_next_one():
    quarter_s = NOW_S // 900 * 900
    whole = Reader(Meter(17)).open()
    broken = Reader(Meter(17, outages=[(quarter_s - 1800, quarter_s - 5)])).open()
    assert whole.get(*PROFILE[:2], 7) - broken.get(*PROFILE[:2], 7) == 2
    assert [row[1] for row in whole.get(*PROFILE, NEWEST)][-2:] == [0, 0]
    entry = NEWEST.replace(b"\x16\x78", b"\x16\x76")
    rows = broken.get(*PROFILE, entry)
    assert [row[1] for row in rows][-2:] == [0, 0x80]
    assert rows[-1] == (whole.get(*PROFILE, NEWEST)[-1][0], 0x80, *rows[-1][2:])
