"""How devices of the board are written in the settings."""

import sys

from boards import device_forms
from tests.kept import refusal


def test_what_names_no_device_is_refused_when_it_is_set():
    is_cpython = sys.implementation.name == "cpython"
    for key, text, said in (
        ("panel.display", "oled", "write /dev/fb0"),
        ("panel.display", "luma:ssd1306", "write /dev/fb0"),
        ("panel.display", "luma:ssd1306:usb", "write /dev/fb0"),
        ("panel.display", "luma:ssd1306:i2c:1:0x3c", "" if is_cpython else "CPython alone"),
        ("panel.keypad", "event0", "write /dev/input/event0"),
        ("panel.keypad", "gpio:1,2:3,x,5", "'x' is no line"),
        ("panel.keypad", "gpio:1,2:3,4", "6 keys need"),
        ("panel.keypad", "gpio:1,2:3,4,5", ""),
        ("panel.lamps", "run", "write LAMP=LED"),
        ("panel.lamps", "run=led0,alarm=led1", ""),
        ("cover.input", "1/2/3", "is no line"),
        ("cover.input", "0/5", "" if is_cpython else "CPython alone"),
        ("cover.input", "5", ""),
    ):
        refused = refusal(device_forms.check, {key: text}.get, ["hes.main", key])
        assert said in refused and (not said or refused.startswith(key + ": ")), (text, refused)
        assert refusal(device_forms.check, {key: text}.get, ["hes.main"]) == ""
    for key in ("panel.display", "panel.keypad", "panel.lamps", "cover.input"):
        for text in ("", "/dev/it"):
            is_path = text and key != "panel.lamps"
            refused = refusal(device_forms.check, {key: text}.get, [key])
            assert bool(refused) == bool(text and not is_path), (key, text)


def test_a_display_of_characters_is_not_left_in_a_language_that_it_has_no_letters_for():
    for language, is_refused in (
        ("en", False),
        ("es", False),
        ("fr", False),
        ("ru", True),
        ("zh", True),
    ):
        for display in ("lcd:/dev/lcd", "/dev/fb0", ""):
            found = {"panel.display": display, "panel.language": language}
            for key in found:
                said = refusal(device_forms.check, found.get, [key])
                expected = is_refused and display == "lcd:/dev/lcd"
                assert ("needs pixels" in said) == expected, (found, said)
            assert refusal(device_forms.check, found.get, ["hes.main"]) == ""
