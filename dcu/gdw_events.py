"""Q/GDW 376.1, AFN 0E: the alarms of the DCU as events (ERC), important and ordinary. Important is
what was raised with the severity ALARM.

Important and ordinary ones are numbered apart; an event counter (EC) is the number of the last
one, modulo 256. Nothing of it is stored but, now and then, the counters at one alarm: those after
it are counted again at the next start.

Reference: Q/GDW 376.1-2009, 5.14, annex D.
"""

from dcu import alarm_codes, gdw_meters
from dcu.gdw_values import imported
from dcu.schema import whole
from dcu.unit import VERSION
from hal.errors import PortError

RING = 256  # numbers of alarms looked back
SAVE_EVERY = 64  # alarms
REPORTED_MAX = 8  # events in a frame that nobody has asked for
_PAGE = 64
_COUNT_MAX = 999_999_999_999
_MEMORY, _CLOCK, _PORT = 1, 2, 4  # faults of ERC 21
_FAULTS = {
    alarm_codes.STORAGE_FAILED: _MEMORY,
    alarm_codes.STORAGE_DAMAGED: _MEMORY,
    alarm_codes.CLOCK_INVALID: _CLOCK,
    alarm_codes.PORT_LOST: _PORT,
}
_DATA_CLEARED, _OTHER_VERSION = 1, 2  # bits of ERC 1
_REPLACED = 1  # bit of ERC 8
COVER = 1  # bit of ERC 4: our one switch input; it is set while the cover is open


def _power(gdw, alarm):
    """When it went off nobody knows."""
    return {"off": None, "on": gdw.minute_of(alarm.time_s)}


def _cleared(gdw, alarm):
    version = short_version(VERSION)
    return _at(gdw, alarm, {"what": _DATA_CLEARED, "old": version, "new": version})


def _other_version(gdw, alarm):
    """Its text is "0.1.0 to 0.2.0"."""
    old, _, new = [short_version(each) for each in alarm.text.partition(" to ")]
    return _at(gdw, alarm, {"what": _OTHER_VERSION, "old": old, "new": new})


def short_version(version):
    """Four characters, as 376.1 has them: "010" of 0.1.0."""
    return version.replace(".", "")[:4]


def _settings(gdw, alarm):
    return _at(gdw, alarm, {"msa": gdw.dcu.settings.get("gdw.msa"), "units": []})


def _opened(gdw, alarm):
    return _cover(gdw, alarm, COVER)


def _closed(gdw, alarm):
    return _cover(gdw, alarm, 0)


def _cover(gdw, alarm, state):
    return _at(gdw, alarm, {"changed": COVER, "state": state})


def _replaced(gdw, alarm):
    return _at(gdw, alarm, {"mp": alarm.mp, "what": _REPLACED})


def _meter_clock(gdw, alarm):
    return _at(gdw, alarm, {"mp": alarm.mp})


def _authentication(gdw, alarm):
    """What was given in place of the password is not told."""
    return _at(gdw, alarm, {"password": bytes(16), "msa": gdw.dcu.settings.get("gdw.msa")})


def _fault(gdw, alarm):
    return _at(gdw, alarm, {"what": _FAULTS[alarm.code]})


def _silent(gdw, alarm):
    last = gdw.dcu.profile.last(alarm.mp)
    energy = imported(last[1])[0] if last else None
    time = gdw.minute_of(last[0]) if last else None
    return _at(gdw, alarm, {"mp": alarm.mp, "last": time, "kwh": energy, "kvarh": None})


def _traffic(gdw, alarm):
    octets = min(gdw.octets("month"), 0xFFFFFFFF)
    limit = min(1024 * gdw.dcu.settings.get("uplink.month_kib"), 0xFFFFFFFF)
    return _at(gdw, alarm, {"octets": octets, "limit": limit})


def _unknown(gdw, alarm):
    """Its text is "rs485-1 address 17"."""
    words = alarm.text.split(" ")
    is_port = words[0] in gdw_meters.CHANNELS.values()
    port = gdw_meters.port_of(words[0]) if is_port else 0
    found = []
    if is_port and words[-1].isdigit() and len(words[-1]) <= 12:
        digits = "0" * (12 - len(words[-1])) + words[-1]
        address = bytes(reversed(bytes.fromhex(digits)))
        protocol = gdw.dcu.settings.get("gdw.dlms_protocol")
        found.append({"address": address, "quality": 0, "protocol": protocol})
    return _at(gdw, alarm, {"port": port, "meters": found})


def _at(gdw, alarm, body):
    body["time"] = gdw.minute_of(alarm.time_s)
    return body


_EVENTS = {  # alarm code: (ERC, function(gdw, alarm) -> body)
    alarm_codes.POWER_UP: (14, _power),
    alarm_codes.DATA_CLEARED: (1, _cleared),
    alarm_codes.FIRMWARE_CHANGED: (1, _other_version),
    alarm_codes.SETTING_CHANGED: (3, _settings),
    alarm_codes.COVER_OPENED: (4, _opened),
    alarm_codes.COVER_CLOSED: (4, _closed),
    alarm_codes.METER_REPLACED: (8, _replaced),
    alarm_codes.METER_CLOCK: (12, _meter_clock),
    alarm_codes.AUTHENTICATION_FAILURE: (20, _authentication),
    alarm_codes.STORAGE_FAILED: (21, _fault),
    alarm_codes.STORAGE_DAMAGED: (21, _fault),
    alarm_codes.CLOCK_INVALID: (21, _fault),
    alarm_codes.PORT_LOST: (21, _fault),
    alarm_codes.METER_SILENT: (31, _silent),
    alarm_codes.METER_WRONG: (31, _silent),
    alarm_codes.VOLUME_EXCEEDED: (32, _traffic),
    alarm_codes.METER_UNKNOWN: (35, _unknown),
}
ERC_OF = {code: row[0] for code, row in _EVENTS.items()}
KNOWN = sorted(set(ERC_OF.values()))


class Event:
    """number   among the important or the ordinary ones, from 1"""

    def __init__(self, alarm, is_important, number):
        self.alarm = alarm
        self.is_important = is_important
        self.number = number


class Events:
    """kept   load() -> bytes or None and save(bytes), durable on return: "SEQ ORDINARY IMPORTANT
    TOLD", the counters at an alarm, and up to which one important ones were read"""

    def __init__(self, gdw, kept):
        self._gdw = gdw
        self._kept = kept
        self._recent = []  # of the last RING alarms, oldest first
        self._seq, ordinary, important, told = _noted(kept.load())
        self._saved = self._seq
        self._counts = {True: important, False: ordinary}  # by whether they are important
        self._told = told  # up to this alarm the HES has read the important ones
        self._kinds = self._wanted()

    def counters(self):
        """(important, ordinary)"""
        self._look()
        return self._counts[True] % RING, self._counts[False] % RING

    def are_waiting(self):
        """Whether there are important ones that the HES has neither read nor acknowledged."""
        self._look()
        return bool(self._unread())

    def _unread(self):
        known = max(self._told, self._gdw.dcu.alarms.mark)
        return [each for each in self._recent if each.is_important and each.alarm.seq > known]

    def to_report(self):
        """(the value of AFN 0E F1 with the oldest that wait, at most REPORTED_MAX; the alarm up to
        which it goes), or None."""
        self._look()
        events = self._unread()[:REPORTED_MAX]
        if not events:
            return None
        return self._value(events, 0), events[-1].alarm.seq

    def were_read(self, seq):
        """The HES has those up to this alarm: durable, unless the disk refuses."""
        self._told = max(self._told, seq)
        self._save()

    def flags(self):
        """A bit for each ERC that has happened lately."""
        self._look()
        bits = 0
        for event in self._recent:
            bits |= 1 << _EVENTS[event.alarm.code][0] - 1
        return bits.to_bytes(8, "little")

    def between(self, is_important, first, end):
        """The value of AFN 0E F1 or F2: of the events whose pointers go from `first` to before
        `end` those that are still there."""
        self._look()
        found = []
        for event in self._recent:
            place = (event.number - 1 - first) % RING
            if event.is_important == is_important and place < (end - first) % RING:
                found.append(event)
        if is_important and found:
            self._told = max(self._told, found[-1].alarm.seq)
        return self._value(found, end)

    def _value(self, found, end):
        start = (found[0].number - 1) % RING if found else end
        important, ordinary = self.counters()
        return {
            "important": important,
            "ordinary": ordinary,
            "from": start,
            "to": (start + len(found)) % RING,
            "events": [self._told_of(event.alarm) for event in found],
        }

    def _told_of(self, alarm):
        erc, body_of = _EVENTS[alarm.code]
        return {"erc": erc, "body": body_of(self._gdw, alarm)}

    def _look(self):
        """At the alarms that are new."""
        alarms = self._gdw.dcu.alarms
        self._seq = min(self._seq, alarms.last)
        while self._seq < alarms.last:
            try:
                rows = alarms.read(self._seq, _PAGE)
            except PortError:
                break  # the disk; it is asked again with the next frame
            for alarm in rows:
                self._take(alarm)
            self._seq = rows[-1].seq if rows else alarms.last
        oldest = alarms.last - RING
        self._recent = [event for event in self._recent if event.alarm.seq > oldest]
        if self._seq - self._saved >= SAVE_EVERY or self._kinds != self._wanted():
            self._save()

    def _take(self, alarm):
        if ERC_OF.get(alarm.code) in self._kinds:
            is_important = alarm.severity == alarm_codes.ALARM
            self._counts[is_important] += 1
            self._recent.append(Event(alarm, is_important, self._counts[is_important]))

    def _save(self):
        """A disk that refuses costs a longer count at the next start."""
        self._kinds = self._wanted()
        self._saved = self._seq
        text = f"{self._seq} {self._counts[False]} {self._counts[True]} {self._told}"
        try:
            self._kept.save(text.encode())
        except PortError:
            pass

    def _wanted(self):
        """The ERC that are told."""
        return [int(number) for number in self._gdw.dcu.settings.get("gdw.events").split(",")]


def _noted(stored):
    """(number of an alarm, how many ordinary and important events there were until then, number
    of the last alarm that was read)"""
    words = (stored or b"").decode().split(" ")
    numbers = [whole(word, 0, _COUNT_MAX) for word in words]
    return numbers if len(numbers) == 4 and None not in numbers else (0, 0, 0, 0)


async def important(gdw, pn, asked):
    return gdw.events.between(True, asked["from"], asked["to"])


async def ordinary(gdw, pn, asked):
    return gdw.events.between(False, asked["from"], asked["to"])


READ = {1: important, 2: ordinary}
