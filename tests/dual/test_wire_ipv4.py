"""IPv4 addresses as text."""

from wire import ipv4


def test_an_address_is_four_numbers_up_to_255_and_is_written_as_it_was_read():
    for text, value in (
        ("0.0.0.0", 0),
        ("10.0.0.1", 0x0A000001),
        ("255.255.255.255", 0xFFFFFFFF),
    ):
        assert ipv4.number(text) == value and ipv4.dotted(value) == text
    assert ipv4.number("010.000.0.01") == 0x0A000001


def test_what_is_no_address_is_none():
    for text in (
        "",
        "10.0.0",
        "10.0.0.1.2",
        "10.0.0.256",
        "10.0.0.0001",
        "10.0.0.",
        "10.0.0.-1",
        "10.0.0. 1",
        "10.0.0.0x1",
        "10.0.0.\u00b2",
        "10.0.0.\u0663",
        "::1",
    ):
        assert ipv4.number(text) is None, text
