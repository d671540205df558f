"""Fills holes of the rounds from the load profiles of the meters, oldest first, while no task
has anything to do.

A slot that began while the DCU was off has no entry in the ledger. It gets one here, with that
reason, before it is filled.
"""

from collections import namedtuple

from dcu import ledger, meter_profile
from dcu.civil import DAY_S
from dcu.columns import row_of_profile
from dcu.ledger import Entry
from dcu.meter_state import ONLINE
from dcu.task import FROM_MEMORY, PROFILE
from hal import coop
from hal.errors import NoReply, PortError, Refused, WireError
from wire import obis
from wire.dialogue import AccessRefused
from wire.profile_rows import value_columns

HOLES_MAX = 960  # of a meter at a time: ten days of quarters of an hour
SPAN_S = DAY_S  # of a meter's memory read in one visit
_MARGIN_S = 10  # to the next visit of a task: a hole does not delay it
_Wanted = namedtuple("_Wanted", ("id", "kind", "items"))  # the layout, as of a task
_FAILED = (NoReply, PortError, Refused, WireError, coop.Expired)


class Filler:
    """For one channel; the parameters are those of dcu/collect.py.
    One that has been off, or has not known the time at its start, says so of the slots since.
    """

    def __init__(self, channel, tasks, archive, states, book, readings, settings, clock):
        self._channel = channel
        self._tasks = tasks
        self._archive = archive
        self._states = states
        self._book = book
        self._readings = readings
        self._settings = settings
        self._clock = clock
        self._start_s = clock.utc_s() if clock.is_set else None
        self._off_reason = ledger.DCU_OFF if clock.is_set else ledger.CLOCK_INVALID
        self._holes = {}  # MP: [slot_s], oldest first; not in it: not looked for yet
        self._not_before_s = {}
        self._dropped = 0  # by the readings, when holes were last looked for
        self.filled = 0

    def note(self, task, mp, entry):
        """What was just written into the ledger."""
        if task.id == 0 and mp in self._holes and entry.what not in ledger.FINAL:
            holes = self._holes[mp]
            if len(holes) < HOLES_MAX and entry.slot_s not in holes:
                holes.append(entry.slot_s)

    def waiting(self):
        """{MP: how many slots are still to be filled}"""
        return {mp: len(holes) for mp, holes in self._holes.items() if holes}

    def search(self, mp):
        """Look for the holes of a meter again."""
        self._holes.pop(mp, None)
        self._not_before_s.pop(mp, None)

    async def step(self, collection, part):
        """True when something was done; then ask again, there may be more."""
        if self._readings.is_failing:
            return False  # it is in the memory of the meter, and better there
        self._look_again_if_dropped()
        if self._start_s is None:
            self._start_s = self._clock.utc_s()
        for record in self._archive.meters(self._channel):
            if record.mp not in self._holes:
                part.alive()
                self._holes[record.mp] = self._holes_of(record)
                await coop.sleep_ms(0)
                return True
        if not self._settings.get("collect.fill_obis"):
            return False
        if collection.left_s() < min(_MARGIN_S, self._settings.get("collect.period_s") // 2):
            return False
        state = self._next()
        if state is None:
            return False
        part.alive()
        limit_ms = 1000 * self._settings.get("collect.visit_max_s")
        mp = state.record.mp
        collection.tell(f"filling {len(self._holes[mp])} holes of MP {mp}")
        try:
            await coop.within_ms(limit_ms, self._fill(state, collection))
        except _FAILED as error:
            state.reason = f"filling holes: {error or 'takes too long'}"
            self._pause(mp)
        self._readings.commit()
        return True

    def _look_again_if_dropped(self):
        """What the disk did not take in time: of those slots nothing is known here."""
        if self._readings.dropped != self._dropped:
            self._dropped = self._readings.dropped
            self._start_s, self._off_reason = self._clock.utc_s(), ledger.NOT_STORED
            self._holes = {}

    def _next(self):
        """The meter with the oldest hole, of those that answer."""
        now_s = self._clock.utc_s()
        best = None
        for record in self._archive.meters(self._channel):
            holes = self._holes.get(record.mp)
            if not holes or self._not_before_s.get(record.mp, 0) > now_s:
                continue
            state = self._states.of(record)
            if state.state == ONLINE and (
                best is None or holes[0] < self._holes[best.record.mp][0]
            ):
                best = state
        return best

    def _pause(self, mp):
        self._not_before_s[mp] = self._clock.utc_s() + self._settings.get("collect.period_s")

    async def _fill(self, state, collection):
        ln = obis.parse(self._settings.get("collect.fill_obis"))
        meter = collection.meter_of(state)
        await meter.open()
        try:
            rows, newest_s = await self._rows(meter, state, ln)
        except AccessRefused:  # it keeps no load profile, or not for us
            rows, newest_s = {}, self._clock.utc_s()
        finally:
            await meter.close(1000 * self._settings.get("collect.period_s"))
        self._take(state.record.mp, rows, newest_s)

    async def _rows(self, meter, state, ln):
        """({time_s: values of a reading} of the oldest holes, up to when the meter has rows)."""
        holes = self._holes[state.record.mp]
        wanted = _Wanted("fill", PROFILE, (ln,))
        if state.layout_of(wanted) is None:
            state.keep_layout(wanted, await meter_profile.layout(meter, ln))
        shape = state.layout_of(wanted)
        to_s = min(holes[-1], holes[0] + SPAN_S) + shape.period_s
        deviation = state.record.deviation
        found = await meter_profile.read_rows(meter, ln, shape, holes[0], to_s, deviation)
        now_s = self._clock.utc_s()
        if not found and to_s < now_s:  # perhaps it was off: then it has later ones
            later_s = min(to_s + SPAN_S, now_s)
            if await meter_profile.read_rows(meter, ln, shape, to_s, later_s, deviation):
                return {}, to_s
        attributes = value_columns(shape.columns)
        rows = {}
        for time_s, values in found:
            row = row_of_profile(time_s, attributes, shape.scaler_units, values)
            if [value for value in row[1:] if value is not None]:
                rows[time_s] = row
        is_past = to_s + SPAN_S < now_s  # then it is not going to have more
        return rows, to_s if is_past else max([0] + [time_s for time_s, _ in found])

    def _take(self, mp, rows, newest_s):
        rounds = self._tasks.all()[0]
        now_s = self._clock.utc_s()
        left = []
        for slot_s in self._holes[mp]:
            if slot_s in rows:
                self._readings.put(mp, slot_s, rows[slot_s])
                self._book.put(rounds, mp, Entry(slot_s, ledger.FILLED, 0, now_s, None))
                self.filled += 1
            elif slot_s <= newest_s:
                self._book.put(rounds, mp, Entry(slot_s, ledger.NOT_IN_MEMORY, 0, now_s, None))
            else:
                left.append(slot_s)
        if len(left) == len(self._holes[mp]):
            self._pause(mp)  # the meter has not got so far
        self._holes[mp] = left

    def _holes_of(self, record):
        """Of the rounds; slots of any task that nobody was here for get their reason."""
        holes = []
        for task in self._tasks.all():
            if task.selects(record):
                found = self._missing(task, record.mp)
                holes = found if task.id == 0 else holes
        return holes[:HOLES_MAX]

    def _missing(self, task, mp):
        """Slots without data since the first that the ledger knows, of collect.fill_days."""
        now_s = self._clock.utc_s()
        from_s = max(0, now_s - DAY_S * self._settings.get("collect.fill_days"))
        known = {entry.slot_s: entry for entry in self._book.entries(task, mp, from_s, now_s + 1)}
        if not known:
            return []
        missing = []
        slot_s, newest_s = min(known), max(known)
        while slot_s <= now_s:
            entry = known.get(slot_s)
            after_s = task.period.after(slot_s)
            if entry is None and slot_s <= self._start_s and task.is_valid(slot_s):
                self._put_off(task, mp, slot_s, newest_s, now_s)
                missing.append(slot_s)
            elif entry is not None and entry.what not in ledger.FINAL:
                missing.append(slot_s)
            slot_s = after_s
        return missing

    def _put_off(self, task, mp, slot_s, newest_s, now_s):
        """A slot that nobody was here for. What a later one brought of the meter's memory, it
        brought for this one, too."""
        is_filled = task.kind in FROM_MEMORY and newest_s > slot_s
        what = ledger.FILLED if is_filled else self._off_reason
        self._book.put(task, mp, Entry(slot_s, what, 0, now_s, None))
