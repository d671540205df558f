"""The pages of the menu that show how things are."""

from lcd_menu.items import Job, KeyTest, Order, View, page, rows

VERSION = page(
    "Version",
    View("Firmware", "firmware.version"),
    View("Runs on", "firmware.interpreter"),
    View("Board", "board.name"),
)
STATUS = page(
    "Status",
    page(
        "Uplink",
        View("HES", "uplink.state"),
        View("Last contact", "uplink.contact"),
        View("Sessions", "uplink.sessions"),
        View("Heartbeats", "uplink.heartbeats"),
        View("On trial", "uplink.trial"),
    ),
    page(
        "This month",
        View("Sent", "month.sent"),
        View("Received", "month.received"),
        View("Logins", "month.logins"),
        View("Redials", "month.redials"),
        View("Resets", "month.resets"),
    ),
    page(
        "Modem",
        View("State", "modem.state"),
        View("Signal", "modem.signal"),
        View("Operator", "modem.operator"),
        View("Network", "modem.network"),
        View("Model", "modem.model"),
        View("IMEI", "modem.imei"),
        View("ICCID", "modem.iccid"),
    ),
)
_WHY = (
    View("MP", "meter.mp"),
    View("Address", "meter.address"),
    View("Channel", "meter.channel"),
    View("State", "meter.state"),
    View("Reason", "meter.reason"),
    View("Last read", "meter.last_good"),
    View("Good rounds", "meter.success"),
    Job("Why", "meter.why"),
)
METER_STATES = page(
    "Meters",
    rows("All", "meters", "no meters", *_WHY),
    rows("Failing", "meters.failing", "no meters", *_WHY),
    rows("RS485-1", "meters.on.1", "no meters", *_WHY),
    rows("RS485-2", "meters.on.2", "no meters", *_WHY),
    rows("RS485-3", "meters.on.3", "no meters", *_WHY),
    rows("PLC/RF", "meters.on.plc", "no meters", *_WHY),
)
ALARMS = rows("Alarms", "alarms", "no alarms", View("Time", "alarm.time"), View("", "alarm.text"))
NETWORK = page(
    "PLC/RF network",
    View("Module", "plc.state"),
    View("Members", "plc.members"),
    View("PAN", "plc.pan"),
    rows(
        "Nodes",
        "plc.nodes",
        "no nodes",
        View("MP", "node.mp"),
        View("EUI-64", "node.eui"),
        View("Hops", "node.hops"),
        View("Over", "node.parent"),
        View("Link quality", "node.quality"),
        View("Phase", "node.phase"),
    ),
)
TESTS = page(
    "Tests",
    Job("Ping HES", "test.ping"),
    rows("Read meter", "meters", "no meters", Job("Read now", "meter.read")),
    page(
        "Loop-back", Job("RS485-1", "loop.1"), Job("RS485-2", "loop.2"), Job("RS485-3", "loop.3")
    ),
    Job("Lamps", "test.lamps"),
    KeyTest("Keys"),
)
FIRMWARE = page(
    "Firmware",
    View("Version", "firmware.version"),
    View("Image", "firmware.image"),
    Order("From USB", "firmware.usb"),
)
