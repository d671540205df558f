"""The screens whose looks are kept: no test.

    python -m tests.dual.panel_screens      writes their checksums anew

Names are also those of the pictures in docs/panel/ (`make pictures`).
"""

import binascii

from lcd_menu.render import frame
from lcd_menu.words import LANGUAGES
from tests.dual.panel_plant import PASSWORD, Plant, alarmed

GOLDEN = "tests/vectors/panel/frames.txt"
METERS = 36
TYPED = "typed"  # in keys: the password
SCREENS = (
    ("idle-1", ""),
    ("idle-2", "down"),
    ("idle-3", "down down"),
    ("menu", "enter"),
    ("menu-end", "enter down*20"),
    ("meter-setting", "enter enter"),
    ("meter-list", "enter enter enter down*11"),
    ("meter-fields", "enter enter enter down*11 enter"),
    ("meter-delete", "enter enter enter enter down*10 enter typed"),
    ("meter-delete-sure", "enter enter enter enter down*10 enter typed down enter"),
    ("search", "enter enter down*2 enter"),
    ("add-meter", "enter enter down enter"),
    ("time", "enter down enter"),
    ("time-edit", "enter down enter enter typed"),
    ("time-zone", "enter down enter down enter typed"),
    ("password", "enter down*2 enter enter"),
    ("password-typing", "enter down*2 enter enter up*2 right up*3 right up"),
    ("password-new", "enter down*2 enter enter typed up*2 right"),
    ("terminal-id", "enter down*3 enter"),
    ("address-2", "enter down*3 enter down*2 enter typed right*2 up*11"),
    ("channel-type", "enter down*4 enter typed"),
    ("host-ip", "enter down*5 enter"),
    ("main-ip", "enter down*5 enter enter typed up right up right up"),
    ("main-ip-refused", "enter down*5 enter enter typed up*9 enter"),
    ("heart-refused", "enter down*5 enter down*4 enter typed up*9 enter"),
    ("terminal-ip", "enter down*6 enter"),
    ("version", "enter down*7 enter"),
    ("reboot", "enter down*8 enter typed"),
    ("clear-data", "enter down*9 enter typed"),
    ("lcd", "enter down*10 enter"),
    ("grey-level", "enter down*10 enter enter typed left*3"),
    ("change-parameter", "enter down*11 enter"),
    ("status", "enter down*12 enter"),
    ("uplink", "enter down*12 enter enter"),
    ("month", "enter down*12 enter down enter"),
    ("modem", "enter down*12 enter down*2 enter"),
    ("meters", "enter down*13 enter"),
    ("meters-all", "enter down*13 enter enter right"),
    ("meters-failing", "enter down*13 enter down enter"),
    ("meter-why", "enter down*13 enter down enter enter"),
    ("alarms", "enter down*14 enter"),
    ("alarm", "enter down*14 enter enter"),
    ("network", "enter down*15 enter"),
    ("nodes", "enter down*15 enter down*3 enter"),
    ("node", "enter down*15 enter down*3 enter enter"),
    ("tests", "enter down*16 enter"),
    ("loop-back", "enter down*16 enter down*2 enter"),
    ("keys", "enter down*16 enter down*4 enter right right"),
    ("firmware", "enter down*17 enter"),
    ("firmware-sure", "enter down*17 enter down*2 enter typed down enter"),
    ("language", "enter down*18 enter typed"),
    ("keep", "enter down*4 enter typed down enter"),
    ("wrong-password", "enter down*4 enter wrong"),
    ("wait", "enter down*4 enter wrong wrong wrong"),
)


def plant_at(keys, language="en"):
    plant = alarmed(Plant(METERS)).with_module()
    plant.dcu.settings.put("panel.language", language)
    for word in keys.split():
        if word == TYPED:
            plant.type(PASSWORD)
        elif word == "wrong":
            plant.type("999999")
        else:
            plant.press(word)
    return plant


def checksums(language):
    """A line for each screen: its name, the language, CRC-32 of the frame."""
    lines = []
    for name, keys in SCREENS:
        octets = bytes(frame(plant_at(keys, language).screen()))
        lines.append(f"{name} {language} {binascii.crc32(octets):08x}")
    return lines


def main():
    with open(GOLDEN, "w") as file:
        for language in LANGUAGES:
            file.write("\n".join(checksums(language)) + "\n")


if __name__ == "__main__":
    main()
