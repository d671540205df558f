"""The panel on a framebuffer, for which files stand: what is written, where, and how often."""

import os

from hal.errors import PortError
from hal.files import Files
from hal.framebuffer import CONTRAST_MAX, Framebuffer

PIXEL_0_AND_9 = b"\x80\x40" + bytes(18)
FRAME = PIXEL_0_AND_9 * 160
_made = []


def machine(size="320,340", depth=32, stride=None, has_light=False):
    """(path of the framebuffer, folder of its system): made of files."""
    folder = "%s/fb-%d" % (os.getenv("DUAL_TMP") or "/tmp", len(_made))
    _made.append(folder)
    columns, _, rows = size.partition(",")
    stride = int(columns) * depth // 8 if stride is None else stride
    Files(folder + "/graphics/fb0")
    texts = (("virtual_size", size), ("bits_per_pixel", str(depth)), ("stride", str(stride)))
    for name, text in texts:
        put(f"{folder}/graphics/fb0/{name}", text + "\n")
    if has_light:
        Files(folder + "/backlight/acpi")
        put(folder + "/backlight/acpi/max_brightness", "15\n")
        put(folder + "/backlight/acpi/brightness", "7\n")
    with open(folder + "/fb0", "wb") as file:
        file.write(b"\x5a" * (stride * int(rows or 0)))
    return folder + "/fb0", folder


def put(path, text):
    with open(path, "w") as file:
        file.write(text)


def got(path):
    with open(path, "rb") as file:
        return file.read()


def trouble(*arguments, **options):
    path, system = machine(*arguments, **options)
    try:
        Framebuffer(path, system=system)
    except PortError as error:
        return str(error)
    return ""


def shown(depth, size="320,340", level=CONTRAST_MAX, lit=True, stride=None):
    path, system = machine(size, depth, stride)
    display = Framebuffer(path, system=system)
    display.contrast(level)
    display.light(lit)
    display.show(FRAME)
    display.close()
    return got(path)


def test_each_pixel_is_a_square_in_the_middle_of_the_screen():
    octets = shown(32)
    stride, ink, paper = 320 * 4, b"\x18\x2a\x20\xff", b"\xa0\xcc\xb8\xff"
    assert octets[: 10 * stride] == octets[-10 * stride :] == bytes(10 * stride)
    row = ink * 2 + paper * 16 + ink * 2 + paper * 300
    assert octets[10 * stride : -10 * stride] == row * 320


def test_on_a_wider_screen_there_are_margins_at_the_sides():
    octets = shown(32, "180,160", stride=180 * 4 + 16)
    line = octets[: 180 * 4 + 16]
    assert line[:32] == bytes(32) and line[32:36] == b"\x18\x2a\x20\xff"
    assert line[32 + 640 :] == bytes(48 + 16)
    assert octets == line * 160


def test_a_pixel_of_sixteen_bits_has_five_six_and_five_of_a_colour():
    ink, paper = (
        0x20 >> 3 << 11 | 0x2A >> 2 << 5 | 0x18 >> 3,
        0xB8 >> 3 << 11 | 0xCC >> 2 << 5 | 0xA0 >> 3,
    )
    octets = shown(16, "160,160")
    assert octets[:4] == ink.to_bytes(2, "little") + paper.to_bytes(2, "little")
    assert octets[18:20] == ink.to_bytes(2, "little")


def test_in_mono_a_dark_pixel_is_a_bit_that_is_set():
    assert shown(1, "160,160") == FRAME
    octets = shown(1)
    assert octets[400:404] == b"\xc0\x00\x30\x00" and len(octets) == 340 * 40


def test_contrast_and_light_change_the_colours():
    black, pale = shown(32, "160,160")[:4], shown(32, "160,160", level=0)[:4]
    unlit = shown(32, "160,160", lit=False)
    assert black[1] < pale[1] < 0xCC
    assert unlit[:4] == black and unlit[4:8] == b"\x6e\x86\x7a\xff"


def test_a_backlight_is_switched_and_the_paper_stays():
    path, system = machine("160,160", has_light=True)
    display = Framebuffer(path, system=system)
    display.show(FRAME)
    before = got(path)
    for lit, brightness in ((False, b"0"), (True, b"15")):
        display.light(lit)
        display.show(FRAME)
        assert got(system + "/backlight/acpi/brightness") == brightness
    assert got(path) == before
    display.light(False)
    display.contrast(3)
    display.show(FRAME)
    assert got(path)[4:8] == before[4:8]
    display.close()


def test_only_rows_that_changed_are_written():
    path, system = machine("160,160")
    display = Framebuffer(path, system=system)
    display.show(FRAME)
    with open(path, "r+b") as file:
        file.write(b"\x77" * (160 * 160 * 4))
    display.show(FRAME[:-20] + bytes(20))
    octets = got(path)
    assert octets[: 159 * 640] == b"\x77" * (159 * 640)
    assert octets[159 * 640 :] == b"\xa0\xcc\xb8\xff" * 160
    display.contrast(0)
    display.show(FRAME)
    assert b"\x77" not in got(path)
    display.close()


def test_what_cannot_show_the_panel_says_why():
    assert trouble("160,160") == ""
    assert "has 159 x 160 pixels, the panel needs 160 x 160" in trouble("159,160")
    assert "has 160 x 159 pixels" in trouble("160,159")
    assert "24 bits a pixel" in trouble(depth=24)
    assert "does not say what the display is" in trouble("160")
    try:
        Framebuffer("/dev/fb0", system="/nowhere")
        raise AssertionError("opened")
    except PortError as error:
        assert "/dev/fb0" in str(error)
