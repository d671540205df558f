"""xDLMS APDUs as values and as octets, for client and server: GET, SET, ACTION and what is
answered, exceptions and notifications. Not the association (wire/association.py).

A service with more forms (blocks, lists) gets a row in the tables of wire/apdu_request.py and
wire/apdu_response.py; a ciphered APDU is Opaque until it is deciphered.

Reference: IEC 62056-5-3, LN referencing.
"""

from wire import apdu_request, apdu_response
from wire.apdu_fields import put_octets, take_octets
from wire.apdu_types import (  # noqa: F401
    APDU_MAX,
    BLOCK_NUMBER_INVALID,
    DAR_OTHER_REASON,
    NO_LONG_GET_IN_PROGRESS,
    NOT_ALLOWED,
    NOT_POSSIBLE,
    NOT_SUPPORTED,
    OBJECT_UNDEFINED,
    OTHER_REASON,
    PDU_TOO_LONG,
    SUCCESS,
    TYPE_UNMATCHED,
    UNKNOWN,
    Access,
    ActionRequest,
    ActionResponse,
    Attribute,
    DataNotification,
    ExceptionResponse,
    GetBlockResponse,
    GetListRequest,
    GetListResponse,
    GetNextRequest,
    GetRequest,
    GetResponse,
    Method,
    Opaque,
    Result,
    ServiceError,
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
    0xC2: "event-notification-request",
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
    0xD9: "access-request",
    0xDA: "access-response",
    0xDB: "general-glo-ciphering",
    0xDC: "general-ded-ciphering",
    0xDD: "general-ciphering",
    0xDF: "general-signing",
    0xE0: "general-block-transfer",
}

_COUNTER_ERROR = 6  # service-error that brings the expected invocation counter


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


def _take_exception(cursor):
    state, service = cursor.u8(), cursor.u8()
    counter = cursor.u32() if service == _COUNTER_ERROR and cursor.left() else None
    return ExceptionResponse(state, service, counter)


def _put_exception(response):
    counter = b"" if response.counter is None else response.counter.to_bytes(4, "big")
    return bytes([0xD8, response.state, response.service]) + counter


def _take_service_error(cursor):
    return ServiceError(cursor.u8(), cursor.u8(), cursor.u8())


def _put_service_error(error):
    return bytes([0x0E, error.service, error.kind, error.code])


def _take_notification(cursor):
    invoke, date_time, data = cursor.u32(), take_octets(cursor), cursor.rest()
    if len(date_time) not in (0, 12) or not data:
        raise WireError("a notification without data, or with half a date-time")
    return DataNotification(invoke, date_time, data)


def _put_notification(notification):
    head = b"\x0f" + notification.invoke.to_bytes(4, "big")
    return head + put_octets(notification.date_time) + notification.data


def _put_opaque(value):
    return bytes([value.tag]) + value.octets


_TAKE = {0x0E: _take_service_error, 0x0F: _take_notification, 0xD8: _take_exception}
_TAKE_CHOICE = dict(apdu_request.DECODERS)
_TAKE_CHOICE.update(apdu_response.DECODERS)
_TAGS_WITH_CHOICE = {tag for tag, _ in _TAKE_CHOICE}

_PUT = {
    ServiceError: _put_service_error,
    DataNotification: _put_notification,
    ExceptionResponse: _put_exception,
    Opaque: _put_opaque,
}
_PUT.update(apdu_request.ENCODERS)
_PUT.update(apdu_response.ENCODERS)
