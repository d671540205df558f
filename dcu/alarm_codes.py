"""The alarms of the DCU: code numbers for the HES, how grave each is, and what a person reads.

Numbers are never reused: the HES keeps them for years. They are the bits of two words of 32, so
that the greatest is 63 (dcu/alarm_words.py). docs/events.md is made of this: `make objects`.
"""

from collections import namedtuple

INFO, WARNING, ALARM = "info", "warning", "alarm"  # nobody need act; soon; now

Code = namedtuple("Code", ("number", "severity", "text", "data"))

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
METER_REPLACED = 14
METER_PUSH = 15
CLOCK_STEPPED = 16
SETTING_CHANGED = 17
STORAGE_FILLING = 18
HELD_BACK = 19
RESTART = 20
TASKS_CHANGED = 21
METER_UNKNOWN = 22
VOLUME_EXCEEDED = 23
JOIN_FAILED = 24
METER_OUT = 25
NETWORK_CONFLICT = 26
GROUP_KEY_CHANGED = 27
DATA_CLEARED = 28
RECORDS_EVICTED = 29
LOGIN = 30
COVER_OPENED = 31
COVER_CLOSED = 32
FIRMWARE_CHANGED = 33
CERTIFICATE_ENDS = 34

CODES = (
    Code(POWER_UP, INFO, "power up", "the version that has started"),
    Code(METER_SILENT, ALARM, "meter silent", "what it did not answer; it is quarantined"),
    Code(METER_BACK, INFO, "meter back", "where it is"),
    Code(METER_WRONG, ALARM, "meter answers wrongly", "what was wrong; it is quarantined"),
    Code(PORT_LOST, ALARM, "port lost", "why; an adapter unplugged, a device not there"),
    Code(PORT_BACK, INFO, "port back", "which"),
    Code(STORAGE_FAILED, ALARM, "storage failed", "how many readings wait, and why"),
    Code(STORAGE_DAMAGED, WARNING, "stored data damaged", "what was set aside or passed over"),
    Code(CLOCK_INVALID, ALARM, "clock not set", "no tasks are done until it is"),
    Code(SETTING_INVALID, WARNING, "stored setting invalid", "which; its default is in use"),
    Code(AUTHENTICATION_FAILURE, ALARM, "authentication failure", "the mechanism; no secret"),
    Code(METER_EVENT, WARNING, "event of a meter", "its log, and the row as the meter has it"),
    Code(METER_CLOCK, WARNING, "clock of a meter", "how far off, too far to be set"),
    Code(METER_REPLACED, WARNING, "another meter answers", "its serial number, and the old one"),
    Code(
        METER_PUSH,
        WARNING,
        "notification of a meter",
        "its size and the beginning of its APDU, in hex",
    ),
    Code(CLOCK_STEPPED, WARNING, "clock of the DCU set", "by how many seconds"),
    Code(SETTING_CHANGED, INFO, "settings changed", "which, and from where; no values"),
    Code(STORAGE_FILLING, WARNING, "storage nearly full", "how full the disk is"),
    Code(HELD_BACK, WARNING, "alarms held back", "how many of which; they came too fast"),
    Code(RESTART, INFO, "restart", "why"),
    Code(TASKS_CHANGED, INFO, "task list changed", "how many tasks there are now, and from where"),
    Code(METER_UNKNOWN, WARNING, "unknown meter", "where it speaks; it is not on file"),
    Code(VOLUME_EXCEEDED, WARNING, "volume of the uplink", "over which limit of the month"),
    Code(JOIN_FAILED, WARNING, "meter did not join", "its EUI-64, and what was the matter"),
    Code(METER_OUT, INFO, "meter out of the network", "its EUI-64, and why"),
    Code(NETWORK_CONFLICT, ALARM, "two networks with one name", "the PAN identifier"),
    Code(GROUP_KEY_CHANGED, INFO, "group key changed", "how many meters have missed it"),
    Code(DATA_CLEARED, ALARM, "collected data cleared", "by whom"),
    Code(RECORDS_EVICTED, ALARM, "records evicted", "how many of what, for want of room"),
    Code(LOGIN, INFO, "login", "where the password was given"),
    Code(COVER_OPENED, ALARM, "cover opened", "whether that was while the DCU was off"),
    Code(COVER_CLOSED, INFO, "cover closed", "whether that was while the DCU was off"),
    Code(FIRMWARE_CHANGED, WARNING, "firmware changed", "the version before, and that now"),
    Code(CERTIFICATE_ENDS, WARNING, "certificate ends soon", "which file, and its last day"),
)
TEXT = {code.number: code.text for code in CODES}
