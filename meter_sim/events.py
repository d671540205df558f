"""The event logs of a meter (class 7), and which event goes into which.

Codes are those that the companion specifications share; what is in no other log is standard.
"""

from meter_sim import data
from meter_sim.items import obis
from meter_sim.profile import CLOCK_COLUMN

EVENTS_MAX = 256
CODE = 1, 255  # from, to
POWER_DOWN, POWER_UP, CLOCK_SET = 1, 2, 5
ERRORS_CLEARED, ALARMS_CLEARED = 10, 11
IMAGE_READY, IMAGE_ACTIVATED, IMAGE_REFUSED = 17, 18, 51
REMOTE_OFF, REMOTE_ON = 62, 63

STANDARD, FRAUD = obis("0.0.99.98.0.255"), obis("0.0.99.98.1.255")
DISCONNECTIONS, QUALITY = obis("0.0.99.98.3.255"), obis("0.0.99.98.4.255")
CODES = {
    FRAUD: range(40, 51),
    DISCONNECTIONS: range(59, 71),
    QUALITY: range(76, 100),
}
LOGS = (STANDARD, *CODES)

ALARM_BITS = {  # event code: bit of the alarm register
    6: 0,  # clock invalid
    7: 1,  # replace the battery
    12: 8,  # program memory
    13: 9,  # RAM
    14: 10,  # non-volatile memory
    16: 11,  # measurement
    15: 12,  # watchdog
    **dict.fromkeys((40, 42, 44, 49, 50), 13),  # fraud attempt
}


class EventLog:
    """Oldest first, kept over power loss. `happened(utc_s)`: events that need no noting."""

    period_s = 0
    entries_max = EVENTS_MAX

    def __init__(self, ln, happened=lambda utc_s: []):
        self.columns = (CLOCK_COLUMN, (1, bytes((0, 0, 96, 11, ln[4], 255)), 2))
        self._happened = happened
        self._noted = []

    def note(self, utc_s, code):
        self._noted = [*self._noted, (int(utc_s), code)][-EVENTS_MAX:]

    def keys(self, utc_s):
        return sorted(self._happened(utc_s) + self._noted)[-EVENTS_MAX:]

    def newest(self, utc_s):
        """The code of the last event, encoded; 0 if there is none."""
        return data.u8(([(0, 0)] + self.keys(utc_s))[-1][1])

    def time_s(self, event):
        return event[0]

    def cells(self, event, stamp):
        return [stamp, data.u8(event[1])]


class EventLogs:
    """`logs` is {logical name: EventLog}; on_alarm(bits, utc_s) hears of the serious ones."""

    def __init__(self, power, on_alarm):
        self.logs = {ln: EventLog(ln) for ln in LOGS}
        self.logs[STANDARD] = EventLog(STANDARD, power.events)
        self._on_alarm = on_alarm

    def note(self, utc_s, code):
        assert CODE[0] <= code <= CODE[1], code
        home = next((ln for ln, codes in CODES.items() if code in codes), STANDARD)
        self.logs[home].note(utc_s, code)
        if code in ALARM_BITS:
            self._on_alarm(1 << ALARM_BITS[code], utc_s)
