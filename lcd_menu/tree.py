"""The menu of the DCU, as data. Labels have at most 14 columns: beside is a value, or icons.

What the model answers to each key: docs/panel.md.
"""

from lcd_menu.items import View, home, page, rows

MENU = home(
    "Status",
    View("Terminal", "terminal.id"),
    View("", "clock.utc"),
    View("HES", "uplink.state"),
    View("Meters", "meters.total"),
    View(" online", "meters.online"),
    View("Readings", "readings.stored"),
    View("Alarms waiting", "alarms.waiting"),
    menu=page(
        "Menu",
        rows(
            "Meters",
            "meters",
            "no meters on file",
            View("MP", "meter.mp"),
            View("Address", "meter.address"),
            View("Channel", "meter.channel"),
            View("State", "meter.state"),
            View("Why not", "meter.reason"),
            View("Last", "meter.last_good"),
            View("Good rounds", "meter.success"),
        ),
        page(
            "Version",
            View("Firmware", "firmware.version"),
            View("Runs on", "firmware.interpreter"),
            View("Board", "board.name"),
        ),
    ),
)
