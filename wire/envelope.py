"""What is around ciphered octets: the tag, and in the general forms whose they are and which key.

    glo-, ded-…       tag | octets              one tag for each service
    general-glo/-ded  DB, DC | title | octets   for any APDU
    general           DD | transaction | originator | recipient | date-time | other | key | octets

where `octets` are those of wire/ciphering.py, and each but the tag begins with its length.

Reference: IEC 62056-5-3, ciphered APDUs, general protection.
"""

from collections import namedtuple

from wire.apdu_fields import put_octets, take_flag, take_octets
from wire.ciphering import DecipherError
from wire.cursor import Cursor
from wire.errors import WireError

# Envelope.form
GLO, DED, GENERAL_GLO, GENERAL_DED, GENERAL = range(5)

# kinds of key in KeyInfo
IDENTIFIED, WRAPPED, AGREED = range(3)
UNICAST_KEY, BROADCAST_KEY = 0, 1  # KeyInfo.id of an identified key
MASTER_KEY = 0  # KeyInfo.id of the key that wrapped a key

# form
# plain_tag  of the service that must be inside; None: any
# title      the sender's; b"": not told
# recipient  b"": not told
# fields     the five of the general form, as they are authenticated
# key_info   KeyInfo or None
# contents   see wire/ciphering.py
Envelope = namedtuple(
    "Envelope", ("form", "plain_tag", "title", "recipient", "fields", "key_info", "contents")
)
KeyInfo = namedtuple("KeyInfo", ("kind", "id", "wrapped"))  # wrapped: octets, or b""

TRANSACTION_MAX = 32  # octets of a transaction-id

_GENERAL_TAGS = {GENERAL_GLO: 0xDB, GENERAL_DED: 0xDC}
_GENERAL_TAG = 0xDD
# The services that have tags of their own when they are ciphered
_SERVICES = (0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC7)
_INITIATIONS = (0x01, 0x08, 0x0E)

_TAGS = {(GLO, tag): tag + 0x08 for tag in _SERVICES}
_TAGS.update({(DED, tag): tag + 0x10 for tag in _SERVICES})
_TAGS.update({(GLO, tag): tag + 0x20 for tag in _INITIATIONS})
_PLAIN = {tag: form for form, tag in _TAGS.items()}


def is_ciphered(octets):
    """Whether an APDU is one of these, by its tag."""
    tag = octets[0] if octets else 0
    return tag in _PLAIN or tag in _TAKE


def form_for(form, plain_tag):
    """The form that a service really goes in: one without a tag of its own goes in the general
    form with the same key."""
    if form in (GLO, DED) and (form, plain_tag) not in _TAGS:
        return GENERAL_GLO if form == GLO else GENERAL_DED
    return form


def decode(octets):
    """Envelope. DecipherError, which shows no octets."""
    cursor = Cursor(octets)
    try:
        tag = cursor.u8()
        take = _TAKE.get(tag, _take_service)
        envelope = take(cursor, tag)
        if not cursor.left():
            return envelope
    except WireError:
        pass
    raise DecipherError("damaged ciphered APDU")


def encode_service(form, plain_tag, contents):
    return bytes([_TAGS[form, plain_tag]]) + put_octets(contents)


def encode_titled(form, title, contents):
    return bytes([_GENERAL_TAGS[form]]) + put_octets(title) + put_octets(contents)


def general_fields(transaction, originator, recipient):
    """The five fields of the general form; date-time and other information stay empty."""
    return b"".join(
        (put_octets(transaction), put_octets(originator), put_octets(recipient), b"\0\0")
    )


def encode_general(fields, key_info, contents):
    return bytes([_GENERAL_TAG]) + fields + _put_key_info(key_info) + put_octets(contents)


def _take_service(cursor, tag):
    if tag not in _PLAIN:
        raise WireError("not ciphered")
    form, plain_tag = _PLAIN[tag]
    return Envelope(form, plain_tag, b"", b"", b"", None, take_octets(cursor))


def _take_titled(cursor, tag):
    form = GENERAL_GLO if tag == _GENERAL_TAGS[GENERAL_GLO] else GENERAL_DED
    title = take_octets(cursor)
    return Envelope(form, None, title, b"", b"", None, take_octets(cursor))


def _take_general(cursor, tag):
    begin = cursor.at
    if len(take_octets(cursor)) > TRANSACTION_MAX:
        raise WireError("too long a transaction-id")
    originator, recipient = take_octets(cursor), take_octets(cursor)
    take_octets(cursor)  # date-time
    take_octets(cursor)  # other information
    fields = cursor.data[begin : cursor.at]
    key_info = _take_key_info(cursor) if take_flag(cursor) else None
    contents = take_octets(cursor)
    return Envelope(GENERAL, None, originator, recipient, fields, key_info, contents)


def _take_key_info(cursor):
    kind = cursor.u8()
    if kind == IDENTIFIED:
        return KeyInfo(kind, cursor.u8(), b"")
    if kind == WRAPPED:
        return KeyInfo(kind, cursor.u8(), take_octets(cursor))
    if kind == AGREED:
        take_octets(cursor)  # which scheme
        return KeyInfo(kind, 0, take_octets(cursor))
    raise WireError("no such kind of key")


def _put_key_info(key_info):
    if key_info is None:
        return b"\x00"
    head = bytes([1, key_info.kind, key_info.id])
    return head + put_octets(key_info.wrapped) if key_info.kind == WRAPPED else head


_TAKE = {0xDB: _take_titled, 0xDC: _take_titled, _GENERAL_TAG: _take_general}
