"""Refused credentials are held back, also over a restart; another row begins anew."""

from dcu.archive import Archive
from dcu.archive_row import Meter
from dcu.hold import PAUSE_MAX_S, Holds
from hal.errors import NotAuthenticated, PortError
from tests.kept import Kept
from tests.virtual import VirtualClock

FIRST_S = 3600


def row(mp=1, password="secret"):
    return Meter({"mp": str(mp), "address": "17", "auth": "lls", "password": password})


def holds_on(kept, clock=None):
    return Holds(kept, clock or VirtualClock(), lambda: FIRST_S, lambda part, text: None)


def error_of(function, *arguments):
    try:
        function(*arguments)
    except NotAuthenticated as error:
        return error
    return None


def refuse(hold):
    error = error_of(hold.refuse, "meter 17: wrong")
    assert type(error) is NotAuthenticated
    return str(error)


def is_held(hold):
    return type(error_of(hold.check)) is NotAuthenticated


def test_a_refusal_is_remembered_over_a_restart_and_the_next_pause_is_longer():
    kept = Kept()
    hold = holds_on(kept).of(row())
    assert not is_held(hold)
    assert f"held back for {FIRST_S} s" in refuse(hold)
    again = holds_on(kept).of(row())
    assert is_held(again) and b"secret" not in kept.load()
    assert f"held back for {2 * FIRST_S} s" in refuse(again)


def test_it_ends_when_it_would_have_ended_without_the_restart():
    kept, clock = Kept(), VirtualClock()
    refuse(holds_on(kept, clock).of(row()))
    for passed_s, expected in ((FIRST_S - 1, True), (FIRST_S, False)):
        later = VirtualClock(clock.utc_s() + passed_s)
        assert is_held(holds_on(kept, later).of(row())) == expected


def test_a_clock_that_is_wrong_at_the_start_holds_back_for_one_pause_at_most():
    kept = Kept()
    refuse(holds_on(kept).of(row()))
    hold = holds_on(kept, VirtualClock(0)).of(row())
    assert hold.left_s() == FIRST_S


def test_another_row_begins_anew_and_other_meters_stay_held():
    kept = Kept()
    holds = holds_on(kept)
    for mp in (1, 2, 3):
        refuse(holds.of(row(mp)))
    holds = holds_on(kept)
    assert not is_held(holds.of(row(1, "other"))) and is_held(holds.of(row(2)))
    refuse(holds.of(row(2)))  # stores: what nobody has asked for yet is kept, too
    assert is_held(holds_on(kept).of(row(3)))


def test_what_is_accepted_is_forgotten():
    kept = Kept()
    hold = holds_on(kept).of(row())
    refuse(hold)
    hold.accept()
    assert not is_held(holds_on(kept).of(row()))


def test_a_pause_grows_to_a_day_and_no_longer():
    hold = holds_on(Kept()).of(row())
    for _ in range(9):
        text = refuse(hold)
    assert f"for {PAUSE_MAX_S} s" in text


def test_damaged_lines_and_a_full_disk_do_no_harm():
    kept = Kept()
    kept.save(b"1,2\nx,1,1,1\n1,5000000000,1,1\n2,1,86401,1\n")
    holds = holds_on(kept)
    assert not is_held(holds.of(row()))

    def full(octets):
        raise PortError("disk full")

    kept.save = full
    hold = holds.of(row(2))
    assert "held back" in refuse(hold) and is_held(hold)


def test_an_import_that_changes_nothing_leaves_the_rows_as_they_are():
    archive = Archive(Kept())
    archive.import_csv("mp,address,auth,password\n1,17,lls,secret\n2,18,lls,secret\n")
    before = archive.meters()
    archive.import_csv("mp,address,auth,password\n1,17,lls,secret\n2,19,lls,secret\n")
    after = archive.meters()
    assert after[0] is before[0] and after[1] is not before[1]
    archive.import_csv(archive.export_csv())
    assert archive.meters()[0] is before[0]
