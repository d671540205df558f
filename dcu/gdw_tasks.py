"""Q/GDW 376.1, F65 to F68: the reports that the HES wants by itself again and again. Which data,
since when and how often; what is reported is what is kept, whatever the tasks of the DCU are.

A task that is on is due at its base time and then every so often, by the clock on the wall; up to
an hour, evenly. That of class 1 says how things are then, that of class 2 what was frozen last:
the day before, the month before, the curve since the time before.

Reference: Q/GDW 376.1-2009, 5.5 (F65 to F68), 5.11.
"""

from dcu import gdw_history, gdw_live, gdw_time
from dcu.civil import DAY_S, HOUR_S
from dcu.schema import whole
from hal.errors import Refused, WireError
from wire.cosem_time import date_of, days_of
from wire.cursor import Cursor
from wire.qgdw3761_data import DENSITY_S
from wire.qgdw3761_message import CLASS_1, CLASS_2, SET, codec_of
from wire.qgdw3761_parameters import TASKS_MAX

UNITS_MAX = 32  # of one task: points and functions of one group each
ON, OFF = 0x55, 0xAA
_SERVED = {CLASS_1: gdw_live.LIVE, CLASS_2: gdw_history.READ}
_SET = {CLASS_1: 65, CLASS_2: 66}  # Fn of AFN 04
_UNITS_S = (60, HOUR_S, DAY_S)
_MONTHS = 3  # in place of these
_DENSITIES = {0: 1, 1: 1, 2: 2, 4: 3}  # of how many quarters of an hour each point is
_POINTS_MAX = 255
_QUIET_MAX_S = 60  # the zone of the clock may be changed meanwhile


class Task:
    """afn    CLASS_1 or CLASS_2, whose data it reports
    value  of F65 or F66
    zone   function -> dcu/civil.py Zone
    """

    def __init__(self, afn, value, zone):
        """Refused for one that cannot be."""
        self.afn = afn
        self.value = value
        self.is_on = False
        self.reported_s = None  # when it was due that was reported last
        self._zone = zone
        self._unit, self._count = value["period"] >> 6, value["period"] & 0x3F
        self._base = value["base"]
        if not self._count or self._base is None or len(value["units"]) > UNITS_MAX:
            raise Refused(f"376.1: a task has a period, a base time and at most {UNITS_MAX} units")
        if value["every"] not in _DENSITIES:
            raise Refused(
                "376.1: curves have a point for each, each second or each fourth quarter"
            )
        for _, functions in value["units"]:
            unknown = [fn for fn in functions if fn not in _SERVED[afn]]
            if unknown:
                raise Refused(f"376.1: F{unknown[0]} of AFN {afn:02X} is not served")
        gdw_time.utc_of(zone(), self._base)  # there is such a day

    def number_at(self, utc_s):
        """Which report was due last, from 0; None before the first."""
        if self._unit == _MONTHS:
            year, month = date_of(self._civil_s(utc_s) // DAY_S)[:2]
            number = (12 * (year - self._base[0]) + month - self._base[1]) // self._count
        elif self._is_even():
            number = (utc_s - gdw_time.utc_of(self._zone(), self._base)) // self._step_s()
        else:
            number = (self._civil_s(utc_s) - self._base_civil_s()) // self._step_s()
        while number >= 0 and self.due_s(number) > utc_s:
            number -= 1
        return number if number >= 0 else None

    def due_s(self, number):
        """When report `number` is due."""
        if self._is_even():
            return gdw_time.utc_of(self._zone(), self._base) + self._step_s() * number
        if self._unit != _MONTHS:
            return self._zone().utc_s(self._base_civil_s() + self._step_s() * number)
        months = 12 * self._base[0] + self._base[1] - 1 + self._count * number
        first, after = [days_of(each // 12, each % 12 + 1, 1) for each in (months, months + 1)]
        day = min(first + self._base[2] - 1, after - 1)  # the 31st of a shorter month is its last
        return self._zone().utc_s(DAY_S * day + self._base_civil_s() % DAY_S)

    def mark(self, fn, number):
        """What a HES would ask function `fn` of class 2 with, in place of report `number`."""
        due_s = self.due_s(number)
        today = self._civil_s(due_s) // DAY_S
        names = [name for name, _ in codec_of(CLASS_2, fn, False).fields]
        if names == ["day"]:
            return {"day": date_of(today - 1)}
        if names == ["month"]:
            first = today - date_of(today)[2] + 1
            return {"month": date_of(first - 1)[:2]}
        before_s = self.due_s(number - 1)
        density = _DENSITIES[self.value["every"]]
        points = min((due_s - before_s) // DENSITY_S[density], _POINTS_MAX)
        from_ = gdw_time.minute_of(self._zone(), before_s)
        return {"from": from_, "density": density, "points": points}

    def _is_even(self):
        return self._unit != _MONTHS and self._step_s() <= HOUR_S

    def _step_s(self):
        return _UNITS_S[self._unit] * self._count

    def _civil_s(self, utc_s):
        return self._zone().civil_s(utc_s)

    def _base_civil_s(self):
        hour, minute, second = self._base[3:6]
        return DAY_S * days_of(*self._base[:3]) + 3600 * hour + 60 * minute + second


class Tasks:
    """kept   load() -> bytes or None and save(bytes), durable on return
    zone   function -> dcu/civil.py Zone
    """

    def __init__(self, kept, zone):
        self._kept = kept
        self._zone = zone
        self._tasks = {}  # (afn, number): Task
        self._quiet_s = (0, 0)  # from, to: nothing comes due between
        for line in (kept.load() or b"").decode().split("\n"):
            self._take(line.split(" "))

    def _take(self, words):
        """A line "AFN NUMBER SWITCH HEX". One that no longer fits is passed over."""
        numbers = [whole(word, 0, 0xFF) for word in words[:3]]
        if len(words) != 4 or None in numbers or numbers[0] not in _SET:
            return
        afn, number, switch = numbers
        try:
            cursor = Cursor(bytes.fromhex(words[3]))
            task = Task(afn, codec_of(SET, _SET[afn], False).take(cursor), self._zone)
        except (ValueError, Refused, WireError):
            return
        task.is_on = switch == ON
        self._tasks[afn, number] = task

    def get(self, afn, number):
        """Refused when there is none."""
        task = self._tasks.get((afn, number))
        if task is None:
            raise Refused(f"376.1: no task {number} of AFN {afn:02X}")
        return task

    def put(self, afn, number, value):
        """Another in place of it; it is off until it is switched on. Refused."""
        if not 1 <= number <= TASKS_MAX:
            raise Refused(f"376.1: tasks are 1 to {TASKS_MAX}")
        tasks = dict(self._tasks)
        tasks[afn, number] = Task(afn, value, self._zone)
        self._save(tasks)

    def switch(self, afn, number, value):
        if value not in (ON, OFF):
            raise Refused(f"376.1: {value:02X} is neither on nor off")
        tasks = dict(self._tasks)
        task = tasks[afn, number] = Task(afn, self.get(afn, number).value, self._zone)
        task.is_on = value == ON
        self._save(tasks)

    def forget(self):
        self._save({})

    def due(self, now_s):
        """[(Task, number of its report)] of those that are on and due, each once. What came due
        before it was switched on, or before we started, is none of them."""
        if self._quiet_s[0] <= now_s < self._quiet_s[1]:
            return []
        found, next_s = [], now_s + _QUIET_MAX_S
        for key in sorted(self._tasks):
            task = self._tasks[key]
            if not task.is_on:
                continue
            number = task.number_at(now_s)
            due_s = None if number is None else task.due_s(number)
            next_s = min(next_s, task.due_s(0 if number is None else number + 1))
            if task.reported_s is None or task.reported_s > now_s:  # or the clock was set back
                task.reported_s = now_s
            elif due_s is not None and due_s > task.reported_s:
                found.append((task, number))
        self._quiet_s = (0, 0) if found else (now_s, next_s)
        return found

    def _save(self, tasks):
        lines = []
        for afn, number in sorted(tasks):
            task = tasks[afn, number]
            octets = codec_of(SET, _SET[afn], False).give(task.value).hex()
            lines.append(f"{afn} {number} {ON if task.is_on else OFF} {octets}\n")
        self._kept.save("".join(lines).encode())
        self._tasks = tasks
        self._quiet_s = (0, 0)
