"""InitiateRequest and InitiateResponse: what client and server can do, and their longest PDUs.

They travel in the user-information of AARQ and AARE (wire/association.py).

Conformance is an integer of 24 bits; bit n of the standard is 1 << (23 - n).

Reference: IEC 62056-5-3, xDLMS InitiateRequest, InitiateResponse and Conformance.
"""

from collections import namedtuple

from wire import apdu
from wire.cursor import Cursor
from wire.errors import WireError

# quality: None or 0..255; max_pdu 0: without limit
InitiateResponse = namedtuple(
    "InitiateResponse", ("conformance", "max_pdu", "quality", "version", "vaa")
)


class InitiateRequest:
    """dedicated_key: octets, b"" without; because of it there is no text form."""

    def __init__(self, conformance, max_pdu, dedicated_key, response_allowed, quality, version):
        self.conformance = conformance
        self.max_pdu = max_pdu
        self.dedicated_key = dedicated_key
        self.response_allowed = response_allowed
        self.quality = quality
        self.version = version


DLMS_VERSION = 6
VAA_LN = 0x0007

# Bits of the conformance, from the first on the wire.
_BITS = {
    "general-protection": 1,
    "general-block-transfer": 2,
    "read": 3,
    "write": 4,
    "unconfirmed-write": 5,
    "delta-value-encoding": 6,
    "attribute0-set": 8,
    "priority": 9,
    "attribute0-get": 10,
    "block-get": 11,
    "block-set": 12,
    "block-action": 13,
    "multiple-references": 14,
    "information-report": 15,
    "data-notification": 16,
    "access": 17,
    "parameterized-access": 18,
    "get": 19,
    "set": 20,
    "selective-access": 21,
    "event-notification": 22,
    "action": 23,
}


def conformance_of(*names):
    """The conformance with these bits set; the names are those of the standard."""
    return sum([1 << (23 - _BITS[name]) for name in names])


def conformance_names(conformance):
    """The names of the bits that are set, in the order of the standard."""
    bits = sorted([(bit, name) for name, bit in _BITS.items()])
    return [name for bit, name in bits if conformance >> (23 - bit) & 1]


GENERAL_PROTECTION = conformance_of("general-protection")
GENERAL_BLOCK = conformance_of("general-block-transfer")
BLOCK_GET = conformance_of("block-get")
BLOCK_SET = conformance_of("block-set")
BLOCK_ACTION = conformance_of("block-action")
MULTIPLE_REFERENCES = conformance_of("multiple-references")
ACCESS = conformance_of("access")
GET = conformance_of("get")
SET = conformance_of("set")
SELECTIVE_ACCESS = conformance_of("selective-access")
ACTION = conformance_of("action")
# what wire/dialogue.py can do by itself; GENERAL_BLOCK needs wire/dialogue_blocks.py around it
CONFORMANCE = BLOCK_GET | BLOCK_SET | BLOCK_ACTION | MULTIPLE_REFERENCES | ACCESS
CONFORMANCE |= GET | SET | SELECTIVE_ACCESS | ACTION

_REQUEST, _RESPONSE, _SERVICE_ERROR = 0x01, 0x08, 0x0E
_INITIATE_ERROR = 6  # ServiceError.kind: the code is of the initiation
_SERVICE_INITIATE = 1
# codes of the initiation error
VERSION_TOO_LOW, INCOMPATIBLE_CONFORMANCE, PDU_TOO_SHORT = 1, 2, 3

_ERRORS = {
    VERSION_TOO_LOW: "DLMS version too low",
    INCOMPATIBLE_CONFORMANCE: "incompatible conformance",
    PDU_TOO_SHORT: "PDU size too short",
    4: "its application does not take it (VDE handler)",
}


def request(conformance=CONFORMANCE, max_pdu=0, dedicated_key=b""):
    return InitiateRequest(conformance, max_pdu, dedicated_key, True, None, DLMS_VERSION)


def response(conformance, max_pdu):
    return InitiateResponse(conformance, max_pdu, None, DLMS_VERSION, VAA_LN)


def error(code):
    """The ServiceError that refuses an initiation."""
    return apdu.ServiceError(_SERVICE_INITIATE, _INITIATE_ERROR, code)


def error_text(service_error):
    if service_error.kind != _INITIATE_ERROR:
        return f"service error {service_error.kind}/{service_error.code}"
    return _ERRORS.get(service_error.code, f"initiation error {service_error.code}")


def decode_initiate(octets):
    """InitiateRequest, InitiateResponse or ServiceError. WireError shows no octets: a request
    may carry a key."""
    if octets[:1] == bytes([_SERVICE_ERROR]):
        return apdu.decode(octets)
    cursor = Cursor(octets)
    try:
        take = _TAKE.get(cursor.u8())
        value = take(cursor) if take else None
    except WireError:
        value = None
    if value is None or cursor.left():
        raise WireError("damaged or ciphered user-information of the association")
    return value


def encode_initiate(value):
    return _PUT[type(value)](value)


def _take_request(cursor):
    key = cursor.take(cursor.length()) if cursor.u8() else b""
    allowed = cursor.u8() != 0 if cursor.u8() else True
    quality = cursor.u8() if cursor.u8() else None
    version = cursor.u8()
    conformance = _take_conformance(cursor)
    return InitiateRequest(conformance, cursor.u16(), key, allowed, quality, version)


def _put_request(value):
    key = b"\x00"
    if value.dedicated_key:
        key = bytes([1, len(value.dedicated_key)]) + value.dedicated_key
    allowed = b"\x00" if value.response_allowed else b"\x01\x00"
    head = bytes([_REQUEST]) + key + allowed + _put_quality(value.quality)
    return head + bytes([value.version]) + _put_limits(value)


def _take_response(cursor):
    quality = cursor.u8() if cursor.u8() else None
    version = cursor.u8()
    conformance = _take_conformance(cursor)
    return InitiateResponse(conformance, cursor.u16(), quality, version, cursor.u16())


def _put_response(value):
    head = bytes([_RESPONSE]) + _put_quality(value.quality) + bytes([value.version])
    return head + _put_limits(value) + value.vaa.to_bytes(2, "big")


def _take_conformance(cursor):
    """[APPLICATION 31] BIT STRING of 24 bits: 5F 1F 04 00, from old meters 5F 04 00."""
    tag = cursor.take(2)
    head = tag + (cursor.take(2) if tag == b"\x5f\x1f" else cursor.take(1))
    if head not in (b"\x5f\x1f\x04\x00", b"\x5f\x04\x00"):
        raise WireError("no conformance")
    return int.from_bytes(cursor.take(3), "big")


def _put_limits(value):
    conformance = value.conformance.to_bytes(3, "big")
    return b"\x5f\x1f\x04\x00" + conformance + value.max_pdu.to_bytes(2, "big")


def _put_quality(quality):
    return b"\x00" if quality is None else bytes([1, quality])


_TAKE = {_REQUEST: _take_request, _RESPONSE: _take_response}
_PUT = {
    InitiateRequest: _put_request,
    InitiateResponse: _put_response,
    apdu.ServiceError: apdu.encode,
}
