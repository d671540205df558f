"""COSEM object that takes a new firmware for the DCU: dcu/firmware.py.

Reference: IEC 62056-6-2, class_id 18 (Image transfer), version 0.
"""

from dcu import firmware
from dcu.cosem_row import (
    IMAGE,
    READERS,
    SCOPE_VIOLATED,
    TEMPORARY,
    TYPE_UNMATCHED,
    Method,
    cell,
    row,
)
from wire import axdr
from wire.server import Denied


def firmware_rows(image):
    def blocks():
        return axdr.bits(axdr.BitString(image.count(), image.bitmap()))

    cells = {
        2: cell("image_block_size", "u32", lambda: axdr.u32(firmware.BLOCK_SIZE)),
        3: cell("image_transferred_blocks_status", "bit-string", blocks),
        4: cell(
            "image_first_not_transferred_block_number",
            "u32",
            lambda: axdr.u32(image.first_missing()),
        ),
        5: cell(
            "image_transfer_enabled",
            "boolean, with cosem.kek",
            lambda: axdr.boolean(image.is_enabled),
        ),
        6: cell("image_transfer_status", "enum", lambda: axdr.enum(image.status)),
        7: cell("image_to_activate_info", "array", lambda: _to_activate(image)),
    }
    methods = {
        1: Method("image_transfer_initiate", "{name, u32 size}", lambda v: _initiate(image, v)),
        2: Method("image_block_transfer", "{u32, octets}", lambda v: _put(image, v)),
        3: Method("image_verify", "i8; then poll 6", lambda v: _verify(image)),
        4: Method("image_activate", "i8; the DCU ends", lambda v: image.activate()),
    }
    name = "firmware of the DCU"
    return (row(IMAGE, 0, "0.0.44.0.0.255", name, READERS, cells, methods),)


def _initiate(image, value):
    name, size = _pair(value, bytes, int)
    image.initiate(name, size)


def _put(image, value):
    number, octets = _pair(value, int, bytes)
    image.put(number, octets)


def _verify(image):
    """Temporary failure as long as it takes: the client asks for the status."""
    if image.status != firmware.VERIFIED:
        image.verify()
        raise Denied(TEMPORARY)


def _to_activate(image):
    """array of structure {u32 size, octet-string name, octet-string signature}"""
    if image.status not in (firmware.VERIFIED, firmware.ACTIVATING):
        return axdr.array([])
    parts = [axdr.u32(image.size), axdr.octets(image.name), axdr.octets(b"")]
    return axdr.array([axdr.structure(parts)])


def _pair(value, *types):
    if not isinstance(value, tuple) or len(value) != 2:
        raise Denied(TYPE_UNMATCHED)
    if [type(each) for each in value] != list(types):
        raise Denied(TYPE_UNMATCHED)
    if int in types and min([each for each in value if type(each) is int]) < 0:
        raise Denied(SCOPE_VIOLATED)
    return value
