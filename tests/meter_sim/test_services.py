"""SET, ACTION, ACCESS: in one piece, as lists, in blocks, and what a meter is without."""

import struct

import pytest

from meter_sim import acse, blocks
from meter_sim.meter import Meter
from tests.meter_sim.reader import CLIENT, PUBLIC, Reader, decode, descriptor, get_request, ln

PUSH, IMAGE = (40, "0.0.25.9.0.255"), (18, "0.0.44.0.0.255")
DISCONNECT = (70, "0.0.96.3.10.255")
CLOCK, REGISTER = (8, "0.0.1.0.0.255", 2), (3, "1.0.1.8.0.255", 2)
UNDEFINED = (3, "1.0.9.9.9.255", 2)
ADDRESS = bytes(n & 0xFF for n in range(300))
DESTINATION = b"\x02\x03\x16\x00\x09\x82\x01\x2c" + ADDRESS + b"\x16\x00"
RETRIES = b"\x11\x05"
NEEDED = {"blocks": 0x1C00, "lists": 0x200, "access": 0x40, "selection": 4, "gbt": 0x200000}


def client(**how):
    conformance = how.pop("conformance", 0x1E5D)
    max_pdu = how.pop("client_max_pdu", 0xFFFF)
    reader = Reader(Meter(17, max_info=1024, **how), CLIENT)
    return reader.open(octets=1024, password=b"12345678", max_pdu=max_pdu, conformance=conformance)


def block(number, raw, last=False):
    size = bytes((len(raw),)) if len(raw) < 0x80 else b"\x81" + bytes((len(raw),))
    return struct.pack(">BI", last, number) + size + raw


def send_blocks(reader, first, following, whole, size=100):
    """The answers to a long request: each but the last is to name its block."""
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    answers = []
    for number, piece in enumerate(pieces, 1):
        head = first if number == 1 else following
        answers.append(reader.ask(head + block(number, piece, number == len(pieces))))
    return answers


def test_a_long_value_is_set_in_blocks():
    reader = client()
    first = b"\xc1\x02\xc1" + descriptor(*PUSH, 3) + b"\x00"
    *named, last = send_blocks(reader, first, b"\xc1\x03\xc1", DESTINATION)
    assert named == [b"\xc5\x02\xc1" + struct.pack(">I", n) for n in (1, 2, 3)]
    assert last == b"\xc5\x03\xc1\x00" + struct.pack(">I", 4)
    assert reader.get(*PUSH, 3) == (0, ADDRESS, 0)


def test_several_values_are_set_by_one_request_and_each_has_its_result():
    reader = client()
    request = (
        b"\xc1\x04\xc1\x02" + descriptor(*PUSH, 6) + b"\x00" + descriptor(*REGISTER) + b"\x00"
    )
    assert reader.ask(request + b"\x02" + RETRIES + RETRIES) == b"\xc5\x05\xc1\x02\x00\x03"
    assert reader.get(*PUSH, 6) == 5
    assert reader.ask(request + b"\x01" + RETRIES) == b"\xd8\x02\x03", "as many values as names"


def test_a_list_may_be_set_in_blocks():
    reader = client()
    first = b"\xc1\x05\xc1\x02" + descriptor(*PUSH, 3) + b"\x00" + descriptor(*PUSH, 6) + b"\x00"
    answers = send_blocks(reader, first, b"\xc1\x03\xc1", b"\x02" + DESTINATION + RETRIES)
    assert answers[-1] == b"\xc5\x04\xc1\x02\x00\x00" + struct.pack(">I", len(answers))
    assert (reader.get(*PUSH, 3)[1], reader.get(*PUSH, 6)) == (ADDRESS, 5)


def test_a_list_in_blocks_with_fewer_values_than_names_sets_nothing():
    reader = client()
    before = reader.get(*PUSH, 6)
    names = b"\x02" + descriptor(*PUSH, 6) + b"\x00" + descriptor(*PUSH, 3) + b"\x00"
    request = b"\xc1\x05\xc1" + names + block(1, b"\x01" + RETRIES, True)
    assert reader.ask(request) == b"\xc5\x04\xc1\x02\x0c\x0c" + struct.pack(">I", 1)
    assert reader.get(*PUSH, 6) == before


def test_blocks_out_of_order_set_nothing():
    reader = client()
    before = reader.get(*PUSH, 3)
    first = b"\xc1\x02\xc1" + descriptor(*PUSH, 3) + b"\x00"
    assert reader.ask(first + block(1, DESTINATION[:100]))[1] == 2
    for number in (3, 2):
        refused = b"\xc5\x03\xc1\x13" + struct.pack(">I", number)
        assert reader.ask(b"\xc1\x03\xc1" + block(number, DESTINATION[100:], True)) == refused
    assert reader.get(*PUSH, 3) == before


def test_a_long_request_has_a_limit():
    reader = client()
    first = b"\xc1\x02\xc1" + descriptor(*PUSH, 3) + b"\x00"
    raw, number = bytes(250), 1
    assert reader.ask(first + block(1, raw))[1] == 2
    while (number + 1) * len(raw) <= blocks.OCTETS_MAX:
        number += 1
        assert reader.ask(b"\xc1\x03\xc1" + block(number, raw))[1] == 2
    assert reader.ask(b"\xc1\x03\xc1" + block(number + 1, raw))[1] == 3


def initiate():
    return b"\x02\x02\x09\x82\x01\x2c" + ADDRESS + b"\x06\x00\x00\x03\xe8"


def test_a_method_with_a_long_parameter_is_called_in_blocks():
    reader = client()
    first = b"\xc3\x04\xc1" + descriptor(*IMAGE, 1)
    *named, last = send_blocks(reader, first, b"\xc3\x06\xc1", initiate())
    assert named == [b"\xc7\x04\xc1" + struct.pack(">I", n) for n in (1, 2, 3)]
    assert last == b"\xc7\x01\xc1\x00\x00"
    assert reader.get(*IMAGE, 6) == 1


def test_methods_are_called_as_a_list_and_as_a_list_in_blocks():
    reader = client()
    methods = b"\x02" + descriptor(*DISCONNECT, 1) + descriptor(*DISCONNECT, 9)
    values = b"\x02\x0f\x00\x0f\x00"
    assert reader.ask(b"\xc3\x03\xc1" + methods + values) == b"\xc7\x03\xc1\x02\x00\x00\x03\x00"
    assert reader.get(*DISCONNECT, 2) is False
    methods = b"\x02" + descriptor(*DISCONNECT, 2) + descriptor(*IMAGE, 1)
    first = b"\xc3\x05\xc1" + methods
    answers = send_blocks(reader, first, b"\xc3\x06\xc1", b"\x02\x0f\x00" + initiate())
    assert answers[-1] == b"\xc7\x03\xc1\x02\x00\x00\x00\x00"
    assert (reader.get(*DISCONNECT, 2), reader.get(*IMAGE, 6)) == (True, 1)


def test_blocks_of_a_set_do_not_end_an_action():
    reader = client()
    assert reader.ask(b"\xc3\x04\xc1" + descriptor(*IMAGE, 1) + block(1, initiate()[:100]))[1] == 4
    assert reader.ask(b"\xc1\x03\xc1" + block(2, initiate()[100:], True))[3] == 0x13
    assert (
        reader.ask(b"\xc3\x06\xc1" + block(2, initiate()[100:], True)) == b"\xc7\x01\xc1\x00\x00"
    )


def access(*wishes, invoke=0x40000007, values=None):
    """`wishes` are (kind, descriptor, Data)."""
    specification = b"".join(bytes((kind,)) + name for kind, name, _ in wishes)
    count = bytes((len(wishes),))
    data = values or count + b"".join(value for _, _, value in wishes)
    return b"\xd9" + invoke.to_bytes(4, "big") + b"\x00" + count + specification + data


def test_access_reads_writes_and_calls_in_one_turn():
    reader = client()
    by_entry = b"\x02\x02\x04" + struct.pack(">BIBIBHBH", 6, 1, 6, 1, 18, 1, 18, 0)
    answer = reader.ask(
        access(
            (1, descriptor(*REGISTER), b"\x00"),
            (2, descriptor(*PUSH, 6), RETRIES),
            (3, descriptor(*DISCONNECT, 1), b"\x0f\x00"),
            (4, descriptor(7, "1.0.99.1.0.255", 2) + by_entry, b"\x00"),
            (1, descriptor(*UNDEFINED), b"\x00"),
        )
    )
    assert answer[:8] == b"\xda\x40\x00\x00\x07\x00\x00\x05"
    rest, values = answer[8:], []
    for _ in range(5):
        value, rest = decode(rest)
        values.append(value)
    assert rest == b"\x05" + bytes((1, 0, 2, 0, 3, 0, 1, 0, 1, 4))
    assert values[0] == reader.get(*REGISTER) and len(values[3]) == 1
    assert (values[1], values[2], values[4]) == (None, None, None)
    assert (reader.get(*PUSH, 6), reader.get(*DISCONNECT, 2)) == (5, False)


def test_access_stops_at_the_first_failure_if_told_so():
    wishes = (1, descriptor(*UNDEFINED), b"\x00"), (2, descriptor(*PUSH, 6), RETRIES)
    reader = client()
    before = reader.get(*PUSH, 6)
    assert reader.ask(access(*wishes, invoke=0x60000007))[-4:] == b"\x01\x04\x02\xfa"
    assert reader.get(*PUSH, 6) == before
    assert reader.ask(access(*wishes))[-4:] == b"\x01\x04\x02\x00"


def test_access_that_is_not_confirmed_is_done_and_not_answered():
    reader = client()
    (ready,) = reader.send(access((2, descriptor(*PUSH, 6), RETRIES), invoke=7))
    assert ready.control & 0x0F == 1 and reader.get(*PUSH, 6) == 5


@pytest.mark.parametrize("wish", ((0, b"\x00"), (6, b"\x00"), (1, b"")))
def test_access_that_cannot_be_read_gets_an_exception(wish):
    kind, value = wish
    assert client().ask(access((kind, descriptor(*REGISTER), value))) == b"\xd8\x02\x03"


def test_an_access_answer_too_long_for_the_client_is_an_exception():
    reader = client(client_max_pdu=64)
    wish = (1, descriptor(15, "0.0.40.0.0.255", 2), b"\x00")
    assert reader.ask(access(wish)) == b"\xd8\x01\x04"


def test_public_clients_write_and_call_nothing_by_any_service():
    reader = Reader(Meter(17, max_info=1024), PUBLIC).open(octets=1024)
    wishes = (2, descriptor(*PUSH, 6), RETRIES), (3, descriptor(*DISCONNECT, 1), b"\x0f\x00")
    assert reader.ask(access(*wishes))[-5:] == b"\x02\x02\x03\x03\x03"
    request = b"\xc3\x03\xc1\x01" + descriptor(*DISCONNECT, 1) + b"\x01\x0f\x00"
    assert reader.ask(request) == b"\xc7\x03\xc1\x01\x03\x00"


@pytest.mark.parametrize("lack", acse.LACKS)
def test_what_a_meter_lacks_is_not_in_its_conformance(lack):
    whole = acse.conformance_without(frozenset())
    assert acse.conformance_without(frozenset((lack,))) & NEEDED.get(lack, 1 << 22) == 0
    assert whole & NEEDED.get(lack, 1 << 22)


@pytest.mark.parametrize(
    "lack, request_",
    (
        ("lists", b"\xc0\x03\xc1\x01" + descriptor(*CLOCK) + b"\x00"),
        ("lists", b"\xc1\x04\xc1\x01" + descriptor(*PUSH, 6) + b"\x00\x01" + RETRIES),
        ("lists", b"\xc3\x03\xc1\x01" + descriptor(*DISCONNECT, 1) + b"\x01\x0f\x00"),
        ("blocks", b"\xc1\x02\xc1" + descriptor(*PUSH, 6) + b"\x00" + block(1, RETRIES, True)),
        ("blocks", b"\xc3\x04\xc1" + descriptor(*DISCONNECT, 1) + block(1, b"\x0f\x00", True)),
        ("access", access((1, descriptor(*CLOCK), b"\x00"))),
    ),
)
def test_a_service_that_was_not_agreed_is_not_supported(lack, request_):
    assert client().ask(request_)[0] != 0xD8
    assert client(lacks=(lack,)).ask(request_) == b"\xd8\x02\x02"
    assert client(conformance=0x1E5D & ~NEEDED[lack]).ask(request_) == b"\xd8\x02\x02"


def test_selection_that_was_not_agreed_is_denied():
    by_entry = b"\x01\x02\x02\x04" + struct.pack(">BIBIBHBH", 6, 1, 6, 1, 18, 1, 18, 0)
    for lacks, is_denied in (((), False), (("selection",), True)):
        value = client(lacks=lacks).get(7, "1.0.99.1.0.255", 2, by_entry)
        assert (value == ("DAR", 3)) is is_denied


def test_the_association_object_says_what_was_agreed():
    reader = client(lacks=("access",), max_pdu=500)
    association = (15, "0.0.40.0.0.255")
    assert reader.get(*association, 4) == bytes.fromhex("60857405080101")
    assert reader.get(*association, 5)[1:] == (500, 500, 6, 0, b"")
    assert reader.get(*association, 6) == bytes.fromhex("60857405080201")
    assert (reader.get(*association, 8), reader.get(*association, 9)) == (2, b"")
    assert reader.get(*association, 1) == ln(association[1])
    assert reader.ask(get_request(*association, 5))[6:11] == b"\x04\x18\x00\x1e\x1d"
