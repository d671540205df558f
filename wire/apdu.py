"""xDLMS APDUs as values and as octets, for client and server: GET, SET, ACTION and ACCESS, what is
answered, exceptions, notifications and general blocks. Not the association (wire/association.py).

Each form of a service is a row in the tables of wire/apdu_request.py, apdu_response.py,
apdu_access.py or apdu_general.py; a ciphered APDU is Opaque until it is deciphered.

Reference: IEC 62056-5-3, LN referencing.
"""

from wire import apdu_access, apdu_general, apdu_request, apdu_response
from wire.apdu_types import (  # noqa: F401
    ACTION,
    APDU_MAX,
    BLOCK_NUMBER_INVALID,
    COUNTER_ERROR,
    DAR_OTHER_REASON,
    DECIPHERING_ERROR,
    GET,
    GET_PART,
    LONG_BREAK_ON_ERROR,
    LONG_CONFIRMED,
    LONG_GET_ABORTED,
    LONG_ID,
    LONG_PRIORITY,
    LONG_SELF_DESCRIPTIVE,
    LONG_SET_ABORTED,
    NO_LONG_GET_IN_PROGRESS,
    NO_LONG_SET_IN_PROGRESS,
    NOT_ALLOWED,
    NOT_POSSIBLE,
    NOT_SUPPORTED,
    OBJECT_UNDEFINED,
    OTHER_REASON,
    PDU_TOO_LONG,
    READ_WRITE_DENIED,
    SCOPE_VIOLATED,
    SET,
    SET_PART,
    SUCCESS,
    TEMPORARY_FAILURE,
    TYPE_UNMATCHED,
    UNKNOWN,
    Access,
    AccessRequest,
    AccessResponse,
    ActionBlockResponse,
    ActionFirstBlock,
    ActionListFirstBlock,
    ActionListRequest,
    ActionListResponse,
    ActionNextBlock,
    ActionNextRequest,
    ActionNextResponse,
    ActionRequest,
    ActionResponse,
    Asked,
    Attribute,
    DataConfirm,
    DataNotification,
    Done,
    EventNotification,
    ExceptionResponse,
    GeneralBlock,
    GetBlockResponse,
    GetListRequest,
    GetListResponse,
    GetNextRequest,
    GetRequest,
    GetResponse,
    Method,
    Opaque,
    Part,
    Performed,
    Result,
    ServiceError,
    SetBlockResponse,
    SetFirstBlock,
    SetLastBlockResponse,
    SetLastListBlockResponse,
    SetListFirstBlock,
    SetListRequest,
    SetListResponse,
    SetNextBlock,
    SetRequest,
    SetResponse,
    UnknownApdu,
    dar_text,
    exception_text,
)
from wire.cursor import Cursor
from wire.errors import WireError

OPAQUE = {
    0x21: "glo-initiate-request",
    0x28: "glo-initiate-response",
    0x2E: "glo-confirmed-service-error",
    0xC8: "glo-get-request",
    0xC9: "glo-set-request",
    0xCA: "glo-event-notification-request",
    0xCB: "glo-action-request",
    0xCC: "glo-get-response",
    0xCD: "glo-set-response",
    0xCF: "glo-action-response",
    0xD0: "ded-get-request",
    0xD1: "ded-set-request",
    0xD3: "ded-action-request",
    0xD4: "ded-get-response",
    0xD5: "ded-set-response",
    0xD7: "ded-action-response",
    0xDB: "general-glo-ciphering",
    0xDC: "general-ded-ciphering",
    0xDD: "general-ciphering",
    0xDF: "general-signing",
}


def decode(apdu):
    """One of the values of wire/apdu_types.py. UnknownApdu, or WireError if it is damaged."""
    cursor = Cursor(apdu)
    tag = cursor.u8()
    if tag in OPAQUE:
        return Opaque(tag, cursor.rest())
    take = _TAKE.get(tag)
    if take is None and tag in _TAGS_WITH_CHOICE:
        choice = cursor.u8()
        take = _TAKE_CHOICE.get((tag, choice))
        if take is None:
            raise UnknownApdu(f"form {choice} of the service {tag:02X} is not known")
    if take is None:
        raise UnknownApdu(f"no APDU known here has the tag {tag:02X}")
    value = take(cursor)
    if cursor.left():
        raise WireError(f"{cursor.left()} octets after the APDU {tag:02X}")
    return value


def encode(value):
    return _PUT[type(value)](value)


def _put_opaque(value):
    return bytes([value.tag]) + value.octets


_TAKE = dict(apdu_general.DECODERS)
_TAKE.update(apdu_access.DECODERS)
_TAKE_CHOICE = dict(apdu_request.DECODERS)
_TAKE_CHOICE.update(apdu_response.DECODERS)
_TAGS_WITH_CHOICE = {tag for tag, _ in _TAKE_CHOICE}

_PUT = {Opaque: _put_opaque}
for each in (apdu_request, apdu_response, apdu_access, apdu_general):
    _PUT.update(each.ENCODERS)
