"""Q/GDW 376.2: frames between a concentrator and its communication module."""

from tests.dual.codec_checks import (
    DAMAGED,
    asserts,
    check_deframer,
    flipped,
    octets_of,
    outcomes,
    vectors,
)
from wire import qgdw3762

_VERSION = bytes.fromhex("680f00410000000000000301004516")


def frames_in(*chunks):
    return outcomes(qgdw3762.Deframer(), *chunks)


def _with(frame, **changes):
    names = "control information source relays destination afn fn data".split()
    return qgdw3762.Frame(*[changes.get(names[at], frame[at]) for at in range(len(names))])


def test_every_valid_published_frame_is_read_and_written_alike():
    for vector in vectors("qgdw3762"):
        octets = bytes.fromhex(vector["hex"])
        found = frames_in(octets)
        if not vector["valid"]:
            assert found == [DAMAGED], vector["meaning"]
            continue
        assert qgdw3762.encode(found[0]) == octets, vector["meaning"]
        check_deframer(qgdw3762.Deframer, octets, found[0])
        if vector["decoded"]:
            _check_fields(found[0], vector["decoded"])


def _check_fields(frame, known):
    control = frame.control
    assert bool(control & qgdw3762.UP) == (known["dir"] == "up")
    assert (control & qgdw3762.PRM != 0, control & qgdw3762.MODE) == (known["prm"], known["mode"])
    assert frame.information == bytes.fromhex(known["R"])
    assert qgdw3762.sequence(frame) == known["seq"]
    assert (frame.afn, [frame.fn]) == (known["AFN"], known["fn"])
    assert frame.data == bytes.fromhex(known["data"])
    assert (frame.source, frame.destination) == (known.get("src"), known.get("dst"))
    assert list(frame.relays) == known.get("relay", [])


def test_relays_stand_between_source_and_destination():
    frame = qgdw3762.Frame(
        0x41,
        qgdw3762.information(7, True, 2, 30),
        "000000000001",
        ("000000000002", "000000000003"),
        "037229170024",
        0x02,
        1,
        b"\x00\x02\x7e\x7e",
    )
    octets = qgdw3762.encode(frame)
    assert octets[10:16] == b"\x01\x00\x00\x00\x00\x00" and octets[28:34].hex() == "240017297203"
    check_deframer(qgdw3762.Deframer, octets, frame)
    for wrong in (
        {"relays": ()},
        {"source": None},
        {"information": qgdw3762.information(7)},
        {"destination": "12"},
    ):
        assert asserts(qgdw3762.encode, _with(frame, **wrong))


def test_a_wrong_bit_never_yields_a_frame_and_the_next_good_one_is_found():
    good = frames_in(_VERSION)
    rest = _VERSION * (qgdw3762.FRAME_MAX // len(_VERSION) + 1)  # what a long length waits for
    for at, bit, octets in flipped(_VERSION):
        found = frames_in(octets + rest)
        assert found[0] == DAMAGED and found[-1:] == good, (at, bit, found[:3])
        if at not in (1, 2):
            assert frames_in(*octets_of(octets + _VERSION)) == [DAMAGED] + good


def test_the_shortest_and_the_longest_frame_pass_and_no_other():
    frame = frames_in(_VERSION)[0]
    edge = _with(frame, data=bytes(qgdw3762.FRAME_MAX - len(_VERSION)))
    assert frames_in(qgdw3762.encode(edge)) == [edge]
    assert asserts(qgdw3762.encode, _with(edge, data=edge.data + b"\x00"))
    for size in (14, qgdw3762.FRAME_MAX + 1):
        head = b"\x68" + size.to_bytes(2, "little") + b"\x41"
        assert frames_in(head + bytes(4096))[0] == DAMAGED


def test_a_frame_too_short_for_its_addresses_is_damage():
    body = b"\x41\x04" + bytes(9)
    octets = b"\x68\x10\x00" + body + bytes([sum(body), 0x16])
    assert frames_in(octets, _VERSION) == [DAMAGED, frames_in(_VERSION)[0]]
    body = b"\x41\x04" + bytes(17) + b"\x02\x01"  # both addresses, and two octets of AFN and DT
    octets = b"\x68\x1a\x00" + body + bytes([sum(body), 0x16])
    assert frames_in(octets) == [DAMAGED]


def test_a_frame_of_no_function_or_of_two_is_damage():
    for pair in (b"\x00\x00", b"\x03\x00"):
        body = _VERSION[3:11] + pair
        octets = b"\x68\x0f\x00" + body + bytes([sum(body) & 0xFF, 0x16])
        assert frames_in(octets) == [DAMAGED]


def test_the_octets_that_wake_a_line_are_skipped():
    good = frames_in(_VERSION)
    assert frames_in(b"\xfe\xfe" + _VERSION + b"\xfe" + _VERSION) == good + good
    assert frames_in(b"\x12" + _VERSION) == [DAMAGED] + good


def test_a_frame_that_turns_out_to_be_wrong_after_damage_is_passed_over():
    wrong = bytes.fromhex("681a0000000101010101111111111111222222222222") + b"\x60\xe8\x7f\x16"
    octets = b"\x00" + wrong + _VERSION
    expected = [DAMAGED, frames_in(_VERSION)[0]]
    assert frames_in(octets) == frames_in(*[bytes([octet]) for octet in octets]) == expected
