"""USI frames of a G3 module, and the messages in them."""

from tests.dual.codec_checks import (
    DAMAGED,
    asserts,
    check_codec,
    check_deframer,
    check_survives,
    flipped,
    octets_of,
    outcomes,
    refused,
    truncated,
    vectors,
)
from wire import crc_msb, usi, usi_attributes, usi_commands
from wire.usi_commands import Message

_JOIN = bytes.fromhex("7e0265470011223344556677823e7e")
_EUI = bytes.fromhex("0011223344556677")


def frames_in(*chunks):
    return outcomes(usi.Deframer(), *chunks)


def test_every_published_frame_is_read_and_written_alike():
    for vector in vectors("usi"):
        octets, payload = bytes.fromhex(vector["hex"]), bytes.fromhex(vector["payload"])
        assert usi.encode(payload) == octets, vector["meaning"]
        if len(octets) < 200:
            check_deframer(usi.Deframer, octets, payload)
        else:
            assert frames_in(octets, *octets_of(octets)) == [payload, payload]


def test_the_check_sequence_is_the_remainder_of_the_message_itself():
    assert crc_msb.remainder(b"123456789") == 0xBEEF
    assert crc_msb.xmodem(b"123456789") == 0x31C3
    for data in (b"\x00\x01", b"123456789", bytes(range(256))):
        assert crc_msb.xmodem(data) == crc_msb.by_octets(data)


def test_one_flag_may_end_a_frame_and_begin_the_next():
    payload = frames_in(_JOIN)
    assert frames_in(_JOIN + _JOIN[1:]) == payload + payload
    assert frames_in(b"\x7e\x7e\x7e" + _JOIN) == payload


def test_a_wrong_bit_costs_its_frame_and_never_the_next_but_one():
    payload = frames_in(_JOIN)
    for at, bit, octets in flipped(_JOIN):
        for chunks in ([octets + _JOIN + _JOIN], octets_of(octets + _JOIN + _JOIN)):
            found = frames_in(*chunks)
            assert found[-2:] == payload + payload, (at, bit, found)
            assert [each for each in found if each != DAMAGED] == payload + payload


def test_a_lost_flag_costs_what_it_parted():
    payload = frames_in(_JOIN)
    assert frames_in(_JOIN[:-1] + _JOIN[1:] + _JOIN) == [DAMAGED] + payload
    assert frames_in(_JOIN[:-1] + _JOIN) == payload + payload


def test_each_kind_of_damage_is_counted():
    body = _JOIN[1:-1]
    for octets, kind in (
        (body[:4] + b"\x7d\x00" + body[4:], "escape"),
        (body + b"\x7d", "escape"),
        (body[:3], "length"),
        (body + b"\x00", "length"),
        (body[:1] + b"\x62" + body[2:], "protocol"),
        (body[:-1] + b"\x00", "check"),
    ):
        deframer = usi.Deframer()
        assert outcomes(deframer, b"\x7e" + octets + _JOIN) == [DAMAGED] + frames_in(_JOIN)
        assert deframer.damaged[kind] == sum(deframer.damaged.values()) == 1, kind


def test_octets_without_a_flag_are_not_piled_up():
    for size, outcome in ((usi.RAW_MAX, 1), (usi.RAW_MAX + 1, 1), (100_000, 1)):
        deframer = usi.Deframer()
        for _ in range(size // 100):
            assert outcomes(deframer, b"\x00" * 100) == []
            assert len(deframer._buffer) <= usi.RAW_MAX
        outcomes(deframer, bytes(size % 100))
        assert outcomes(deframer, _JOIN, _JOIN)[outcome:] == frames_in(_JOIN, _JOIN)


def test_the_longest_payload_passes_and_no_longer_one():
    payload = b"\x0b" + bytes([0x7D]) * (usi.PAYLOAD_MAX - 1)
    raw = usi.encode(payload)
    assert len(raw) <= usi.RAW_MAX + 8
    edge = b"\x0b" + bytes(usi.PAYLOAD_MAX - 1)
    assert frames_in(usi.encode(edge)) == [edge]
    assert asserts(usi.encode, edge + b"\x00")
    assert asserts(usi.encode, b"") and asserts(usi.encode, b"\x80")


def test_every_published_payload_is_a_message_of_the_table():
    for vector in vectors("usi"):
        payload = bytes.fromhex(vector["payload"])
        if vector["meaning"] != "escape test":
            message = usi_commands.decode(payload)
            assert usi_commands.encode(message.name, message.values) == payload
            check_survives(usi_commands.decode, payload[:100])


def test_messages_say_what_they_are_known_to_say():
    eui = {"eui": _EUI}
    for text, name, values in (
        ("0a0001", "initialize", {"band": 0, "coordinator": 1}),
        ("470011223344556677", "join", eui),
        ("420011223344556677ffff", "assign", {"eui": _EUI, "short": 0xFFFF}),
        ("1e0021", "data.confirm", {"status": 0, "handle": 0x21}),
        ("2f07", "buffer", {"free": 7}),
        ("000112", "status", {"status": 1, "command": 0x12}),
    ):
        message = Message(name, values)
        check_codec(
            usi_commands.decode,
            lambda each: usi_commands.encode(each.name, each.values),
            bytes.fromhex(text),
            message,
        )


def test_a_message_cut_or_longer_than_its_row_is_refused():
    for vector in vectors("usi"):
        payload = bytes.fromhex(vector["payload"])
        if len(payload) > 100 or vector["meaning"] == "escape test":
            continue
        refused(usi_commands.decode, payload + b"\x00")
        for beginning in truncated(payload):
            if payload[0] == 0x28 and len(beginning) == 8:  # an error has no value
                assert usi_commands.decode(beginning).values["value"] == b""
            else:
                refused(usi_commands.decode, beginning)


def test_an_unknown_command_is_refused():
    for code in range(0x80):
        if code not in [row.code for row in usi_commands.COMMANDS]:
            refused(usi_commands.decode, bytes([code]))
    refused(usi_commands.decode, b"")


def test_an_entry_of_the_neighbour_table_is_longer_than_it_says():
    octets = "2e000000010a0000120005ffff3f020300010203040506" + "0102b4012c"
    message = usi_commands.decode(bytes.fromhex(octets))
    neighbour = usi_attributes.parse_neighbour(message.values["value"])
    assert neighbour == usi_attributes.Neighbour(5, 2, 2, 180, 300)
    refused(usi_attributes.parse_neighbour, message.values["value"][:-1])


def test_a_route_and_a_path_are_read():
    route = usi_attributes.parse_route(bytes.fromhex("000500020026020000b4"))
    assert route == usi_attributes.Route(5, 2, 0x26, 2, 0, 0, 180)
    refused(usi_attributes.parse_route, bytes(9))
    assert usi_attributes.parse_position(b"\x00\x05\xb4\x01\x2c") == (5, 180, 300)
    path = [each for each in vectors("usi") if each["meaning"].startswith("PATH-DISCOVERY.c")][0]
    values = usi_commands.decode(bytes.fromhex(path["payload"])).values
    forward, reverse = values["hops"]
    assert [hop.address for hop in forward] == [2, 5] and [hop.link_cost for hop in reverse] == [
        0x13,
        0x13,
    ]


def test_what_is_a_key_is_known():
    for command, attribute, secret in (
        ("lbp-set.request", usi_attributes.LBP_PSK, True),
        ("lbp-set.request", usi_attributes.LBP_TIMEOUT_S, False),
        ("mac-set.request", usi_attributes.MAC_KEYS, True),
        ("mac-get.request", usi_attributes.FRAME_COUNTER, False),
        ("set.request", usi_attributes.MAC_KEYS, False),
    ):
        assert usi_attributes.is_secret(command, attribute) == secret
    assert usi_attributes.name("get.request", usi_attributes.MAX_HOPS) == "adpMaxHops"
    assert usi_attributes.name("lbp-set.request", usi_attributes.LBP_GMK) == "GMK"
    assert usi_attributes.name("mac-get.request", 0x7777) == ""
