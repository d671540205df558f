"""Time zones as POSIX writes them, and when tasks are due in them."""

from dcu.civil import DAY_S, HOUR_S, Zone, date_text
from dcu.period import Period, seconds
from tests.kept import refusal
from wire.cosem_time import days_of

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
SYDNEY = "AEST-10AEDT,M10.1.0,M4.1.0/3"
SPRING_S = days_of(2026, 3, 29) * DAY_S + HOUR_S  # 01:00 UTC: 02:00 becomes 03:00 in Berlin
AUTUMN_S = days_of(2026, 10, 25) * DAY_S + HOUR_S  # 03:00 becomes 02:00
ZONES = {
    "UTC0": (0, 0),
    BERLIN: (1, 2),
    "EST5EDT,M3.2.0,M11.1.0": (-5, -4),
    SYDNEY: (11, 10),
    "<+0530>-5:30": (5.5, 5.5),
    "<-03>3": (-3, -3),
}
WRONG = (
    "",
    "UTC",
    "U0",
    "CET-1CEST",
    "CET-1CEST,M3.5.0",
    "CET-1,M3.5.0,M10.5.0",
    "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0",
    "CET-1CEST,M3.5.7,M10.5.0",
    "CET-1CEST,M3.5.0/25,M10.5.0",
    "CET-1CEST,J60,M10.5.0",
    "CET-15",
    "CET-1:60",
    "<CET-1",
    "CET-x",
)


def utc(year, month, day, hour=0, minute=0):
    return days_of(year, month, day) * DAY_S + hour * HOUR_S + minute * 60


def test_each_zone_has_its_offset_in_january_and_in_july():
    for text, (january_h, july_h) in ZONES.items():
        zone = Zone(text)
        assert zone.offset_s(utc(2026, 1, 15)) == january_h * HOUR_S, text
        assert zone.offset_s(utc(2026, 7, 15)) == july_h * HOUR_S, text


def test_summer_time_begins_and_ends_at_its_second():
    zone = Zone(BERLIN)
    for at_s, before_h, after_h in ((SPRING_S, 1, 2), (AUTUMN_S, 2, 1)):
        assert zone.offset_s(at_s - 1) == before_h * HOUR_S
        assert zone.offset_s(at_s) == after_h * HOUR_S


def test_civil_time_and_back():
    for text in ZONES:
        zone = Zone(text)
        for hour in range(0, 366 * 24, 7):
            utc_s = utc(2026, 1, 1) + hour * HOUR_S
            back_s = zone.utc_s(zone.civil_s(utc_s))
            assert back_s == utc_s or zone.civil_s(back_s) == zone.civil_s(utc_s), (text, hour)


def test_a_skipped_hour_is_the_moment_of_the_skip_and_a_doubled_one_its_first_time():
    zone = Zone(BERLIN)
    for minute in (0, 15, 59):
        assert zone.utc_s(utc(2026, 3, 29, 2, minute)) == SPRING_S
        assert zone.utc_s(utc(2026, 10, 25, 2, minute)) == AUTUMN_S - HOUR_S + minute * 60
    assert zone.utc_s(utc(2026, 3, 29, 3)) == SPRING_S
    assert zone.utc_s(utc(2026, 10, 25, 3)) == AUTUMN_S + HOUR_S


def test_what_is_no_zone_is_refused_with_an_example():
    for text in WRONG:
        assert "CET-1CEST,M3.5.0,M10.5.0/3" in refusal(Zone, text), text


def begins(text, offset_s, zone, first_s, last_s):
    """The beginnings of slots, one by one, checked against one another."""
    period = Period(text, offset_s, Zone(zone))
    slots = [period.begin(first_s)]
    while slots[-1] < last_s:
        slots.append(period.after(slots[-1]))
        assert period.before(slots[-1]) == slots[-2]
        assert slots[-1] - slots[-2] >= period.spacing_s
        for at_s in (slots[-2], (slots[-2] + slots[-1]) // 2, slots[-1] - 1):
            assert period.begin(at_s) == slots[-2], (text, date_text(at_s))
    return slots


def test_short_slots_are_even_when_the_clocks_change():
    for at_s in (SPRING_S, AUTUMN_S):
        slots = begins("15m", 0, BERLIN, at_s - DAY_S, at_s + DAY_S)
        assert {b - a for a, b in zip(slots, slots[1:])} == {900} and slots[0] % 900 == 0


def test_a_daily_task_keeps_to_the_clock_on_the_wall():
    slots = begins("1d", 6 * HOUR_S, BERLIN, utc(2026, 3, 27), utc(2026, 3, 31))
    hours = [slot // HOUR_S % 24 for slot in slots]
    assert hours == [5, 5, 5, 4, 4, 4][: len(hours)], hours
    assert 23 * HOUR_S in [b - a for a, b in zip(slots, slots[1:])]


def test_a_time_that_is_skipped_runs_once_and_one_that_comes_twice_too():
    at_half_past_two = 2 * HOUR_S + 1800
    spring = begins("1d", at_half_past_two, BERLIN, SPRING_S - DAY_S, SPRING_S + 2 * DAY_S)
    assert SPRING_S in spring
    autumn = begins("1d", at_half_past_two, BERLIN, AUTUMN_S - DAY_S, AUTUMN_S + 2 * DAY_S)
    assert AUTUMN_S - 1800 in autumn and AUTUMN_S + 1800 not in autumn


def test_every_civil_period_goes_on_over_the_changes():
    for text in ("2h", "3h", "4h", "6h", "8h", "12h", "1d"):
        for zone in ZONES:
            for at_s in (SPRING_S, AUTUMN_S, utc(2026, 4, 5), utc(2026, 10, 4)):
                begins(text, 1800, zone, at_s - 2 * DAY_S, at_s + 2 * DAY_S)


def test_a_month_begins_on_its_first_day():
    slots = begins("1mo", 0, BERLIN, utc(2026, 1, 15), utc(2027, 3, 1))
    zone = Zone(BERLIN)
    texts = [date_text(zone.civil_s(slot)) for slot in slots]
    assert texts[:3] == ["2026-01-01 00:00", "2026-02-01 00:00", "2026-03-01 00:00"]
    assert all([text[8:] == "01 00:00" for text in texts])


def test_what_is_no_period_is_refused():
    zone = Zone("UTC0")
    for text in ("", "1", "1s", "0m", "5h", "7h", "25h", "2d", "90m", "1y", "-1h", "1.5h", "2mo"):
        assert "15m" in refusal(Period, text, 0, zone), text
    for text in ("2s", "7s", "3600s", "60m", "86400", "24h"):
        assert refusal(Period, text, 0, zone) == "", text
    assert refusal(Period, "1h", 3599, zone) == ""
    assert "within" in refusal(Period, "1h", 3600, zone)


def test_seconds_are_read_with_and_without_a_unit():
    cases = {"90": 90, "90s": 90, "5m": 300, "1h": 3600, "2d": 172_800}
    assert {text: seconds(text) for text in cases} == cases
    assert [seconds(text) for text in ("", "h", "1x", "-1", "1.5h", "12345678")] == [None] * 6
