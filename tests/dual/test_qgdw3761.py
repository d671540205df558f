"""Q/GDW 376.1: frames seen on real lines, who the terminal is, confirmations and link frames."""

from tests.dual.codec_checks import (
    DAMAGED,
    asserts,
    check_deframer,
    flipped,
    octets_of,
    outcomes,
    refused,
    vectors,
)
from wire import qgdw3761, qgdw3761_units
from wire.cursor import Cursor
from wire.errors import WireError

_LOGIN = bytes.fromhex("683200320068c931070100000270000001007516")
_ADDRESS = qgdw3761.Address("0731", 1)


def frames_in(*chunks):
    return outcomes(qgdw3761.Deframer(), *chunks)


def _frame(text):
    found = frames_in(bytes.fromhex(text))
    assert len(found) == 1, found
    return found[0]


def _with(frame, **changes):
    names = "control area number is_group msa afn seq body events time protocol".split()
    return qgdw3761.Frame(*[changes.get(names[at], frame[at]) for at in range(len(names))])


def test_every_valid_published_frame_is_read_and_written_alike():
    for vector in vectors("qgdw3761"):
        octets = bytes.fromhex(vector["hex"])
        if not vector["valid"]:
            found = frames_in(octets + 10 * _LOGIN)
            assert found[:2] == [DAMAGED] + frames_in(_LOGIN), vector["meaning"]
            continue
        frame = _frame(vector["hex"])
        bare = octets[octets.find(b"\x68") :]
        assert qgdw3761.encode(frame) == bare, vector["meaning"]
        check_deframer(qgdw3761.Deframer, octets, frame)


def test_every_valid_published_frame_says_what_it_is_known_to_say():
    for vector in vectors("qgdw3761"):
        if vector["decoded"]:
            _check_fields(_frame(vector["hex"]), vector["decoded"])


def _check_fields(frame, known):
    control, seq = frame.control, frame.seq
    assert qgdw3761.is_from_terminal(frame) == (known["dir"] == "up")
    assert (bool(control & qgdw3761.PRM), control & 0x0F) == (bool(known["prm"]), known["func"])
    assert (frame.area, frame.number) == (known["A1"], known["A2"])
    assert frame.msa << 1 | frame.is_group == known["A3"]
    assert (frame.afn, seq & 0x0F) == (known["AFN"], known["seq"])
    flags = [bool(known[name]) for name in ("tpv", "fir", "fin", "con")]
    assert [bool(seq & bit) for bit in (0x80, 0x40, 0x20, 0x10)] == flags
    assert frame.time == bytes.fromhex(known["tp"] or "")
    assert frame.events == bytes.fromhex(known["ec"] or "")
    assert frame.protocol == known["proto"]
    assert frame.body[4:] == bytes.fromhex(known["data"])
    if known["fn"]:
        ids = qgdw3761_units.take_unit_id(Cursor(frame.body))
        assert ids == (known["pn"], known["fn"])


def test_the_published_login_of_terminal_07310001():
    frame = qgdw3761.link_frame(_ADDRESS, qgdw3761.LOGIN, 0)
    assert qgdw3761.encode(frame) == _LOGIN
    assert frames_in(_LOGIN) == [frame]


def test_a_wrong_bit_never_yields_a_frame_and_the_next_good_one_is_found():
    good = frames_in(_LOGIN)
    for at, bit, octets in flipped(_LOGIN):
        for chunks in ([octets + _LOGIN], octets_of(octets + _LOGIN)):
            found = frames_in(*chunks)
            assert found == [DAMAGED] + good, (at, bit, found)


def test_a_header_with_two_different_lengths_is_damage():
    assert frames_in(b"\x68\x32\x00\x36\x00\x68" + _LOGIN)[0] == DAMAGED


def test_the_shortest_and_the_longest_frame_pass_and_no_other():
    frame = frames_in(_LOGIN)[0]
    for size in (0, qgdw3761.DATA_MAX - 8):
        edge = _with(frame, body=bytes(size))
        assert frames_in(qgdw3761.encode(edge)) == [edge]
    assert asserts(qgdw3761.encode, _with(frame, body=bytes(qgdw3761.DATA_MAX - 7)))
    shorter = b"\x00" * 7
    size = (7 << 2 | 2).to_bytes(2, "little")
    assert frames_in(b"\x68" + size + size + b"\x68" + shorter + b"\x00\x16")[0] == DAMAGED


def test_an_unknown_protocol_is_damage():
    for protocol in (0, 3):
        size = (12 << 2 | protocol).to_bytes(2, "little")
        assert frames_in(b"\x68" + size + size + _LOGIN[5:]) == [DAMAGED]


def test_a_frame_too_short_for_the_ec_and_tp_it_announces_is_damage():
    frame = frames_in(_LOGIN)[0]
    for control, seq in ((0xA8, 0x60), (0x88, 0xE0), (0xA8, 0xE0)):
        octets = bytes.fromhex("68220022006800310701000000001216")
        data = bytes([control]) + octets[7:13] + bytes([seq])
        octets = octets[:6] + data + bytes([sum(data) & 0xFF, 0x16])
        assert frames_in(octets, _LOGIN) == [DAMAGED, frame], octets.hex()


def test_noise_of_a_waking_line_is_skipped_and_garbage_is_reported_once():
    good = frames_in(_LOGIN)
    assert frames_in(b"\xfe\xfe\xfe\xfe" + _LOGIN + b"\xfe" + _LOGIN) == good + good
    assert frames_in(b"\xfe\x12\x34\xfe" + _LOGIN) == [DAMAGED] + good
    assert frames_in(*octets_of(b"\x12\x68\x16\x68" + _LOGIN)) == [DAMAGED] + good


def test_garbage_of_any_size_is_survived():
    for garbage in (b"\x68" * 65536, bytes(65536), b"\x68\xfe\xff\xfe\xff\x68" * 10923):
        deframer = qgdw3761.Deframer()
        outcomes(deframer, garbage)
        assert outcomes(deframer, bytes(20000), _LOGIN)[-1] == frames_in(_LOGIN)[0]


def test_ec_is_there_only_upwards_and_tp_only_when_seq_says_so():
    frame = _frame("685200520068a0000234120400e00000010011000027521307057616")
    assert (frame.events, frame.time) == (b"\x11\x00", bytes.fromhex("002752130705"))
    assert asserts(qgdw3761.encode, _with(frame, events=b""))
    assert asserts(qgdw3761.encode, _with(frame, time=b""))


def test_a_terminal_id_is_four_decimal_and_four_hexadecimal_digits():
    assert qgdw3761.address_from_terminal("0731", "0001") == _ADDRESS
    assert qgdw3761.address_from_text("0731FFFE") == qgdw3761.Address("0731", 0xFFFE)
    assert qgdw3761.terminal_text(frames_in(_LOGIN)[0]) == "07310001"
    assert qgdw3761.terminal_text(qgdw3761.Address("0731", 0xFFFE)) == "0731FFFE"
    for text in (
        "",
        "0731",
        "073100010",
        "07A10001",
        "0731000G",
        "07310000",
        "0731ffff",
        "0731 001",
    ):
        assert not qgdw3761.is_terminal_text(text), text
        assert asserts(qgdw3761.address_from_text, text), text


def test_link_frames_are_told_apart_and_carry_a_clock_if_wanted():
    clock = qgdw3761_units.clock((2025, 11, 22, 21, 36, 5), 6)
    assert clock == bytes.fromhex("053621 22 d1 25".replace(" ", ""))
    for function, octets, at in (
        (qgdw3761.LOGIN, b"", None),
        (qgdw3761.LOGOUT, b"", None),
        (qgdw3761.HEARTBEAT, b"", None),
        (qgdw3761.HEARTBEAT, clock, ((2025, 11, 22, 21, 36, 5), 6)),
    ):
        frame = qgdw3761.link_frame(_ADDRESS, function, 0x1F, octets)
        assert (frame.control, frame.seq) == (0xC9, 0x7F)
        check_deframer(qgdw3761.Deframer, qgdw3761.encode(frame), frame)
        assert qgdw3761.parse_link(frame) == qgdw3761.Link(function, at)
    assert asserts(qgdw3761.link_frame, _ADDRESS, qgdw3761.LOGIN, 0, clock)


def test_a_link_frame_that_says_something_else_is_refused():
    frame = qgdw3761.link_frame(_ADDRESS, qgdw3761.HEARTBEAT, 0)
    for body in ("", "0000", "01010100", "00000800", "00000300", "0000010000", "0000040000"):
        refused(qgdw3761.parse_link, _with(frame, body=bytes.fromhex(body)))
    for body in ("00000400 6a36212 2d125", "00000100 053621 22d125"):
        octets = bytes.fromhex(body.replace(" ", ""))
        refused(qgdw3761.parse_link, _with(frame, body=octets))


def test_a_login_is_confirmed_as_head_ends_do():
    heartbeat = qgdw3761.link_frame(_ADDRESS, qgdw3761.HEARTBEAT, 1)
    confirmation = qgdw3761.confirmation(heartbeat)
    assert qgdw3761.encode(confirmation).hex() == "6832003200680b3107010000006100000100a616"
    assert qgdw3761.is_confirmed(confirmation)
    denial = qgdw3761.denial(heartbeat)
    assert qgdw3761.parse_confirmation(denial) == (qgdw3761.ALL_DENIED, None, [])
    assert not qgdw3761.is_confirmed(denial)


def test_a_confirmation_by_unit_names_each_error():
    heartbeat = qgdw3761.link_frame(_ADDRESS, qgdw3761.HEARTBEAT, 1)
    for results, good in (([(0, 3, 0)], True), ([(0, 3, 0), (9, 130, 2)], False), ([], False)):
        frame = qgdw3761.confirmation_by_unit(heartbeat, results)
        assert qgdw3761.parse_confirmation(frame) == (qgdw3761.BY_UNIT, 2, results)
        assert qgdw3761.is_confirmed(frame) == good
    published = _frame("684a004a00680b2021070000006100000400020000040000be16")
    assert qgdw3761.is_confirmed(published)
    for size in range(len(published.body)):
        if size not in (5,):  # a confirmation of no unit at all
            refused(qgdw3761.parse_confirmation, _with(published, body=published.body[:size]))


def test_a_confirmation_of_an_unknown_kind_is_refused():
    frame = qgdw3761.confirmation(qgdw3761.link_frame(_ADDRESS, qgdw3761.LOGIN, 0))
    for body in ("", "00000000", "00000800", "01010100"):
        assert isinstance(
            refused(qgdw3761.is_confirmed, _with(frame, body=bytes.fromhex(body))), WireError
        )


def test_an_answer_upwards_repeats_address_sequence_and_time_of_the_request():
    request = _frame("684a004a00684b222265006409e0000001002100000000006316")
    answer = qgdw3761.denial(request)
    assert (answer.control, answer.msa, answer.seq) == (0x89, 50, 0xE0)
    assert answer.time == request.time
    assert qgdw3761.confirmation(request).control == 0x80
    check_deframer(qgdw3761.Deframer, qgdw3761.encode(answer), answer)


def test_what_is_sent_to_many_or_wants_no_reply_or_confirms_is_not_answered():
    request = _frame("6832003200684a00500200020c70000002001c16")
    assert qgdw3761.wants_answer(request)
    for changes in (
        {"number": 0xFFFF},
        {"is_group": True},
        {"control": 0x44},
        {"control": 0x0B},
        {"afn": 0},
    ):
        assert not qgdw3761.wants_answer(_with(request, **changes)), changes


def test_points_and_functions_are_bits_of_a_group():
    units = qgdw3761_units
    for pn, octets in ((0, "0000"), (1, "0101"), (8, "8001"), (9, "0102"), (2040, "80ff")):
        assert units.point_octets(pn) == bytes.fromhex(octets)
        assert units.points(bytes.fromhex(octets)) == [pn]
    for fn, octets in ((1, "0100"), (25, "0103"), (129, "0110"), (161, "0114"), (2048, "80ff")):
        assert units.function_octets(fn) == bytes.fromhex(octets)
        assert units.functions(bytes.fromhex(octets)) == [fn]
    assert units.points(b"\x81\x02") == [9, 16]
    assert units.functions(b"\x03\x01") == [9, 10]
    assert units.points(b"\xff\x00") == [units.ALL_POINTS]
    assert units.point_octets(units.ALL_POINTS) == b"\xff\x00"


def test_points_and_functions_out_of_range_are_refused():
    units = qgdw3761_units
    for octets in (b"\x01\x00", b"\x00\x01"):
        refused(units.points, octets)
    refused(units.functions, b"\x00\x00")
    for fn in (0, 2049):
        assert asserts(units.function_octets, fn)
    for pn in (-1, 2041):
        assert asserts(units.point_octets, pn)


def test_a_clock_that_is_none_is_refused():
    for text in (
        "",
        "0536212251",
        "6036212251 25",
        "0560212251 25",
        "0536242251 25",
        "0536210051 25",
        "05362122 53 25",
        "05362122 5f 25",
        "0536212251 2a",
        "eeeeeeeeeeee",
    ):
        refused(qgdw3761_units.parse_clock, bytes.fromhex(text.replace(" ", "")))
