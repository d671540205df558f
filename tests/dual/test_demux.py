"""Two protocols on one stream: each message goes its way, damage costs no good one."""

from tests.dual.codec_checks import DAMAGED, check_deframer, flipped, octets_of, outcomes
from wire import qgdw3761, wrapper
from wire.demux import Demux
from wire.wrapper import Wrapper

_LOGIN = bytes.fromhex("683200320068c931070100000270000001007516")
_GET = bytes.fromhex("000100100001000dc001c100030100010800ff0200")
_ADDRESS = qgdw3761.address_from_text("07310001")
_LOGIN_MESSAGE = ("gdw", qgdw3761.link_frame(_ADDRESS, qgdw3761.LOGIN, 0))
_GET_MESSAGE = ("wrapper", Wrapper(16, 1, _GET[8:]))
_BOTH = [_LOGIN_MESSAGE, _GET_MESSAGE]


def messages_in(*chunks):
    return outcomes(Demux(), *chunks)


def test_each_protocol_is_known_by_its_first_octet():
    check_deframer(Demux, _LOGIN, _LOGIN_MESSAGE)
    check_deframer(Demux, _GET, _GET_MESSAGE)


def test_messages_glued_together_come_out_in_order():
    stream = _LOGIN + _GET + _GET + b"\xfe\xfe" + _LOGIN + _LOGIN
    expected = _BOTH + [_GET_MESSAGE] + [_LOGIN_MESSAGE] * 2
    assert messages_in(stream) == expected
    assert messages_in(*octets_of(stream)) == expected


def test_next_message_and_next_frame_are_the_same():
    demux = Demux()
    demux.feed(_LOGIN)
    assert demux.next_message() == _LOGIN_MESSAGE
    assert demux.next_message() is None


def test_after_garbage_no_good_message_is_lost():
    garbages = (
        b"\xff",
        b"\x00",
        b"\x68",
        b"GET / HTTP/1.1\r\nHost: dcu\r\n\r\n",
        bytes(1000),
        b"\x68" * 1000,
        b"\x00\x01" * 500,
        b"\x68\x32\x00\x32\x00",
        bytes.fromhex("000100100001ffff"),
        b"\xfe\xfe\x16",
        bytes(range(2, 256)),
    )
    for garbage in garbages:
        for chunks in ([garbage, _LOGIN, _GET], octets_of(garbage + _LOGIN + _GET)):
            found = messages_in(*chunks)
            assert found[-2:] == _BOTH, garbage[:8]
            assert found.count(DAMAGED) >= 1, garbage[:8]


def test_a_damaged_gdw_frame_costs_only_itself():
    for at, bit, octets in flipped(_LOGIN):
        for stream in (_GET + octets + _LOGIN + _GET,):
            for chunks in ([stream], octets_of(stream)):
                found = messages_in(*chunks)
                assert found[0] == _GET_MESSAGE and found[-2:] == _BOTH, (at, bit, found)
                assert DAMAGED in found or octets[at : at + 1] == b"\xfe", (at, bit)


def test_a_gdw_frame_cut_short_costs_only_itself():
    for size in range(1, len(_LOGIN)):
        for chunks in ([_LOGIN[:size] + _LOGIN, _GET], octets_of(_LOGIN[:size] + _LOGIN + _GET)):
            found = messages_in(*chunks)
            assert found == [DAMAGED] + _BOTH, (size, found)


def test_garbage_of_any_size_is_survived():
    for garbage in (b"\x00\x01" * 32768, b"\x68" * 65536, bytes(65536), b"\xfe" * 65536):
        demux = Demux()
        outcomes(demux, garbage)
        assert outcomes(demux, _LOGIN, _GET)[-2:] == _BOTH, garbage[:2]


def test_what_waits_in_the_buffer_is_bounded():
    demux = Demux()
    announced = bytes.fromhex("68feff feff 68".replace(" ", ""))  # the longest frame there is
    for chunk in [announced] + [b"\x00\x01" * 1024] * 100:
        outcomes(demux, chunk)
        assert len(demux._buffer) <= qgdw3761.FRAME_MAX + 2048
    assert outcomes(demux, _LOGIN)[-1] == _LOGIN_MESSAGE


def test_both_of_the_longest_messages_pass():
    longest = Wrapper(1, 1, b"\xc4" * wrapper.LENGTH_MAX)
    frame = _frame_with_body(bytes(qgdw3761.DATA_MAX - 8))
    octets = wrapper.encode(longest) + qgdw3761.encode(frame)
    assert messages_in(octets + _GET) == [("wrapper", longest), ("gdw", frame), _GET_MESSAGE]


def _frame_with_body(body):
    login = _LOGIN_MESSAGE[1]
    fields = [login[at] for at in range(len(login))]
    fields[7] = body
    return qgdw3761.Frame(*fields)


def test_messages_never_taken_out_are_lost_with_a_word_not_piled_up():
    demux = Demux()
    for _ in range(5000):
        demux.feed(_GET)
    assert len(demux._buffer) < 3 * qgdw3761.FRAME_MAX
    found = outcomes(demux, _GET)
    assert found[-1] == _GET_MESSAGE


def test_only_few_of_many_likely_beginnings_are_kept_an_eye_on():
    demux = Demux()
    header = bytes.fromhex("0001 0002 0003 1000 c4".replace(" ", ""))
    assert outcomes(demux, b"\xff" + header * 100) == [DAMAGED]
    assert len(demux._perhaps) <= 8
    assert outcomes(demux, _LOGIN)[-1] == _LOGIN_MESSAGE


def test_each_of_several_damaged_frames_is_reported_once():
    damaged = _LOGIN[:-2] + b"\x00\x16"
    assert messages_in(damaged, damaged, _LOGIN) == [DAMAGED, DAMAGED, _LOGIN_MESSAGE]
    assert messages_in(damaged + damaged + _LOGIN) == [DAMAGED, DAMAGED, _LOGIN_MESSAGE]


def test_damage_within_a_damaged_frame_is_not_reported_again():
    inner = _LOGIN[:-2] + b"\x00\x16"
    outer = qgdw3761.encode(_frame_with_body(inner))
    outer = outer[:-2] + bytes([outer[-2] ^ 1]) + outer[-1:]
    assert messages_in(outer + _LOGIN) == [DAMAGED, _LOGIN_MESSAGE]
