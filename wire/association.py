"""Opening and closing an application association: AARQ, AARE, RLRQ, RLRE, for both roles.

What travels in their user-information (InitiateRequest, InitiateResponse, an error, or one of
them ciphered) is kept as octets here; wire/initiate.py has the plain ones.

An Aarq carries a password. It has no text form, and no error of decoding shows octets.

Reference: IEC 62056-5-3, ACSE APDUs (BER); ISO/IEC 8650-1.
"""

from wire.axdr_write import length
from wire.cursor import Cursor
from wire.errors import WireError

LN, SN, LN_CIPHERED, SN_CIPHERED = 1, 2, 3, 4  # application contexts
NONE, LLS, HLS, HLS_MD5, HLS_SHA1, HLS_GMAC, HLS_SHA256, HLS_ECDSA = range(8)  # mechanisms
WITH_TITLE = (HLS_GMAC, HLS_SHA256, HLS_ECDSA)  # what is proven depends on the system titles

ACCEPTED, REFUSED, REFUSED_FOR_NOW = 0, 1, 2  # Aare.result

# Aare.diagnostic of the acse-service-user
NO_REASON = 1
CONTEXT_NOT_SUPPORTED = 2
TITLE_NOT_RECOGNISED = 3
MECHANISM_NOT_RECOGNISED = 11
MECHANISM_REQUIRED = 12
AUTHENTICATION_FAILURE = 13
AUTHENTICATION_REQUIRED = 14

_DIAGNOSTICS = {
    0: "no diagnostic",
    NO_REASON: "no reason given",
    CONTEXT_NOT_SUPPORTED: "application context not supported",
    TITLE_NOT_RECOGNISED: "calling AP title not recognised",
    MECHANISM_NOT_RECOGNISED: "authentication mechanism not recognised",
    MECHANISM_REQUIRED: "authentication mechanism required",
    AUTHENTICATION_FAILURE: "authentication failure: wrong password or key",
    AUTHENTICATION_REQUIRED: "authentication required",
}

AARQ, AARE, RLRQ, RLRE = 0x60, 0x61, 0x62, 0x63

_OID = b"\x60\x85\x74\x05\x08"  # 2.16.756.5.8, then 1 context or 2 mechanism, then the number
_USER, _PROVIDER = 0xA1, 0xA2  # who gives the diagnostic
_REQUIREMENTS = b"\x07\x80"  # the authentication functional unit
_FIELDS_MAX = 20  # in one APDU


class Aarq:
    """title and authentication (password or challenge): octets, b"" if there are none."""

    def __init__(self, context, mechanism, authentication, user_information, title=b""):
        self.context = context
        self.mechanism = mechanism
        self.authentication = authentication
        self.user_information = user_information
        self.title = title


class Aare:
    """`by_provider`: the diagnostic is of the acse-service-provider."""

    def __init__(
        self,
        result,
        diagnostic,
        user_information,
        context=LN,
        mechanism=NONE,
        authentication=b"",
        title=b"",
        by_provider=False,
    ):
        self.result = result
        self.diagnostic = diagnostic
        self.user_information = user_information
        self.context = context
        self.mechanism = mechanism
        self.authentication = authentication
        self.title = title
        self.by_provider = by_provider


class Release:
    """RLRQ or RLRE, by `tag`. `reason` is None when it is not told; 0 is normal."""

    def __init__(self, tag, reason=0, user_information=b""):
        self.tag = tag
        self.reason = reason
        self.user_information = user_information


def diagnostic_text(diagnostic):
    return _DIAGNOSTICS.get(diagnostic, f"diagnostic {diagnostic}")


def decode(apdu):
    """Aarq, Aare or Release. WireError, which shows none of the octets."""
    try:
        return _decoded(Cursor(apdu))
    except WireError:
        pass
    raise WireError("damaged APDU of the association")


def _decoded(cursor):
    tag = cursor.u8()
    take = _TAKE.get(tag)
    body = cursor.take(cursor.length())
    if take is None or cursor.left():
        raise WireError("not one APDU of the association")
    return take(tag, _fields(body))


def encode(value):
    return _PUT[type(value)](value)


def _fields(body):
    """{tag: contents}; a tag that is not known is left alone, one that comes twice is damage."""
    cursor = Cursor(body)
    fields = {}
    while cursor.left():
        tag = cursor.u8()
        if tag in fields or len(fields) >= _FIELDS_MAX:
            raise WireError("a field twice, or too many")
        fields[tag] = cursor.take(cursor.length())
    return fields


def _take_aarq(tag, fields):
    return Aarq(
        _number(_inner(fields, 0xA1, 0x06), 1),
        _number(fields.get(0x8B), 2) if 0x8B in fields else NONE,
        _inner(fields, 0xAC, 0x80),
        _inner(fields, 0xBE, 0x04),
        _inner(fields, 0xA6, 0x04),
    )


def _put_aarq(aarq):
    fields = [(0xA1, _field(0x06, _OID + bytes([1, aarq.context])))]
    fields.append((0xA6, aarq.title and _field(0x04, aarq.title)))
    if aarq.mechanism != NONE:
        fields.append((0x8A, _REQUIREMENTS))
        fields.append((0x8B, _OID + bytes([2, aarq.mechanism])))
        fields.append((0xAC, _field(0x80, aarq.authentication)))
    fields.append((0xBE, _field(0x04, aarq.user_information)))
    return _put_fields(AARQ, fields)


def _take_aare(tag, fields):
    source = Cursor(fields.get(0xA3, b""))
    by = source.u8()
    diagnostic = Cursor(source.take(source.length()))
    if by not in (_USER, _PROVIDER) or source.left():
        raise WireError("no diagnostic")
    return Aare(
        _octet(_inner(fields, 0xA2, 0x02)),
        _octet(_within(diagnostic, 0x02)),
        _inner(fields, 0xBE, 0x04),
        _number(_inner(fields, 0xA1, 0x06), 1),
        _number(fields.get(0x89), 2) if 0x89 in fields else NONE,
        _inner(fields, 0xAA, 0x80),
        _inner(fields, 0xA4, 0x04),
        by == _PROVIDER,
    )


def _put_aare(aare):
    by = _PROVIDER if aare.by_provider else _USER
    fields = [
        (0xA1, _field(0x06, _OID + bytes([1, aare.context]))),
        (0xA2, _field(0x02, bytes([aare.result]))),
        (0xA3, _field(by, _field(0x02, bytes([aare.diagnostic])))),
        (0xA4, aare.title and _field(0x04, aare.title)),
    ]
    if aare.mechanism != NONE:
        fields.append((0x88, _REQUIREMENTS))
        fields.append((0x89, _OID + bytes([2, aare.mechanism])))
        fields.append((0xAA, aare.authentication and _field(0x80, aare.authentication)))
    fields.append((0xBE, aare.user_information and _field(0x04, aare.user_information)))
    return _put_fields(AARE, fields)


def _take_release(tag, fields):
    reason = _octet(fields[0x80]) if 0x80 in fields else None
    return Release(tag, reason, _inner(fields, 0xBE, 0x04))


def _put_release(release):
    reason = b"" if release.reason is None else bytes([release.reason])
    information = release.user_information
    fields = [(0x80, reason), (0xBE, information and _field(0x04, information))]
    return _put_fields(release.tag, fields)


def _inner(fields, outer, tag):
    """Contents of the field `tag` that is alone in the field `outer`; b"" if that is missing."""
    return _within(Cursor(fields[outer]), tag) if outer in fields else b""


def _within(cursor, tag):
    if cursor.u8() != tag:
        raise WireError("another field than expected")
    contents = cursor.take(cursor.length())
    if cursor.left():
        raise WireError("more than one field")
    return contents


def _number(oid, branch):
    """The last number of an object identifier: which context, which mechanism."""
    if len(oid) != 7 or oid[:6] != _OID + bytes([branch]):
        raise WireError("an object identifier that is not of DLMS")
    return oid[6]


def _octet(contents):
    if len(contents) != 1:
        raise WireError("not a number of one octet")
    return contents[0]


def _field(tag, contents):
    return bytes([tag]) + length(len(contents)) + contents


def _put_fields(tag, fields):
    """Fields without contents are left out."""
    return _field(tag, b"".join([_field(each, contents) for each, contents in fields if contents]))


_TAKE = {AARQ: _take_aarq, AARE: _take_aare, RLRQ: _take_release, RLRE: _take_release}
_PUT = {Aarq: _put_aarq, Aare: _put_aare, Release: _put_release}
