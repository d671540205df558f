"""Associations, services, objects: what a client of the meter can and cannot do."""

import pytest

from meter_sim.meter import Meter
from tests.meter_sim.reader import (
    CLIENT,
    NOW_S,
    PUBLIC,
    Reader,
    by_entry,
    descriptor,
    get_request,
    ln,
    second,
    twelve,
)

REGISTERS = {
    "energy_import_wh": "1.0.1.8.0.255",
    "energy_import_t1_wh": "1.0.1.8.1.255",
    "energy_import_t2_wh": "1.0.1.8.2.255",
    "energy_export_wh": "1.0.2.8.0.255",
    "voltage_mv": "1.0.32.7.0.255",
    "current_ma": "1.0.31.7.0.255",
    "power_w": "1.0.1.7.0.255",
}
CLOCK = (8, "0.0.1.0.0.255", 2)
PROFILE, LOG = (7, "1.0.99.1.0.255", 2), (7, "0.0.99.98.0.255", 2)
SWITCHINGS = (7, "0.0.99.98.3.255", 2)
DISCONNECT = (70, "0.0.96.3.10.255")
OBJECT_LIST = (15, "0.0.40.0.0.255", 2)
DENIED, UNDEFINED, CLASS_WRONG = ("DAR", 3), ("DAR", 4), ("DAR", 9)


def public(meter=None):
    return Reader(meter or Meter(17)).open()


def client(meter=None, **how):
    return Reader(meter or Meter(17), CLIENT).open(password=b"12345678", **how)


def set_clock(reader, octets):
    return reader.ask(b"\xc1\x01\xc1" + descriptor(*CLOCK) + b"\x00\x09\x0c" + octets)


def action(reader, method, class_id=70, text="0.0.96.3.10.255"):
    return reader.ask(b"\xc3\x01\xc1" + descriptor(class_id, text, method) + b"\x01\x0f\x00")


@pytest.mark.parametrize("address", range(17, 25))
def test_a_row_of_registers_is_the_truth_of_the_second_of_its_clock(address):
    meter = Meter(address, seed=3)
    reader = Reader(meter, server=bytes((2, address << 1 | 1))).open()
    reader.utc_s += 0.7
    clock, *raw = reader.get_list(CLOCK, *[(3, text, 2) for text in REGISTERS.values()])
    assert second(clock) == NOW_S
    truth = meter.truth(second(clock))
    for (name, text), value in zip(REGISTERS.items(), raw):
        scaler, unit = reader.get(3, text, 3)
        exponent = scaler + 3 * name.startswith(("voltage", "current"))
        assert value * 10**exponent == truth[name], name
        assert unit == {"w": 27, "h": 30, "v": 35, "a": 33}[name.rsplit("_")[-1].strip("m")[-1]]


def test_the_clock_says_local_time_and_how_far_utc_is():
    meter = Meter(17, deviation_min=-60, clock_offset_s=90)
    clock = public(meter).get(*CLOCK)
    assert clock[5] == 23 and clock[9:11] == bytes.fromhex("ffc4")
    assert second(clock) == NOW_S + 90


def test_a_meter_names_itself():
    reader = public()
    assert reader.get(1, "0.0.42.0.0.255", 2) == b"SIM0000000000017"
    assert reader.get(1, "0.0.96.1.0.255", 2) == b"00000017"
    assert reader.get(1, "0.0.42.0.0.255", 1) == ln("0.0.42.0.0.255")


@pytest.mark.parametrize(
    "wanted, dar",
    (
        ((3, "1.0.99.99.0.255", 2), UNDEFINED),
        ((1, "1.0.1.8.0.255", 2), CLASS_WRONG),
        ((3, "1.0.1.8.0.255", 9), UNDEFINED),
        ((3, "1.0.1.8.0.255", 0), UNDEFINED),
    ),
)
def test_what_is_not_there_is_refused_alone_and_in_a_list(wanted, dar):
    reader = public()
    assert reader.get(*wanted) == dar
    assert reader.get_list(wanted, (1, "0.0.42.0.0.255", 2)) == [dar, b"SIM0000000000017"]


def test_the_object_list_names_what_can_be_read():
    reader = client()
    listed = reader.get(*OBJECT_LIST)
    assert len(listed) == 44
    for class_id, _, name, (attributes, _) in listed:
        for index, mode, _ in attributes:
            value = reader.get(class_id, ".".join(map(str, name)), index, by_entry(1, 1))
            if (class_id, index) != (7, 2):
                value = reader.get(class_id, ".".join(map(str, name)), index)
            assert mode in (1, 3) and not (isinstance(value, tuple) and value[0] == "DAR")


def test_the_public_client_may_be_kept_from_measurements():
    meter = Meter(17)
    meter.objects.public_reads_registers = False
    reader = public(meter)
    assert reader.get(3, "1.0.1.8.0.255", 2) == reader.get(*PROFILE) == DENIED
    assert len(reader.get(*CLOCK)) == 12
    assert isinstance(client(meter).get(3, "1.0.1.8.0.255", 2), int)


@pytest.mark.parametrize(
    "sap, how, diagnostic",
    (
        (PUBLIC, {}, 0),
        (CLIENT, {"password": b"12345678"}, 0),
        (2, {"password": b"12345678"}, 0),
        (CLIENT, {"password": b"12345679"}, 13),
        (CLIENT, {"password": b""}, 13),
        (CLIENT, {}, 12),
        (CLIENT, {"password": b"12345678", "mechanism": 5}, 11),
        (PUBLIC, {"password": b"12345678"}, 11),
        (PUBLIC, {"context": 3}, 2),
        (PUBLIC, {"max_pdu": 31}, 1),
        (PUBLIC, {"max_pdu": 32}, 0),
    ),
)
def test_associations_are_accepted_or_refused_with_the_reason(sap, how, diagnostic):
    reader = Reader(Meter(17), sap)
    reader.connect()
    assert reader.associate(**how) == diagnostic
    assert (reader.ask(get_request(*CLOCK))[0] == 0xC4) is (diagnostic == 0)


def test_without_association_and_after_release_nothing_is_allowed():
    reader = Reader(Meter(17))
    reader.connect()
    assert reader.ask(get_request(*CLOCK)) == b"\xd8\x01\x01"
    reader.associate()
    assert reader.ask(bytes.fromhex("6203800100")) == bytes.fromhex("6303800100")
    assert reader.ask(get_request(*CLOCK)) == b"\xd8\x01\x01"


@pytest.mark.parametrize(
    "apdu",
    (
        "d9c000000100",
        "c102c1",
        "c005c1",
        "c8",
        "",
        "c001c1000300",
        "c001c1" + "0101" * 600,
        "c003c100",
    ),
)
def test_unknown_and_damaged_requests_get_an_exception(apdu):
    reader = Reader(Meter(17, max_info=2030)).open(octets=2030)
    assert reader.ask(bytes.fromhex(apdu))[:2] == b"\xd8\x02"


def test_a_set_value_nested_without_end_gets_an_exception():
    reader = client(Meter(17, max_info=2030), octets=2030)
    nested = b"\xc1\x01\xc1" + descriptor(*CLOCK) + b"\x00" + b"\x01\x01" * 900
    assert reader.ask(nested) == b"\xd8\x02\x03"


def test_a_list_too_long_for_one_answer_comes_in_blocks():
    reader = Reader(Meter(17)).open(max_pdu=64)
    assert len(reader.get_list(*[CLOCK] * 6)) == 6


def test_blocks_are_refused_out_of_order_and_without_a_long_get():
    reader = Reader(Meter(17)).open(max_pdu=64)
    assert reader.ask(bytes.fromhex("c002c100000001")) == bytes.fromhex("c401c10110")
    reader.ask(get_request(*OBJECT_LIST))
    assert reader.ask(bytes.fromhex("c002c100000002")) == bytes.fromhex("c402c101000000020113")


def test_a_client_without_block_transfer_is_told_so():
    reader = Reader(Meter(17)).open(max_pdu=64, conformance=0x10)
    assert reader.get(*OBJECT_LIST) == ("DAR", 14)


def test_the_clock_can_be_set_and_the_log_says_so():
    meter = Meter(17)
    reader = client(meter)
    assert set_clock(reader, twelve(NOW_S + 3600)) == b"\xc5\x01\xc1\x00"
    assert second(reader.get(*CLOCK)) == NOW_S + 3600
    assert [row[1] for row in reader.get(*LOG)] == [5]
    an_hour_east = twelve(NOW_S + 3600)[:9] + bytes.fromhex("ffc400")
    assert set_clock(reader, an_hour_east) == b"\xc5\x01\xc1\x00"
    assert second(reader.get(*CLOCK)) == NOW_S
    assert set_clock(reader, b"\xff" * 12) == b"\xc5\x01\xc1\x0c"
    assert set_clock(public(meter), twelve(NOW_S)) == b"\xc5\x01\xc1\x03"


def test_a_register_cannot_be_set():
    request = b"\xc1\x01\xc1" + descriptor(3, "1.0.1.8.0.255", 2) + b"\x00\x06\x00\x00\x00\x00"
    assert client().ask(request) == b"\xc5\x01\xc1\x03"


def test_the_output_is_switched_off_and_on_by_those_who_may():
    meter = Meter(17)
    reader = client(meter)
    assert reader.get(*DISCONNECT, 2) is True
    assert action(reader, 1) == b"\xc7\x01\xc1\x00\x00"
    assert (reader.get(*DISCONNECT, 2), reader.get(*DISCONNECT, 3)) == (False, 0)
    assert action(public(meter), 2) == b"\xc7\x01\xc1\x03\x00"
    assert action(reader, 3) == b"\xc7\x01\xc1\x03\x00"
    assert action(reader, 2) == b"\xc7\x01\xc1\x00\x00"
    assert reader.get(*DISCONNECT, 2) is True
    assert [row[1] for row in reader.get(*SWITCHINGS)] == [62, 63]
    assert reader.get(*LOG) == []


def test_an_unconfirmed_set_is_done_and_not_answered():
    reader = client()
    request = b"\xc1\x01\x81" + descriptor(*CLOCK) + b"\x00\x09\x0c" + twelve(NOW_S + 60)
    (ready,) = reader.send(request)
    assert ready.control & 0x0F == 1
    assert second(reader.get(*CLOCK)) == NOW_S + 60
