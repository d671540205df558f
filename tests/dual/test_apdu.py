"""xDLMS APDUs: the standard's own octets, both ways; what is damaged or unknown is refused."""

from tests.dual.codec_checks import check_codec, check_survives, refused, vectors
from wire import apdu
from wire.apdu import Access, Attribute, Method, Result, UnknownApdu

CLOCK = Attribute(8, bytes.fromhex("0000010000ff"), 2)
ENERGY = Attribute(3, bytes.fromhex("0100010800ff"), 2)
PROFILE = Attribute(7, bytes.fromhex("0100630100ff"), 2)
RANGE = bytes.fromhex(
    "0204020412000809060000010000ff0f02120000090c07e90101ff00000000000000"
    "090c07e90101ff060000000000000100"
)
NOON = bytes.fromhex("07e90101ff0c1e0f00ffc400")

VALUES = {
    "GET normal 3/1.0.1.8.0.255/2": apdu.GetRequest(0xC1, ENERGY, None),
    "GET with list": apdu.GetListRequest(
        0xC1,
        ((ENERGY, None), (Attribute(3, ENERGY.ln, 3), None), (CLOCK, None)),
    ),
    "GET next block 1": apdu.GetNextRequest(0xC1, 1),
    "GET profile by range 2025-01-01 00:00..06:00Z": apdu.GetRequest(
        0xC1, PROFILE, Access(1, RANGE)
    ),
    "GET profile by entry 1..4": apdu.GetRequest(
        0xC1, PROFILE, Access(2, bytes.fromhex("020406000000010600000004120001120000"))
    ),
    "SET clock 2025-01-01 12:30:15+01:00": apdu.SetRequest(0xC1, CLOCK, None, b"\x09\x0c" + NOON),
    "ACTION remote_disconnect": apdu.ActionRequest(
        0xC1, Method(70, bytes.fromhex("000060030aff"), 1), b"\x0f\x00"
    ),
    "GET response normal, double-long-unsigned 1645091": apdu.GetResponse(
        0xC1, Result(0, bytes.fromhex("0600191a23"))
    ),
    "GET response, block 1 of more": apdu.GetBlockResponse(
        0xC1, False, 1, Result(0, b"\x01\x02\x03\x04")
    ),
    "GET response, last block 3": apdu.GetBlockResponse(
        0xC1, True, 3, Result(0, bytes.fromhex("159b400600187cf1"))
    ),
    "GET response, object undefined": apdu.GetResponse(0xC1, Result(4, b"")),
    "GET response with list, a value and a refusal": apdu.GetListResponse(
        0xC1, (Result(0, bytes.fromhex("0600123456")), Result(4, b""))
    ),
    "SET response, success": apdu.SetResponse(0xC1, 0),
    "SET response, read-write denied": apdu.SetResponse(0xC1, 3),
    "ACTION response, success and nothing returned": apdu.ActionResponse(0xC1, 0, None),
    "ACTION response, success and null-data returned": apdu.ActionResponse(
        0xC1, 0, Result(0, b"\x00")
    ),
    "ACTION response, the method's own answer refused": apdu.ActionResponse(
        0xC1, 0, Result(3, b"")
    ),
    "exception response, service not allowed, operation not possible": apdu.ExceptionResponse(
        1, 1, None
    ),
    "exception response, invocation counter error with the counter expected": (
        apdu.ExceptionResponse(1, 6, 0x01234567)
    ),
    "confirmed service error, initiate": apdu.ServiceError(1, 6, 0),
    "data notification without date-time": apdu.DataNotification(
        1, b"", bytes.fromhex("0203090c07e90101ff0c1e0f00ffc40012000106000f4240")
    ),
    "data notification with date-time": apdu.DataNotification(
        0x40000001, NOON, bytes.fromhex("0101020212000106000f4240")
    ),
}
ENDS_IN_DATA = (
    "GET response normal, double-long",
    "data notification",
    "ACTION response, success",
)
_ACSE = (0x60, 0x61, 0x62, 0x63)


def test_the_standards_own_octets_are_these_values_both_ways():
    octets = {vector["meaning"]: bytes.fromhex(vector["hex"]) for vector in vectors("cosem")}
    for meaning, value in VALUES.items():
        if meaning.startswith(ENDS_IN_DATA) or value == apdu.ExceptionResponse(1, 6, 0x01234567):
            assert apdu.decode(octets[meaning]) == value, meaning
            assert apdu.encode(value) == octets[meaning], meaning
            check_survives(apdu.decode, octets[meaning])
        else:
            check_codec(apdu.decode, apdu.encode, octets[meaning], value)


def test_every_apdu_of_the_vectors_is_decoded_and_encoded_alike():
    for vector in vectors("cosem"):
        octets = bytes.fromhex(vector["hex"])
        if octets[0] not in _ACSE:
            assert apdu.encode(apdu.decode(octets)) == octets, vector["meaning"]
            check_survives(apdu.decode, octets)


def test_data_at_the_end_of_a_response_are_left_to_the_one_who_decodes_them():
    assert apdu.decode(bytes.fromhex("c401c1000600")).result.data == b"\x06\x00"
    refused(apdu.decode, bytes.fromhex("c401c100"))
    refused(apdu.decode, bytes.fromhex("0f0000000100"))


def test_data_of_a_request_are_whole():
    refused(apdu.decode, bytes.fromhex("c101c100080000010000ff020006000000"))
    refused(apdu.decode, bytes.fromhex("c301c10046000060030aff01010f"))
    refused(apdu.decode, bytes.fromhex("c001c100070100630100ff02010102"))


def test_a_flag_is_0_or_1():
    refused(apdu.decode, bytes.fromhex("c001c100030100010800ff0202"))
    refused(apdu.decode, bytes.fromhex("c402c102000000010000"))


def test_a_list_announced_longer_than_the_apdu_is_refused_at_once():
    refused(apdu.decode, bytes.fromhex("c003c1847fffffff0003"))
    refused(apdu.decode, bytes.fromhex("c403c1847fffffff0000"))


def test_a_service_or_form_not_known_is_told_from_damage():
    for text in ("0501020304", "c007c1", "c106c1", "c402", "ff"):
        unknown = isinstance(refused(apdu.decode, bytes.fromhex(text)), UnknownApdu)
        assert unknown == (text != "c402"), text
    assert not isinstance(refused(apdu.decode, b"\xc0"), UnknownApdu)
    assert not isinstance(refused(apdu.decode, b""), UnknownApdu)


def test_ciphered_apdus_are_recognised_and_kept():
    octets = bytes.fromhex("c81e1001234567c001c100080000010000ff02000984a052e08c35de51f04bbe")
    value = apdu.decode(octets)
    assert value == apdu.Opaque(0xC8, octets[1:])
    assert apdu.OPAQUE[value.tag] == "glo-get-request"
    assert apdu.encode(value) == octets


def test_refusals_are_told_in_words():
    assert apdu.dar_text(3) == "read-write denied"
    assert apdu.dar_text(99) == "result 99"
    text = apdu.exception_text(apdu.ExceptionResponse(1, 2, None))
    assert text == "service not allowed, service not supported"
    assert apdu.exception_text(apdu.ExceptionResponse(9, 9, None)) == "state 9, error 9"
