"""Opening and closing an association: AARQ in, AARE out (IEC 62056-5-3, BER)."""

import struct
from collections import namedtuple
from functools import lru_cache

from construct import (
    Byte,
    Bytes,
    Const,
    ConstructError,
    Flag,
    GreedyBytes,
    GreedyRange,
    If,
    Int16ub,
    Prefixed,
    Struct,
    Terminated,
)

from meter_sim.data import LENGTH

Proposal = namedtuple("Proposal", ("context", "mechanism", "password", "conformance", "max_pdu"))

LN_CONTEXT, NO_CIPHERING = b"\x60\x85\x74\x05\x08\x01", 1
MECHANISM = b"\x60\x85\x74\x05\x08\x02"
NONE, LLS = 0, 1
ACCEPTED = 0
NO_REASON, CONTEXT_UNKNOWN, MECHANISM_UNKNOWN, MECHANISM_REQUIRED, WRONG_PASSWORD = (
    1,
    2,
    11,
    12,
    13,
)
RELEASE_RESPONSE = bytes.fromhex("6303800100")
# block-get, multiple references, get, set, selective access, action
OWN_CONFORMANCE = sum(1 << 23 - bit for bit in (11, 14, 19, 20, 21, 23))

_TLV = Struct("tag" / Byte, "content" / Prefixed(LENGTH, GreedyBytes))
_AARQ = Struct(Const(b"\x60"), "fields" / Prefixed(LENGTH, GreedyRange(_TLV)), Terminated)
_INITIATE = Struct(
    Const(b"\x01"),
    "has_dedicated_key" / Flag,
    "dedicated_key" / If(lambda this: this.has_dedicated_key, Prefixed(LENGTH, GreedyBytes)),
    "has_response_allowed" / Flag,
    "response_allowed" / If(lambda this: this.has_response_allowed, Byte),
    "has_quality" / Flag,
    "quality" / If(lambda this: this.has_quality, Byte),
    Const(b"\x06\x5f\x1f\x04\x00"),
    "conformance" / Bytes(3),
    "max_pdu" / Int16ub,
    Terminated,
)


@lru_cache(maxsize=256)
def proposal(aarq):
    """What the client proposes, or None if it cannot be read. Absent parts are 0 or b""."""
    try:
        fields = {field.tag: field.content for field in _AARQ.parse(aarq).fields}
        # A1 and AC hold one more TLV; BE an octet string with the InitiateRequest
        context = fields[0xA1][2:]
        mechanism = fields.get(0x8B, MECHANISM + b"\x00")
        initiate = _INITIATE.parse(fields[0xBE][2:])
    except (ConstructError, KeyError):
        return None
    if context[:-1] != LN_CONTEXT or mechanism[:-1] != MECHANISM:
        return None
    return Proposal(
        context[-1],
        mechanism[-1],
        bytes(fields.get(0xAC, b"")[2:]),
        int.from_bytes(initiate.conformance, "big"),
        initiate.max_pdu,
    )


def acceptance(conformance, max_pdu):
    initiate = b"\x08\x00\x06\x5f\x1f\x04" + struct.pack(">IHH", conformance, max_pdu, 7)
    return _response(ACCEPTED, 0, initiate)


def refusal(diagnostic):
    return _response(1, diagnostic, b"")


def _response(result, diagnostic, initiate):
    parts = b"\xa1\x09\x06\x07" + LN_CONTEXT + bytes((NO_CIPHERING,))
    parts += bytes((0xA2, 3, 2, 1, result, 0xA3, 5, 0xA1, 3, 2, 1, diagnostic))
    if initiate:
        parts += bytes((0xBE, len(initiate) + 2, 4, len(initiate))) + initiate
    return bytes((0x61, len(parts))) + parts
