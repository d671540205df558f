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

from meter_sim.data import LENGTH, length

# what an AARQ says; `information` is an InitiateRequest, plain or ciphered
Proposal = namedtuple("Proposal", ("context", "mechanism", "value", "title", "information"))
Initiate = namedtuple("Initiate", ("dedicated_key", "conformance", "max_pdu"))

LN_CONTEXT, NO_CIPHERING, CIPHERING = b"\x60\x85\x74\x05\x08\x01", 1, 3
MECHANISM = b"\x60\x85\x74\x05\x08\x02"
NONE, LLS = 0, 1
TITLE_OCTETS = 8
CHALLENGE_OCTETS = 8, 64
ACCEPTED = 0
NO_REASON, CONTEXT_UNKNOWN, MECHANISM_UNKNOWN, MECHANISM_REQUIRED, WRONG_PASSWORD = (
    1,
    2,
    11,
    12,
    13,
)
PENDING = 14  # accepted so far: the HLS has yet to come
INCOMPATIBLE_CONFORMANCE, PDU_TOO_SHORT, REFUSED = 2, 3, 4  # initiate errors
_RELEASE_REASON = b"\x80\x01\x00"
_CONFORMANCE_BITS = {
    "protection": (1,),
    "gbt": (2,),
    "blocks": (11, 12, 13),
    "lists": (14,),
    "access": (17,),
    "selection": (21,),
    "": (19, 20, 23),  # get, set, action: what every meter has
}
LACKS = tuple(name for name in _CONFORMANCE_BITS if name)  # what a meter may be without

_TLV = Struct("tag" / Byte, "content" / Prefixed(LENGTH, GreedyBytes))
_AARQ = Struct(Const(b"\x60"), "fields" / Prefixed(LENGTH, GreedyRange(_TLV)), Terminated)
_RLRQ = Struct(Const(b"\x62"), "fields" / Prefixed(LENGTH, GreedyRange(_TLV)), Terminated)
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
    fields = _fields(_AARQ, aarq)
    if not fields or not {0xA1, 0xBE} <= fields.keys():
        return None
    # A1, A6, AC and BE hold one more TLV, of a length below 128
    context = fields[0xA1][2:]
    mechanism = fields.get(0x8B, MECHANISM + b"\x00")
    if context[:-1] != LN_CONTEXT or mechanism[:-1] != MECHANISM:
        return None
    information = _octets(fields[0xBE])
    value, title = _octets(fields.get(0xAC)), _octets(fields.get(0xA6))
    return Proposal(context[-1], mechanism[-1], value, title, information)


def _fields(form, octets):
    try:
        return {field.tag: bytes(field.content) for field in form.parse(octets).fields}
    except ConstructError:
        return None


def _octets(field):
    """The content of the one TLV in a field."""
    try:
        return bytes(_TLV.parse(field).content) if field else b""
    except ConstructError:
        return b""


@lru_cache(maxsize=256)
def initiate(octets):
    """What a plain InitiateRequest asks for, or None."""
    try:
        parsed = _INITIATE.parse(octets)
    except ConstructError:
        return None
    conformance = int.from_bytes(parsed.conformance, "big")
    return Initiate(bytes(parsed.dedicated_key or b""), conformance, parsed.max_pdu)


def release_information(rlrq):
    """The user-information of an RLRQ, b"" without."""
    fields = _fields(_RLRQ, rlrq)
    return _octets(fields.get(0xBE)) if fields else b""


@lru_cache(maxsize=64)
def conformance_without(lacks):
    """The conformance of a meter that lacks these, as a number of 24 bits."""
    bits = [bit for name, bits in _CONFORMANCE_BITS.items() if name not in lacks for bit in bits]
    return sum(1 << 23 - bit for bit in bits)


def initiate_response(conformance, max_pdu):
    return b"\x08\x00\x06\x5f\x1f\x04" + struct.pack(">IHH", conformance, max_pdu, 7)


def acceptance(context, information, title=b"", proof=b""):
    """`title` is the meter's own; with a `proof` (see `challenged`) the HLS is pending."""
    middle = (b"\xa4\x0a\x04\x08" + title if title else b"") + proof
    return _response(context, ACCEPTED, PENDING if proof else 0, middle, information)


def challenged(mechanism, challenge):
    said = b"\x88\x02\x07\x80\x89\x07" + MECHANISM + bytes((mechanism,))
    return said + bytes((0xAA, len(challenge) + 2, 0x80, len(challenge))) + challenge


def refusal(context, diagnostic, error=REFUSED):
    """`error` is told in a confirmedServiceError of initiate; None: no user-information."""
    information = b"" if error is None else bytes((0x0E, 1, 6, error))
    return _response(context, 1, diagnostic, b"", information)


def _response(context, result, diagnostic, middle, information):
    parts = b"\xa1\x09\x06\x07" + LN_CONTEXT + bytes((context,))
    parts += bytes((0xA2, 3, 2, 1, result, 0xA3, 5, 0xA1, 3, 2, 1, diagnostic)) + middle
    parts += _user_information(information)
    return b"\x61" + length(len(parts)) + parts


def release(information):
    said = _RELEASE_REASON + _user_information(information)
    return b"\x63" + length(len(said)) + said


def _user_information(octets):
    if not octets:
        return b""
    inner = b"\x04" + length(len(octets)) + octets
    return b"\xbe" + length(len(inner)) + inner
