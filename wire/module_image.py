"""The firmware of a communication module, as a file: a header of 32 octets and the body.

    "G3FW" | 32 (2) | kind | hardware (2) | version (3) | size (4) | CRC-32 of the body | 12 spare

Ours: no other make has it.
"""

import binascii
from collections import namedtuple

from wire.cursor import Cursor
from wire.errors import WireError

G3_PLC, G3_RF, HYBRID, GDW3762 = 1, 2, 3, 4  # kind
HEADER = 32  # octets
SIZE_MAX = 1 << 20

Header = namedtuple("Header", ("kind", "hardware", "version", "size"))

_MAGIC = b"G3FW"


def encode(kind, hardware, version, body):
    """version: (major, minor, patch)"""
    assert 0 < len(body) <= SIZE_MAX
    head = _MAGIC + HEADER.to_bytes(2, "big") + bytes([kind]) + hardware.to_bytes(2, "big")
    head += bytes(version) + len(body).to_bytes(4, "big")
    return head + binascii.crc32(body).to_bytes(4, "big") + bytes(12) + bytes(body)


def decode(image):
    """Header of a whole image. WireError unless it is one, and undamaged."""
    cursor = Cursor(image[:HEADER])
    if cursor.take(4) != _MAGIC or cursor.u16() != HEADER:
        raise WireError("not the firmware of a module", bytes(image[:8]))
    kind, hardware = cursor.u8(), cursor.u16()
    version = tuple(cursor.take(3))
    size, check = cursor.u32(), cursor.u32()
    cursor.take(12)
    body = bytes(image[HEADER:])
    if size != len(body) or not 0 < size <= SIZE_MAX:
        raise WireError(f"firmware of {size} octets, {len(body)} are there")
    if binascii.crc32(body) != check:
        raise WireError("firmware with a wrong checksum")
    return Header(kind, hardware, version, size)
