"""The DCU as a terminal of 376.1: who is answered, how, and who may order."""

from dcu.alarm_codes import AUTHENTICATION_FAILURE
from dcu.gdw import ANSWERED_MAX
from tests.dual.gdw_bench import MIDNIGHT_S, GdwBench, units_of
from wire import qgdw3761
from wire.qgdw3761 import ALL_CONFIRMED, ALL_DENIED
from wire.qgdw3761_units import ALL_POINTS

CLOCK = [(0, 2)]  # of AFN 0C
NOW = (2026, 11, 22, 12, 0, 0, 7)
RTS = {"rts_20_ms": 0, "delay_min": 0, "timeout": 0x201E, "confirm": 0, "heartbeat_min": 5}
KEY = "50613535776f72643132333435363738"


def test_the_clock_is_told_with_the_request_s_addresses_and_number():
    bench = GdwBench()
    (answer,) = bench.frames(bench.frame(0x0C, CLOCK))
    assert (answer.control, answer.seq, answer.msa, answer.afn) == (0x88, 0x65, 2, 0x0C)
    assert qgdw3761.terminal_text(answer) == "07310001"
    assert units_of([answer]) == [(0, 2, NOW)]


def test_the_clock_is_the_one_on_the_wall():
    bench = GdwBench([("clock.zone", "CET-1CEST,M3.5.0,M10.5.0/3")])
    assert bench.ask(0x0C, (0, 2)) == [(0, 2, (2026, 11, 22, 13, 0, 0, 7))]


def test_a_function_not_known_is_denied_and_the_others_are_served():
    bench = GdwBench()
    request = bench.frame(0x0C, [(0, 1), (0, 2), (0, 99)])
    (answer,) = bench.frames(request)
    assert units_of([answer]) == [(0, 2, NOW)]
    bench.dcu.settings.put("gdw.confirm", "unit")
    answer, denied = bench.frames(request)
    assert qgdw3761.parse_confirmation(denied) == (3, 0x0C, [(0, 1, 1), (0, 99, 1)])


def test_when_nothing_is_known_all_is_denied():
    bench = GdwBench()
    for afn in (0x03, 0x06, 0x08, 0x0B, 0x0F, 0x77):
        (answer,) = bench.frames(bench.frame(afn, b"\x00\x00\x01\x00"))
        assert qgdw3761.parse_confirmation(answer)[0] == ALL_DENIED and answer.control == 0x89
    (answer,) = bench.frames(bench.frame(0x0C, [(0, 99)]))
    assert qgdw3761.parse_confirmation(answer)[0] == ALL_DENIED


def test_what_is_damaged_within_is_denied_and_nothing_of_it_done():
    bench = GdwBench()
    for body in (b"", b"\x00", b"\x00\x00\x00\x00", b"\x00\x07\x00\x00"):
        (answer,) = bench.frames(bench.frame(0x0C, body))
        assert qgdw3761.parse_confirmation(answer)[0] == ALL_DENIED, body


def test_an_order_is_confirmed_or_denied_by_unit():
    bench = GdwBench()
    assert bench.order(0x04, (0, 1, RTS)) == ALL_CONFIRMED
    assert bench.dcu.settings.get("hes.reply_s") == 30
    late = dict(RTS)
    late["heartbeat_min"] = 61
    assert bench.order(0x04, (0, 1, late)) == ALL_DENIED
    assert bench.order(0x04, (0, 1, RTS), (0, 1, late)) == [(0, 1, 0), (0, 1, 1)]
    bench.dcu.settings.put("gdw.confirm", "unit")
    assert bench.order(0x04, (0, 1, RTS)) == [(0, 1, 0)]
    assert bench.order(0x04, (0, 1, late)) == [(0, 1, 1)]


def test_units_before_one_not_known_are_done_and_those_from_there_on_denied():
    bench = GdwBench()
    known = bench.frame(0x04, [(0, 1, RTS)]).body[:-16]
    request = bench.frame(0x04, known + b"\x00\x00\x80\x04\x00")
    (answer,) = bench.frames(request)
    assert qgdw3761.parse_confirmation(answer) == (3, 0x04, [(0, 1, 0), (0, 40, 1)])


def test_a_long_answer_goes_in_frames_that_are_numbered_on():
    bench = GdwBench([("gdw.frame_octets", "256")], meters=60)
    for mp in range(1, 61):
        bench.read(mp, bench.clock.utc_s(), 1000 * mp)
    frames = bench.frames(bench.frame(0x0C, [(ALL_POINTS, 129)]))
    assert [frame.seq & 0x0F for frame in frames] == [(5 + n) % 16 for n in range(len(frames))]
    flags = [frame.seq & 0x60 for frame in frames]
    assert flags == [0x40] + [0x00] * (len(frames) - 2) + [0x20] and len(frames) > 5
    assert all([len(qgdw3761.encode(frame)) <= 256 for frame in frames])
    assert [pn for pn, _, _ in units_of(frames)] == list(range(1, 61))


def test_one_frame_gets_so_many_answers_and_no_more():
    bench = GdwBench([("gdw.confirm", "unit")], meters=3)
    all_of_eight = b"\xff\x00\xff\x1e"  # F241 to F248, which nobody knows, of all points
    for units, count in ((ANSWERED_MAX // 24, ANSWERED_MAX), (ANSWERED_MAX // 24 + 1, None)):
        bench.log.clear()
        (answer,) = bench.frames(bench.frame(0x0C, all_of_eight * units))
        results = qgdw3761.parse_confirmation(answer)[2]
        assert len(results) == ANSWERED_MAX and set([error for _, _, error in results]) == {1}
        assert bool(bench.log) == (count is None)


def test_what_is_late_by_its_tp_is_dropped():
    bench = GdwBench()
    for time, is_answered in (
        ("000055112205", True),  # 11:55, within 5 minutes: 11:55:00 is just too late
        ("000054112206", False),
        ("000154112206", True),
        ("000055112200", True),  # not to be judged
        ("000054112100", True),
        ("000000122122", False),  # yesterday
        ("00000012220a", True),
        ("000500122205", True),
        ("000000122305", True),  # a clock that is ahead
        ("000000121005", False),
        ("00ff00122205", False),
    ):
        request = bench.frame(0x0C, CLOCK, seq=0xE5, time=bytes.fromhex(time))
        answers = bench.frames(request)
        if time == "000055112205":
            assert answers == []
            continue
        assert bool(answers) == is_answered, time
        assert not answers or answers[0].time == request.time and answers[0].seq == 0xE5
    bench.dcu.settings.put("gdw.check_tp", "no")
    late = bench.frame(0x0C, CLOCK, seq=0xE5, time=bytes.fromhex("000054112206"))
    assert bench.frames(late)


def test_after_midnight_a_request_of_the_evening_may_be_in_time():
    bench = GdwBench()
    bench.clock.set_utc(MIDNIGHT_S + 120)
    for allowed, is_answered in ((4, False), (5, True)):
        time = bytes([0, 0, 0x58, 0x23, 0x21, allowed])
        answers = bench.frames(bench.frame(0x0C, CLOCK, seq=0xE5, time=time))
        assert bool(answers) == is_answered


def test_frames_of_the_edition_of_2005_are_taken_or_not():
    bench = GdwBench()
    request = bench.frame(0x0C, CLOCK, protocol=1)
    assert bench.frames(request)
    bench.dcu.settings.put("gdw.frames_2005", "no")
    assert not bench.frames(request) and bench.frames(bench.frame(0x0C, CLOCK))


def test_what_is_for_others_is_not_taken_and_what_is_for_all_is_done_without_an_answer():
    bench = GdwBench()
    assert not bench.gdw.is_ours(bench.frame(0x0C, CLOCK, number=2))
    assert not bench.gdw.is_ours(bench.frame(0x0C, CLOCK, is_group=True))
    to_all = {"number": 0xFFFF, "is_group": True, "area": "FFFF"}
    assert bench.frames(bench.frame(0x04, [(0, 1, RTS)], **to_all)) == []
    assert bench.dcu.settings.get("hes.reply_s") == 30
    assert bench.frames(bench.frame(0x0C, CLOCK, **to_all)) == []
    (answer,) = bench.frames(bench.frame(0x0A, [(0, 89)], **to_all))
    assert units_of([answer]) == [(0, 89, {"area": "0731", "number": 1})]
    assert (answer.area, answer.number, answer.is_group) == ("0731", 1, False)


def test_what_is_for_a_group_of_ours_is_done_without_an_answer():
    bench = GdwBench()
    to_group = {"number": 7, "is_group": True}
    order = bench.frame(0x04, [(0, 1, RTS)], **to_group)
    assert not bench.gdw.is_ours(order)
    groups = [7, 300, 0, 0, 0, 0, 0, 0]
    assert bench.order(0x04, (0, 6, groups)) == ALL_CONFIRMED
    assert bench.ask(0x0A, (0, 6)) == [(0, 6, groups)]
    assert bench.frames(order) == [] and bench.dcu.settings.get("hes.reply_s") == 30
    assert not bench.gdw.is_ours(bench.frame(0x0C, CLOCK, number=8, is_group=True))
    assert not bench.gdw.is_ours(bench.frame(0x0C, CLOCK, number=7))
    assert bench.order(0x04, (0, 6, [0] * 8)) == ALL_CONFIRMED
    for number in (0, 7):
        none = bench.frame(0x0C, CLOCK, number=number, is_group=True)
        assert not bench.gdw.is_ours(none)
    assert bench.order(0x04, (0, 6, [65535] + groups[1:])) == ALL_DENIED


def test_a_request_that_wants_no_answer_is_done_without_one():
    bench = GdwBench()
    assert bench.frames(bench.frame(0x04, [(0, 1, RTS)], control=0x44)) == []
    assert bench.dcu.settings.get("hes.reply_s") == 30


def test_with_a_password_set_an_order_without_it_is_denied_and_told_of():
    bench = GdwBench([("gdw.password", KEY)])
    assert bench.order(0x04, (0, 1, RTS)) == ALL_DENIED
    assert bench.alarms()[-1] == AUTHENTICATION_FAILURE
    assert bench.dcu.settings.get("hes.reply_s") == 20
    bench.password = bytes.fromhex(KEY)
    assert bench.order(0x04, (0, 1, RTS)) == ALL_CONFIRMED
    assert bench.ask(0x0C, (0, 2))  # to ask needs none
    assert not any(["Pa55" in line or KEY in line for line in bench.log])


def test_who_has_dialled_us_or_needs_keys_for_dlms_orders_nothing_without_a_password():
    for settings, has_called in (
        ((), True),
        ((("cosem.ek", KEY), ("cosem.ak", KEY)), False),
        ((("cosem.password", "12345678"),), False),
    ):
        bench = GdwBench(settings)
        bench.has_called = has_called
        assert bench.order(0x04, (0, 1, RTS)) == ALL_DENIED and bench.ask(0x0C, (0, 2))
        bench.dcu.settings.put("gdw.open_orders", "yes")
        assert bench.order(0x04, (0, 1, RTS)) == ALL_CONFIRMED
        bench.dcu.settings.put("gdw.open_orders", "no")
        bench.dcu.settings.put("gdw.password", KEY)
        bench.password = bytes.fromhex(KEY)
        assert bench.order(0x04, (0, 1, RTS)) == ALL_CONFIRMED


def test_who_has_proved_himself_by_tls_orders_without_a_password_unless_one_is_set():
    bench = GdwBench([("cosem.password", "12345678")])
    bench.has_called = bench.is_secured = True
    assert bench.order(0x04, (0, 1, RTS)) == ALL_CONFIRMED
    bench.dcu.settings.put("gdw.password", KEY)
    assert bench.order(0x04, (0, 1, RTS)) == ALL_DENIED


def test_it_can_be_switched_off():
    bench = GdwBench([("gdw.on", "no")])
    (answer,) = bench.frames(bench.frame(0x0C, CLOCK))
    assert qgdw3761.parse_confirmation(answer)[0] == ALL_DENIED


def test_a_heartbeat_has_the_clock_when_it_is_to_have_it():
    bench = GdwBench()
    assert bench.gdw.clock_octets() == b""
    bench.dcu.settings.put("gdw.heartbeat_clock", "yes")
    assert bench.gdw.clock_octets() == bytes.fromhex("00001222f126")
    bench.clock.set_utc(0)
    assert bench.gdw.clock_octets() == b""
