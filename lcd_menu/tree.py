"""The menu of the DCU, as data: the idle pages and the main menu.

What the model answers to each key: docs/panel.md.
"""

from lcd_menu.items import Action, Field, Level, View, home, page
from lcd_menu.tree_setup import CHANGE, CHANNEL, HOST, METERS, TERMINAL, TERMINAL_IP
from lcd_menu.tree_status import (
    ALARMS,
    FIRMWARE,
    METER_STATES,
    NETWORK,
    STATUS,
    TESTS,
    VERSION,
)

MENU = home(
    "OpenDCU",
    page(
        "",
        View("", "clock.civil"),
        View("Terminal", "terminal.id"),
        View("HES", "uplink.state"),
        View("", "uplink.way"),
        View("Alarms waiting", "alarms.waiting"),
    ),
    page(
        "",
        View("Meters", "meters.total"),
        View("Online", "meters.online"),
        View("RS485-1", "meters.rs485-1"),
        View("RS485-2", "meters.rs485-2"),
        View("RS485-3", "meters.rs485-3"),
        View("PLC/RF", "meters.plc"),
        View("Good rounds", "meters.success"),
    ),
    page(
        "",
        View("Last contact", "uplink.contact"),
        View("Readings", "readings.stored"),
        View("Waiting", "readings.waiting"),
        View("Firmware", "firmware.version"),
    ),
    menu=page(
        "Menu",
        METERS,
        page("Time", Field("Date and time", "clock.set"), Field("Time zone", "clock.zone")),
        page("Password", Field("Set password", "panel.password")),
        TERMINAL,
        CHANNEL,
        HOST,
        TERMINAL_IP,
        VERSION,
        Action("Reboot", "reboot"),
        Action("Clear data", "clear_data"),
        page(
            "LCD",
            Level("Grey level", "panel.contrast"),
            Field("Light, s", "panel.idle_s"),
            Field("Idle page, s", "panel.page_s"),
        ),
        CHANGE,
        STATUS,
        METER_STATES,
        ALARMS,
        NETWORK,
        TESTS,
        FIRMWARE,
        Field("Language", "panel.language"),
    ),
)
