"""The settings of the device itself, as rows of dcu/schema.py: Ethernet, panel, cover, page."""

from dcu import ipv4

SIZES = ("160x160", "128x64", "20x4")
LANGUAGES = ("en", "es", "fr", "ru", "zh")
_NO_YES = ("no", "yes")

ROWS = (
    (
        "eth.ipv4",
        "ipv4",
        ipv4.SYSTEM,
        0,
        ipv4.TEXT_MAX,
        "system, dhcp, or ADDRESS/MASK,GATEWAY,DNS",
    ),
    ("eth.interface", "text", "eth0", 1, 15, "that eth.ipv4 is for"),
    ("eth.resolv", "text", "/etc/resolv.conf", 0, 127, "gets the name servers; empty: nothing"),
    ("eth.confirm_s", "number", "120", 5, 3600, "a change is taken back if not proved by then, s"),
    ("panel.password", "pin", "", 6, 6, "of the panel and its page; empty: factory"),
    ("panel.language", "choice", "en", LANGUAGES, None, "language of the panel"),
    ("panel.contrast", "number", "8", 0, 10, "grey level of the display"),
    ("panel.idle_s", "number", "60", 10, 3600, "without a key until the light goes, s"),
    ("panel.page_s", "number", "8", 2, 60, "how long an idle page is shown, s"),
    (
        "panel.size",
        "choice",
        SIZES[0],
        SIZES,
        None,
        "of the display: pixels, or 20 characters in 4 lines",
    ),
    (
        "panel.display",
        "text",
        "",
        0,
        127,
        "/dev/fb0, lcd:/dev/lcd, luma:KIND:i2c or :spi; or none",
    ),
    ("panel.keypad", "text", "", 0, 127, "/dev/input/eventN, or gpio:ROWS:COLUMNS"),
    ("panel.lamps", "text", "", 0, 127, "run=LED,hes=LED,alarm=LED of /sys/class/leds"),
    ("cover.input", "text", "", 0, 127, "GPIO 5, CHIP/LINE 0/5, or /FILE; empty: none"),
    ("cover.open_level", "choice", "1", ("1", "0"), None, "its level when open"),
    ("firmware.folder", "text", "/media/usb", 1, 127, "where a USB stick is mounted"),
    ("web.on", "choice", "no", _NO_YES, None, "page of the panel for a browser"),
    ("web.address", "text", "127.0.0.1", 1, 63, "where it listens; 0.0.0.0: anywhere"),
    ("web.port", "number", "8080", 1, 65535, "and the port"),
)
