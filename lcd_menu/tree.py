"""The menu of the DCU, as data. Labels have at most 14 columns: beside is a value, or icons."""

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

# What the tree asks the model for: (key, what the text says, an example).
KEYS = (
    ("terminal.id", "terminal ID", "07310001"),
    ("clock.utc", "date and time, 20 columns; says so when the clock is not set", "-"),
    ("uplink.state", "the link to the HES in words", "registered"),
    ("meters.total", "how many meters are on file", "96"),
    ("meters.online", "how many of them answer", "95"),
    ("readings.stored", "how many readings were stored so far", "12345"),
    ("alarms.waiting", "alarms that the HES has not acknowledged", "0"),
    ("firmware.version", "version of the firmware", "0.1.0"),
    ("firmware.interpreter", "what it runs on", "micropython 1.28"),
    ("board.name", "the board", "pc"),
)

# Asked for one row, by its name (show(key, name)); `rows(key)` of the first gives the names.
ROW_KEYS = (
    (
        "meters",
        "MP, address, digit of the channel, state: in 20 columns",
        "   5    17 3 online",
    ),
    ("meter.mp", "measuring point", "5"),
    ("meter.address", "address on the bus", "17"),
    ("meter.channel", "channel", "rs485-3"),
    ("meter.state", "the state in a word", "online"),
    ("meter.last_good", "when it was last read in full", "2026-11-22 21:45:07Z"),
    ("meter.success", "rounds that read it, of those that asked it", "95 of 96"),
    ("meter.reason", "why the last round failed; a dash when it did not", "-"),
)
