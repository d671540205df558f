"""Octets of what is said unasked (notifications), of refusals, and of general block transfer.

DECODERS  {tag: function(cursor after the tag) -> value}
ENCODERS  {type of value: function(value) -> octets}
"""

from wire.apdu_fields import (
    put_attribute,
    put_long_head,
    put_octets,
    take_attribute,
    take_date_time,
    take_flag,
    take_octets,
)
from wire.apdu_types import (
    DataConfirm,
    DataNotification,
    EventNotification,
    ExceptionResponse,
    GeneralBlock,
    ServiceError,
)
from wire.errors import WireError

WINDOW_MAX = 63  # blocks; six bits

_COUNTER_ERROR = 6  # service-error that brings the expected invocation counter
_LAST, _STREAMING = 0x80, 0x40


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
    return DataNotification(cursor.u32(), take_date_time(cursor), _take_rest(cursor))


def _put_notification(notification):
    return put_long_head(0x0F, notification) + notification.data


def _take_confirm(cursor):
    return DataConfirm(cursor.u32(), take_date_time(cursor))


def _put_confirm(confirm):
    return put_long_head(0x10, confirm)


def _take_event(cursor):
    date_time = take_date_time(cursor) if take_flag(cursor) else b""
    return EventNotification(date_time, take_attribute(cursor), _take_rest(cursor))


def _put_event(event):
    date_time = b"\x01" + put_octets(event.date_time) if event.date_time else b"\x00"
    return b"\xc2" + date_time + put_attribute(event.attribute) + event.data


def _take_rest(cursor):
    """Data that end with the APDU: they are judged when they are decoded."""
    if not cursor.left():
        raise WireError("a notification without data")
    return cursor.rest()


def _take_block(cursor):
    control, number, ack = cursor.u8(), cursor.u16(), cursor.u16()
    is_last, streaming = control & _LAST != 0, control & _STREAMING != 0
    window = control & WINDOW_MAX
    return GeneralBlock(is_last, streaming, window, number, ack, take_octets(cursor))


def _put_block(block):
    assert 0 <= block.window <= WINDOW_MAX
    control = block.window | _LAST * block.is_last | _STREAMING * block.streaming
    numbers = block.number.to_bytes(2, "big") + block.ack.to_bytes(2, "big")
    return bytes([0xE0, control]) + numbers + put_octets(block.data)


DECODERS = {
    0x0E: _take_service_error,
    0x0F: _take_notification,
    0x10: _take_confirm,
    0xC2: _take_event,
    0xD8: _take_exception,
    0xE0: _take_block,
}
ENCODERS = {
    ServiceError: _put_service_error,
    DataNotification: _put_notification,
    DataConfirm: _put_confirm,
    EventNotification: _put_event,
    ExceptionResponse: _put_exception,
    GeneralBlock: _put_block,
}
