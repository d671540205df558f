"""The text of eth.ipv4: what may be an address, a mask and a gateway, and what is said else."""

from dcu import ipv4
from dcu.schema import find, parse
from tests.kept import refusal

RIGHT = (
    ("192.168.1.20/24", "192.168.1.20/24"),
    ("192.168.1.20/255.255.255.0,192.168.1.1", "192.168.1.20/24,192.168.1.1"),
    ("10.0.0.1/8,10.255.255.254", "10.0.0.1/8,10.255.255.254"),
    ("10.0.0.1/30,10.0.0.2,8.8.8.8,127.0.0.1", "10.0.0.1/30,10.0.0.2,8.8.8.8,127.0.0.1"),
    ("10.0.0.1/24,,10.0.0.9", "10.0.0.1/24,,10.0.0.9"),
)
WRONG = (  # text, and what the refusal names
    ("", "not understood"),
    ("DHCP", "not understood"),
    ("10.0.0.1", "ADDRESS/MASK"),
    ("10.0.0.1/24,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5", "not understood"),
    ("10.0.0/24", "no IPv4 address"),
    ("10.0.0.256/24", "no IPv4 address"),
    ("10.0.0.0001/24", "no IPv4 address"),
    ("10.0.0.-1/24", "no IPv4 address"),
    ("ten.0.0.1/24", "no IPv4 address"),
    ("10.0.0.\u00b2/24", "no IPv4 address"),  # isdigit() of CPython takes these
    ("10.0.0.\u0663/24", "no IPv4 address"),
    ("10.0.0.1/\u00b2", "8 to 30"),
    ("10.0.0.1/7", "8 to 30"),
    ("10.0.0.1/31", "8 to 30"),
    ("10.0.0.1/", "8 to 30"),
    ("10.0.0.1/254.0.0.0", "8 to 30"),
    ("10.0.0.1/255.0.255.0", "its ones come first"),
    ("0.0.0.1/8", "this network"),
    ("127.0.0.1/8", "the machine itself"),
    ("224.0.0.1/8", "a group"),
    ("240.0.0.1/8", "reserved"),
    ("255.255.255.255/8", "reserved"),
    ("10.0.0.0/24", "first or last"),
    ("10.0.0.255/24", "first or last"),
    ("10.0.0.127/25", "first or last"),
    ("10.0.0.1/24,10.0.1.1", "not in 10.0.0.0/24"),
    ("10.0.0.1/24,10.0.0.0", "first or last"),
    ("10.0.0.1/24,10.0.0.255", "first or last"),
    ("10.0.0.1/24,10.0.0.1", "the gateway, too"),
    ("10.0.0.1/24,10.0.0.2,dns.example", "no IPv4 address"),
)


def test_what_is_right_is_taken_and_written_in_one_way():
    for text, expected in RIGHT:
        assert ipv4.text_of(ipv4.fixed(text)) == expected
        assert ipv4.check(text) == text and parse(find("eth.ipv4"), text) == text
    for word in ("system", "dhcp"):
        assert ipv4.check(word) == word


def test_what_is_wrong_is_answered_with_what_would_be_right():
    for text, word in WRONG:
        assert word in refusal(ipv4.check, text), text


def test_masks_of_all_lengths_are_understood_in_octets():
    for prefix in range(ipv4.MASK_MIN, ipv4.MASK_MAX + 1):
        mask = ipv4.dotted(ipv4.mask_of(prefix))
        assert ipv4.fixed("10.64.0.5/" + mask).prefix == prefix, mask
