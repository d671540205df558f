"""Pictures of the panel: what is drawn is what the frame says, and docs/panel/ is up to date."""

import struct
import zlib

import pytest

from boards.png_cpython import MARGIN, png
from lcd_menu.render import frame
from tests.dual.panel_screens import plant_at
from tests.panel_pictures import FOLDER, page, pictures


def chunks(octets):
    """{name: data}, each with a CRC that is right."""
    assert octets[:8] == b"\x89PNG\r\n\x1a\n"
    at, found = 8, {}
    while at < len(octets):
        (size,) = struct.unpack(">I", octets[at : at + 4])
        name, data = octets[at + 4 : at + 8], octets[at + 8 : at + 8 + size]
        assert struct.unpack(">I", octets[at + 8 + size : at + 12 + size]) == (
            zlib.crc32(name + data),
        )
        found[name] = data
        at += 12 + size
    return found


def pixels(octets):
    """The rows of a picture: texts of 0 and 1."""
    found = chunks(octets)
    width, height, depth, colours = struct.unpack(">IIBB", found[b"IHDR"][:10])
    assert (depth, colours) == (1, 3) and len(found[b"PLTE"]) == 6
    data = zlib.decompress(found[b"IDAT"])
    stride = 1 + width // 8
    assert len(data) == height * stride
    lines = [data[at : at + stride] for at in range(0, len(data), stride)]
    assert {line[0] for line in lines} == {0}
    return [f"{int.from_bytes(line[1:]):0{width}b}" for line in lines]


@pytest.mark.parametrize("scale", (1, 2, 3))
def test_a_picture_has_a_square_for_each_pixel_and_a_margin(scale):
    octets = bytes(frame(plant_at("enter").screen()))
    drawn = pixels(png(octets, 20, scale))
    assert len(drawn) == len(drawn[0]) == 160 * scale + 2 * MARGIN
    assert "1" not in "".join(drawn[:MARGIN] + drawn[-MARGIN:])
    inner = [row[MARGIN : MARGIN + 160 * scale] for row in drawn[MARGIN:-MARGIN]]
    rows = [octets[at : at + 20] for at in range(0, len(octets), 20)]
    for y, row in enumerate(inner):
        bits = f"{int.from_bytes(rows[y // scale]):0160b}"
        assert row == "".join([bit * scale for bit in bits])


def test_the_pictures_in_the_manual_are_those_of_the_screens():
    kept = {path.name for path in FOLDER.glob("*.png")}
    for name, octets in pictures():
        assert pixels((FOLDER / name).read_bytes()) == pixels(octets), f"{name}: make docs"
        kept.remove(name)
    assert not kept
    assert (FOLDER / "README.md").read_text() == page()
