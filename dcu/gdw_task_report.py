"""Q/GDW 376.1: the reports of the tasks of dcu/gdw_tasks.py, as they become due (AFN 0C and 0D,
unasked) and as the HES asks for those it has missed (AFN 0B).

What came due while no HES was there is reported once it is, the last of each task; those before
are there to be asked for. What has no data is left out.

Reference: Q/GDW 376.1-2009, 5.11 to 5.13.
"""

from dcu import gdw_history, gdw_live, gdw_time
from dcu.civil import DAY_S
from dcu.gdw_answer import ANSWERED_MAX, WELL
from dcu.gdw_report import confirmed
from dcu.gdw_schema import BOTH, CLASS_1_ALONE, CLASS_2_ALONE
from hal import coop
from hal.errors import DcuError, PortError, Refused
from wire import qgdw3761
from wire.qgdw3761_message import CLASS_1, CLASS_2, codec_of
from wire.qgdw3761_units import ALL_POINTS, unit

REPORTS_MAX = 96  # of one question
_CLASS = {CLASS_1: CLASS_1_ALONE, CLASS_2: CLASS_2_ALONE}  # of gdw.confirmed
_LOOK_MS = 1_000
_LOOK_BACK_S = DAY_S  # for the reading that was the last one then
_OF_THEN = (25, 33, 129, 131)  # of class 1: what can still be told later


class _Then:
    """The readings as they were the last at a time."""

    def __init__(self, gdw, utc_s):
        self.dcu = gdw.dcu
        self.minute_of = gdw.minute_of
        self._at_s = utc_s

    def last(self, mp):
        self.dcu.archive.get(mp)
        found = None
        for row in self.dcu.profile.query(mp, self._at_s - _LOOK_BACK_S, self._at_s + 1):
            found = row
        if found is None:
            raise Refused(f"376.1: MP {mp} was not read then")
        return found


async def report_tasks(session, gdw, settings, clock):
    """Beside one session, until it is cancelled or its port fails."""
    while True:
        await coop.sleep_ms(_LOOK_MS)
        if not (clock.is_set and gdw.may_report()):
            continue
        for task, number in gdw.tasks.due(clock.utc_s()):
            packer = _Packer(session, task.afn, settings, clock, gdw.waiting)
            try:
                await _each(gdw, gdw, task, number, packer.add)
                await packer.flush()
            except PortError:
                return  # the session ends by the same error; the next one reports it
            task.reported_s = task.due_s(number)


class _Packer:
    """Data units into frames, each whole in itself, and repeated until it is confirmed, where it
    is to be. One that never is stops nothing: the HES may ask for it."""

    def __init__(self, session, afn, settings, clock, events_of):
        self._session = session
        self._afn = afn
        self._settings = settings
        self._clock = clock
        self._body_max = settings.get("gdw.frame_octets") - qgdw3761.OVERHEAD
        self._confirms = settings.get("gdw.confirmed") in (_CLASS[afn], BOTH)
        self._events_of = events_of
        self._body = b""

    async def add(self, pn, fn, octets, error):
        octets = unit(pn, fn, octets)
        if len(self._body) + len(octets) > self._body_max:
            await self.flush()
        self._body += octets

    async def flush(self):
        body, self._body = self._body, b""
        if not body:
            return
        limit_ms = 1000 * self._settings.get("hes.reply_s")
        for _ in range(self._settings.get("hes.heartbeat_misses") if self._confirms else 1):
            given = self._afn, body, self._events_of(), self._confirms
            number = await self._session.tell(*given)
            if not self._confirms:
                return
            if await confirmed(self._session, number, self._clock, limit_ms):
                return


async def report_again(gdw, answer, pn, fn, value):
    """AFN 0B F1, F2: adds to the Answer the reports of task `pn` from one time to another.
    Refused."""
    afn = {1: CLASS_1, 2: CLASS_2}[fn]
    await answer.begin(afn)
    task = gdw.tasks.get(afn, pn)
    from_s = gdw_time.utc_of(gdw.zone(), value["from"])
    to_s = from_s if value["to"] is None else gdw_time.utc_of(gdw.zone(), value["to"])
    last = task.number_at(min(to_s, gdw.dcu.clock.utc_s()))
    if last is None or to_s < from_s:
        raise Refused(f"376.1: task {pn} had nothing to report then")
    first = task.number_at(from_s) or 0
    if value["to"] is not None and task.due_s(first) < from_s:
        first += 1
    if last - first >= REPORTS_MAX:
        raise Refused(f"376.1: {last - first + 1} reports: at most {REPORTS_MAX} at once")
    for number in range(first, last + 1):
        then = _Then(gdw, task.due_s(number)) if afn == CLASS_1 else gdw
        await _each(gdw, then, task, number, answer.add)


async def _each(gdw, view, task, number, add):
    """Adds what report `number` has: view is gdw, or how things were then."""
    for count, (pn, fn) in enumerate(_asked(gdw, task)):
        if count == ANSWERED_MAX:
            gdw.dcu.log("376.1", f"more than {ANSWERED_MAX} data in one report of a task")
            break
        octets = await _data(view, task, number, pn, fn, view is not gdw)
        if octets is not None:
            await add(pn, fn, octets, WELL)
        await coop.sleep_ms(0)


def _asked(gdw, task):
    """Yields (pn, fn) of each; all points are the meters on file."""
    for points, functions in task.value["units"]:
        if points == [ALL_POINTS]:
            points = [meter.mp for meter in gdw.dcu.archive.meters()]
        for pn in points:
            for fn in functions:
                yield pn, fn


async def _data(view, task, number, pn, fn, is_past):
    """Octets, or None where there is nothing to tell."""
    if task.afn == CLASS_2:
        function, asked = gdw_history.READ[fn], task.mark(fn, number)
    elif is_past and fn not in _OF_THEN:
        return None
    else:
        function, asked = gdw_live.LIVE[fn], None
    try:
        return codec_of(task.afn, fn, True).give(await function(view, pn, asked))
    except DcuError:
        return None
