"""Ciphered APDUs in octets: glo-, ded-, general-glo-, general-ded-, general-ciphering.

Which key, which counter and who may is decided in security.py and session.py.
IEC 62056-5-3, clause 5 (protection of APDUs); NIST SP 800-38D (GCM), with 12 octets of tag.
"""

import hmac
import struct
from collections import namedtuple
from functools import lru_cache

from construct import (
    Byte,
    Const,
    ConstructError,
    Flag,
    GreedyBytes,
    If,
    Int32ub,
    Prefixed,
    RawCopy,
    Struct,
    Switch,
    Terminated,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from meter_sim.data import LENGTH, length

Protected = namedtuple(
    "Protected", "tag title transaction key_id wrapped key_info control counter content"
)

AUTHENTICATED, ENCRYPTED, BROADCAST, COMPRESSED = 0x10, 0x20, 0x40, 0x80
SUITE = 0x0F
TAG_OCTETS = 12
GENERAL_GLO, GENERAL_DED, GENERAL = 0xDB, 0xDC, 0xDD
GLO = {0x21: 0x01, 0xC8: 0xC0, 0xC9: 0xC1, 0xCB: 0xC3}  # tag: that of the plain request
DED = {0xD0: 0xC0, 0xD1: 0xC1, 0xD3: 0xC3}
_OF_RESPONSE = {  # tag of the plain response: (glo, ded)
    0x08: (0x28, None),
    0xC4: (0xCC, 0xD4),
    0xC5: (0xCD, 0xD5),
    0xC7: (0xCF, 0xD7),
}
TAGS = {*GLO, *DED, GENERAL_GLO, GENERAL_DED, GENERAL}
IDENTIFIED, WRAPPED = 0, 1

_OCTETS = Prefixed(LENGTH, GreedyBytes)
_CONTENT = Struct("control" / Byte, "counter" / Int32ub, "text" / GreedyBytes)
_SERVICE = Struct("tag" / Byte, "content" / Prefixed(LENGTH, _CONTENT), Terminated)
_TITLED = Struct(
    "tag" / Byte, "title" / _OCTETS, "content" / Prefixed(LENGTH, _CONTENT), Terminated
)
_KEY_INFO = Struct(
    "given" / Flag,
    "kind" / If(lambda this: this.given, Byte),
    "key"
    / If(
        lambda this: this.given,
        Switch(
            lambda this: this.kind,
            {IDENTIFIED: Byte, WRAPPED: Struct("kek" / Const(b"\x00"), "octets" / _OCTETS)},
            default=Const(b"agreed keys are for others"),
        ),
    ),
)
_GENERAL = Struct(
    Const(bytes((GENERAL,))),
    "transaction" / _OCTETS,
    "title" / _OCTETS,
    "recipient" / _OCTETS,
    "date_time" / _OCTETS,
    "other" / _OCTETS,
    "key_info" / RawCopy(_KEY_INFO),
    "content" / Prefixed(LENGTH, _CONTENT),
    Terminated,
)


def parse(apdu):
    """What is said openly in a ciphered APDU, or None if it cannot be read."""
    tag = apdu[0]
    try:
        if tag == GENERAL:
            return _general(_GENERAL.parse(apdu))
        form = _TITLED if tag in (GENERAL_GLO, GENERAL_DED) else _SERVICE
        parsed = form.parse(apdu)
    except ConstructError:
        return None
    content = parsed.content
    title = bytes(parsed.get("title") or b"")
    octets = content.control, content.counter, bytes(content.text)
    return Protected(tag, title, b"", None, None, b"", *octets)


def _general(parsed):
    info, content = parsed.key_info.value, parsed.content
    return Protected(
        GENERAL,
        bytes(parsed.title),
        bytes(parsed.transaction),
        info.key if info.kind == IDENTIFIED else None,
        bytes(info.key.octets) if info.kind == WRAPPED else None,
        bytes(parsed.key_info.data),
        content.control,
        content.counter,
        bytes(content.text),
    )


def envelope(request, own_title, peer_title, plain_tag):
    """The head of the response to `request`, without length and content; None: has no form."""
    if request.tag == GENERAL:
        fields = request.transaction, own_title, peer_title, b"", b""
        said = b"".join(length(len(field)) + field for field in fields)
        return bytes((GENERAL,)) + said + request.key_info
    if request.tag in (GENERAL_GLO, GENERAL_DED):
        return bytes((request.tag, len(own_title))) + own_title
    tag = _OF_RESPONSE.get(plain_tag, (None, None))[request.tag in DED]
    return tag and bytes((tag,))


def seal(control, keys, title, counter, plain):
    """SC || IC || text || tag. `keys` are (encryption key, authentication key)."""
    text, tag = _protected(control, keys, title, counter, plain)
    return struct.pack(">BI", control, counter) + text + tag


def unseal(control, keys, title, counter, content):
    """The plaintext, or None if the tag is wrong."""
    if not control & AUTHENTICATED:
        return _gcm(keys[0], title, counter, b"", content)[0] if control & ENCRYPTED else content
    text, tag = content[:-TAG_OCTETS], content[-TAG_OCTETS:]
    plain = _gcm(keys[0], title, counter, b"", text)[0] if control & ENCRYPTED else text
    expected = _protected(control, keys, title, counter, plain)[1]
    return plain if hmac.compare_digest(expected, tag) else None


def _protected(control, keys, title, counter, plain):
    key, authentication_key = keys
    aad = bytes((control,)) + authentication_key
    if not control & ENCRYPTED:
        tagged = control & AUTHENTICATED
        return plain, mac(key, title, counter, aad + plain) if tagged else b""
    text, tag = _gcm(key, title, counter, aad, plain)
    return text, tag if control & AUTHENTICATED else b""


def mac(key, title, counter, aad):
    """GMAC of `aad`: the tag alone."""
    return _gcm(key, title, counter, aad, b"")[1]


def _gcm(key, title, counter, aad, text):
    """(text in the counter stream, tag): encrypts, and deciphers what is encrypted."""
    encryptor = Cipher(_aes(key), modes.GCM(title + counter.to_bytes(4, "big"))).encryptor()
    encryptor.authenticate_additional_data(aad)
    said = encryptor.update(text) + encryptor.finalize()
    return said, encryptor.tag[:TAG_OCTETS]


@lru_cache(maxsize=256)
def _aes(key):
    return algorithms.AES(key)
