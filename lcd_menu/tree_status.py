"""The pages of the menu that show how things are."""

from lcd_menu.items import View, page, rows

VERSION = page(
    "Version",
    View("Firmware", "firmware.version"),
    View("Runs on", "firmware.interpreter"),
    View("Board", "board.name"),
)
STATUS = page(
    "Status",
    View("HES", "uplink.state"),
    View("Last contact", "uplink.contact"),
    View("Sessions", "uplink.sessions"),
    View("Heartbeats", "uplink.heartbeats"),
    View("Modem", "modem.state"),
)
_WHY = (
    View("MP", "meter.mp"),
    View("Address", "meter.address"),
    View("Channel", "meter.channel"),
    View("State", "meter.state"),
    View("Reason", "meter.reason"),
    View("Last read", "meter.last_good"),
    View("Good rounds", "meter.success"),
)
METER_STATES = page(
    "Meters",
    rows("All", "meters", "no meters", *_WHY),
    rows("Failing", "meters.failing", "no meters", *_WHY),
    rows("RS485-1", "meters.on.1", "no meters", *_WHY),
    rows("RS485-2", "meters.on.2", "no meters", *_WHY),
    rows("RS485-3", "meters.on.3", "no meters", *_WHY),
)
ALARMS = rows("Alarms", "alarms", "no alarms", View("Time", "alarm.time"), View("", "alarm.text"))
NETWORK = page("PLC/RF network", View("PLC/RF module", "plc.state"))
