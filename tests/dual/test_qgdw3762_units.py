"""Data units of Q/GDW 376.2: what modules say, what they are told, and what is cut short."""

from tests.dual.codec_checks import asserts, vectors
from wire import qgdw3762_units as units
from wire.errors import WireError

ONE, TWO = "037229170024", "000000000001"
NODES = (
    b"\x05\x00\x02"
    + bytes.fromhex("240017297203")
    + b"\x2f\x02"
    + b"\x01"
    + bytes(5)
    + b"\x01\x04"
)


def test_how_a_published_module_works_is_understood():
    known = [each["decoded"] or {} for each in vectors("qgdw3762")]
    said = [each["data"] for each in known if (each.get("AFN"), each.get("fn")) == (3, [10])]
    assert units.works(bytes.fromhex(said[0])) == units.Works(
        3, True, 60, 10, 1024, 1024, "230100000000", 2040, 100
    )


def test_who_a_module_is_can_be_shown_whatever_it_says():
    said = units.identity(b"SM\x00\x7f\x15\x06\x23\x05\x01")
    assert said == units.Identity("SM", "007F", "2023-06-15", (1, 5))


def test_nodes_have_quality_level_and_phase():
    total, rows = units.nodes(NODES)
    assert total == 5
    assert rows == [units.NodeInfo(ONE, 15, 2, 2), units.NodeInfo(TWO, 1, 0, 4)]
    assert units.relays(NODES[2:]) == rows


def test_found_nodes_are_listed_with_those_below_them():
    row = bytes.fromhex("240017297203") + b"\x00\x01\x00"
    assert units.found(1, b"\x01" + row) == [ONE]
    below = b"\x01\x01\x01" + b"\x01" + bytes(5) + b"\x00"
    assert units.found(4, b"\x01" + row + below) == [ONE, TWO]


def test_a_unit_that_is_cut_short_is_damage_wherever_it_is_cut():
    whole = (
        (units.identity, b"SMS1\x15\x06\x23\x05\x01"),
        (units.works, bytes(24)),
        (units.node_count, b"\x01\x02"),
        (units.nodes, NODES),
        (units.relays, NODES[2:]),
        (units.run_state, bytes(8)),
        (units.monitored, b"\x01\x00\x00\x02hi"),
        (units.asked, bytes(7)),
        (units.report, b"\x01\x00\x00\x01\x00\x02hi"),
        (units.event, b"\x01\x00\x02hi"),
        (units.over, b"\x01"),
        (units.reason, b"\x01"),
        (units.segment_taken, bytes(4)),
    )
    for parse, data in whole:
        parse(data)
        parse(data + b"more")
        for size in range(len(data)):
            try:
                parse(data[:size])
            except WireError:
                continue
            raise AssertionError((parse, size))


def test_what_is_carried_has_at_most_255_octets():
    for build in (units.monitor, units.broadcast, units.to_read):
        assert bytes(255) in build(bytes(255))
        assert asserts(build, bytes(256))
    assert units.monitored(bytes(3) + b"\xff" + bytes(255)) == bytes(255)
    assert units.to_read(b"") == b"\x01\x00\x00\x00"
    assert asserts(units.added, [ONE] * 11) and units.added([ONE] * 10)[:1] == b"\x0a"
    assert asserts(units.deleted, []) and units.deleted([ONE])[1:].hex() == "240017297203"


def test_a_segment_says_which_it_is_and_one_that_is_not_taken_is_none():
    assert units.segment(3, True, 2, 1, b"ab") == b"\x03\x01\x00\x02\x00\x01\0\0\0\x02\x00ab"
    assert units.segment_taken(b"\x01\0\0\0") == 1
    assert units.segment_taken(b"\xff\xff\xff\xff") is None


def test_a_number_of_a_meter_stands_for_an_eui_and_no_real_eui_does():
    assert units.meter_eui(ONE).hex() == "0000037229170024"
    assert units.meter_digits(units.meter_eui(ONE)) == ONE
    assert units.meter_digits(bytes.fromhex("02534900fffe0001")) is None
    assert units.meter_digits(bytes.fromhex("00000372291700AA")) is None
