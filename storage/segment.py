"""The records of one journal segment: how they lie in the file and how they are found again.

    file   := HEADER record*
    record := "R" 0x5A | length (2) | number (4) | CRC-32 of length, number, payload (4) | payload

Most significant octet first. What is torn or damaged is passed over; the next whole record is
found by its mark, its CRC and its number, which must be higher than the one before.
"""

import binascii
import struct

from storage.limits import NUMBER_MAX, RECORD_MAX

HEADER = b"opendcu journal 1\n"
_MARK = b"R\x5a"
_HEAD = ">2sHII"
_HEAD_SIZE = 12
RECORD_MIN = _HEAD_SIZE + 1
_LOOK = 512  # octets read at a time while looking for a mark


def pack(number, payload):
    crc = _crc(len(payload), number, payload)
    return struct.pack(_HEAD, _MARK, len(payload), number, crc) + payload


def records(file, at, low, end):
    """Yields (at, number, payload, next at) for each whole record from octet `at` on.

    Numbers ascend, low <= number < end; a record with another number is not one of ours: it
    was left there by a commit that failed, or by the file system.
    """
    while True:
        record = _record_at(file, at)
        if record and low <= record[0] < end:
            number, payload = record
            next_at = at + _HEAD_SIZE + len(payload)
            yield at, number, payload, next_at
            low = number + 1
            at = next_at
        else:
            at = _mark_after(file, at)
            if at is None:
                return


def is_one(file, low):
    """Whether the file is a segment with numbers from `low`: by its header or its records."""
    if _read(file, 0, len(HEADER)) == HEADER:
        return True
    return any(records(file, 0, low, NUMBER_MAX + 1))


def last_torn_number(file, at, last):
    """The highest number that the torn tail from octet `at` on can be seen to have held.

    At least last + 1 when there is a tail at all: its octets were some record's.
    """
    end = file.size()
    highest = last + 1 if end > at else last
    limit = last + 1 + (end - at) // RECORD_MIN
    at = at - 1
    while True:
        at = _mark_after(file, at)
        if at is None:
            return highest
        head = _read(file, at, _HEAD_SIZE)
        number = int.from_bytes(head[4:8], "big") if len(head) >= 8 else 0
        if highest < number <= limit:
            highest = number


def _record_at(file, at):
    """(number, payload), or None where no whole record begins."""
    head = _read(file, at, _HEAD_SIZE)
    if len(head) < _HEAD_SIZE:
        return None
    mark, length, number, crc = struct.unpack(_HEAD, head)
    if mark != _MARK or not 0 < length <= RECORD_MAX:
        return None
    payload = file.read(length)
    if len(payload) < length or _crc(length, number, payload) != crc:
        return None
    return number, payload


def _mark_after(file, at):
    """Where the next mark after octet `at` begins, or None."""
    at += 1
    while True:
        octets = _read(file, at, _LOOK)
        found = octets.find(_MARK)
        if found >= 0:
            return at + found
        if len(octets) < _LOOK:
            return None
        at += _LOOK - 1  # a mark may lie across


def _read(file, at, size):
    file.seek(at)
    return file.read(size)


def _crc(length, number, payload):
    return binascii.crc32(payload, binascii.crc32(struct.pack(">HI", length, number)))
