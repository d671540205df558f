"""The alarms of the DCU: code numbers for the HES, and what a person reads.

Numbers are never reused: the HES keeps them for years.
"""

POWER_UP = 1
METER_SILENT = 2
METER_BACK = 3
METER_WRONG = 4
PORT_LOST = 5
PORT_BACK = 6
STORAGE_FAILED = 7
STORAGE_DAMAGED = 8
CLOCK_INVALID = 9
SETTING_INVALID = 10
AUTHENTICATION_FAILURE = 11
METER_EVENT = 12
METER_CLOCK = 13

TEXT = {
    POWER_UP: "power up",
    METER_SILENT: "meter silent",
    METER_BACK: "meter back",
    METER_WRONG: "meter answers wrongly",
    PORT_LOST: "port lost",
    PORT_BACK: "port back",
    STORAGE_FAILED: "storage failed",
    STORAGE_DAMAGED: "stored data damaged",
    CLOCK_INVALID: "clock not set",
    SETTING_INVALID: "stored setting invalid",
    AUTHENTICATION_FAILURE: "authentication failure",
    METER_EVENT: "event of a meter",
    METER_CLOCK: "clock of a meter",
}
