"""Does the tasks on one channel: visits meter after meter, and writes down what came of it.

A meter that fails costs its own data only. One that has been silent is probed by a single try at
growing intervals, after the others, until it is back. Between the visits of the tasks, holes are
filled from the memory of the meters.
"""

from dcu import ledger
from dcu.alarm_codes import AUTHENTICATION_FAILURE, METER_BACK, METER_SILENT, METER_WRONG
from dcu.attempts import Attempt, frames_in_words
from dcu.collect_words import summary
from dcu.crew import Crew
from dcu.meter_state import SILENT, WRONG
from dcu.operations import OPERATIONS, Visit
from dcu.plan import OPEN
from dcu.record import Record
from dcu.runs import Runs
from hal import coop
from hal.errors import NoReply, NotAuthenticated, PortError, Refused, WireError
from wire.dialogue import AccessRefused

_LOOK_MS = 5_000  # at the clock, which the HES may set while we wait
_LAST_LOOKS_MS = 200  # in the last second before the slot
_ALARM = {SILENT: METER_SILENT, WRONG: METER_WRONG}
_FAILURES = (  # error, entry in the ledger, what the meter is then; the first that fits
    (NotAuthenticated, ledger.NOT_AUTHENTICATED, WRONG),
    (Refused, ledger.IN_USE, None),  # a transparent session has the meter
    (NoReply, ledger.NO_ANSWER, SILENT),
    (coop.Expired, ledger.NO_TIME, SILENT),
    (WireError, ledger.BAD_DATA, WRONG),
)
_FAILED = (NoReply, WireError, Refused, coop.Expired)


class Collection:
    """`run(part)` is the task. One for each channel; they share all but the channel.

    tasks        dcu/task_list.py
    open_meter   of (archive row): a meter with open(attempts), get_list(attributes) … and
                 close(milliseconds until the next visit)
    readings     dcu/readings.py
    book         dcu/ledger.py
    filler       dcu/fill.py, what is done while no task has anything to do; or None
    attempts     dcu/attempts.py, which keeps the failed ones; or None
    learned      dcu/learned.py
    """

    def __init__(
        self, channel, tasks, archive, open_meter, readings, book, states, learned, settings, clock
    ):
        self.channel = channel
        self._open_meter = open_meter
        self._readings = readings
        self._book = book
        self._states = states
        self._learned = learned
        self._settings = settings
        self._clock = clock
        self._runs = Runs(channel, tasks, archive, states, book, self._enter)
        self._runs.can_store = lambda: not readings.is_failing
        self.filler = None
        self.attempts = None
        self.recent = list  # function -> the last (is sent, octets) on the bus
        self.crew = Crew(self._runs)
        self.rounds = 0
        self.missed = 0  # meters that the bus had no time for
        self.read = 0
        self.last_round_ms = None
        self.last_slot_s = None
        self.visits_ms = 0  # bus time of all visits
        self._visits = 0
        self._doing = "starting"
        self._awaited_s = None  # the slot that is waited for
        self._trouble = ""  # why the channel could not be used at all
        self._told = ""  # of that, in the log

    async def run(self, part, alarm, log):
        """For ever. `part.alive()` is called at least once for each visit."""
        try:
            await self._run(part, alarm, log)
        finally:
            await self.crew.stop()

    async def _run(self, part, alarm, log):
        was_set = True
        while True:
            part.alive()
            if not self._clock.is_set:
                if was_set:
                    log(self.channel, "no collection: the clock is not set")
                was_set = False
                self._doing, self._awaited_s = "waiting for the clock", None
                await coop.sleep_ms(_LOOK_MS)
                continue
            was_set = True
            if self.channel in self._settings.get("collect.paused").split(","):
                self._doing, self._awaited_s = "paused (collect.paused)", None
                self._readings.commit()
                self._runs.pause()
                await coop.sleep_ms(_LOOK_MS)
                continue
            await self._step(part, alarm, log)

    async def _step(self, part, alarm, log):
        """One visit; or without any to make, keep what there is and wait a little."""
        now_s = self._clock.utc_s()
        ended = self._runs.begin(now_s, self._clock.ticks_ms())
        budget_s = self._settings.get("collect.budget_s")
        chosen = None if ended else self.crew.next(now_s, budget_s)
        if chosen:
            await self.crew.begin(self._visit(chosen[0], chosen[1], part, alarm))
        elif len(self.crew) and not ended:
            await self.crew.wait(_LOOK_MS)
        else:
            await self._rest(ended, now_s, part, log)
            return
        self._readings.commit_many()

    async def _rest(self, ended, now_s, part, log):
        are_stored = self._readings.commit()
        if ended:
            self._learned.store()
        for run in ended:
            self._account(run, are_stored, log)
        if not ended and not (self.filler and await self.filler.step(self, part)):
            self._awaited_s = self._runs.next_slot_s(now_s)
            left_s = self._awaited_s - now_s
            await coop.sleep_ms(min(_LOOK_MS, max(_LAST_LOOKS_MS, (left_s - 1) * 1000)))

    def _enter(self, task, mp, entry):
        self._book.put(task, mp, entry)
        if self.filler:
            self.filler.note(task, mp, entry)

    def tell(self, doing):
        """What the channel is doing, for its status."""
        self._doing, self._awaited_s = doing, None

    def meter_of(self, state):
        if state.meter is None:
            state.meter = self._open_meter(state.record)
        return state.meter

    def left_s(self):
        """Until a task has something to do; 0: now."""
        now_s = self._clock.utc_s()
        return 0 if self._runs.open else max(0, self._runs.next_slot_s(now_s) - now_s)

    async def _visit(self, state, runs, part, alarm):
        """All that the runs want of one meter, in one association."""
        now_ms = self._clock.ticks_ms()
        self._visits += 1
        state.served = self._visits
        self.tell(f"visiting MP {state.record.mp}")
        for run in runs:
            self._runs.tried(run, state)
            if run.began_ms is None:
                run.began_ms = now_ms
        left = list(runs)
        began_ms = self._clock.ticks_ms()
        try:
            try:
                await self._ask(state, left, part, alarm)
            finally:
                self._runs.busy.remove(state)
        except PortError as error:  # the whole channel: no meter's fault
            self._trouble = str(error)
            self._runs.lose(self._trouble, self._clock.utc_s())
        except _FAILED as error:
            self._fail(state, left, error, alarm)
        else:
            self._succeed(state, alarm)
        spent_ms = self._clock.ticks_ms() - began_ms
        self.visits_ms += spent_ms
        state.spend(self._clock.utc_s(), spent_ms)

    async def _ask(self, state, left, part, alarm):
        """Takes each run from `left` that is done."""
        limit_ms = 1000 * self._settings.get("collect.visit_max_s")
        meter = self.meter_of(state)
        now_ms = self._clock.ticks_ms
        began_ms = now_ms()
        await coop.within_ms(limit_ms, meter.open(1 if state.alarmed else None))
        opening_ms = now_ms() - began_ms
        try:
            shared = Visit(self._settings, self._clock, self._learned)
            for run in list(left):
                part.alive()
                began_ms = now_ms()
                what = await self._do(run, state, shared, limit_ms, alarm)
                if what != ledger.PARTLY:  # which says nothing of a usual one
                    state.took(run.task.id, now_ms() - began_ms, run.task.weight)
                left.remove(run)
        finally:
            part.alive()
            began_ms = now_ms()
            await meter.close(1000 * self._runs.period_s(state.record))
            state.took(OPEN, opening_ms + now_ms() - began_ms)

    async def _do(self, run, state, shared, limit_ms, alarm):
        mp = state.record.mp
        shared.cursor_s = self._runs.cursor_s(run.task, mp)
        operation = OPERATIONS[run.task.kind](state.meter, run.task, state, shared)
        try:
            outcome = await coop.within_ms(limit_ms, operation)
        except AccessRefused as refusal:  # by the meter that answers well: not tried again
            state.refusal = f"{run.task.words()}: {refusal}"
            now_s = self._clock.utc_s()
            self._write_down(run, mp, ledger.REFUSED, str(refusal), now_s)
            self._runs.fail(run, state, ledger.REFUSED, now_s)
            return ledger.REFUSED
        for code, text in outcome.alarms:
            alarm(code, mp, text)
        self._keep(run, state, outcome)
        return outcome.what

    def _keep(self, run, state, outcome):
        mp, task = state.record.mp, run.task
        for values in outcome.readings:
            self._readings.put(mp, run.slot_s, values)
        for time_s, data in outcome.records:
            self._readings.put_record(Record(task.id, mp, run.slot_s, time_s, data))
        now_s = self._clock.utc_s()
        self._runs.succeed(run, state, outcome.what, outcome.cursor_s, now_s)
        if outcome.what == ledger.PARTLY:
            self._readings.commit()  # the next visit goes on from what the ledger has

    def _succeed(self, state, alarm):
        was_alarmed = state.alarmed
        state.succeeded(self._clock.utc_s())
        self._trouble = ""
        if was_alarmed:
            alarm(METER_BACK, state.record.mp, state.record.place())

    def _fail(self, state, runs, error, alarm):
        self._trouble = ""
        what, kind = [row[1:] for row in _FAILURES if isinstance(error, row[0])][0]
        limit_s = self._settings.get("collect.visit_max_s")
        reason = str(error) or f"no reading within {limit_s} s"
        now_s = self._clock.utc_s()
        mp = state.record.mp
        if kind is None:
            state.failed += 1
            state.reason = reason
        elif what == ledger.NOT_AUTHENTICATED:
            if state.has_failed(WRONG, reason, alarm_after=1):
                alarm(AUTHENTICATION_FAILURE, mp, reason)
        elif state.has_failed(kind, reason, self._settings.get("collect.silent_after")):
            alarm(_ALARM[kind], mp, reason)
            self._learned.forget(mp)  # who comes back may be another meter
        if state.alarmed:
            longest_s = self._settings.get("collect.probe_max_s")
            state.quarantine(now_s, self._settings.get("collect.period_s"), longest_s)
        for run in runs:
            self._write_down(run, mp, what, reason, now_s)
            self._runs.retry(run, state, what, now_s)

    def _write_down(self, run, mp, what, reason, now_s):
        if self.attempts:
            text = "\n".join([reason] + frames_in_words(self.recent()))
            number = run.tries.get(mp, 0)
            self.attempts.put(Attempt(now_s, run.task.id, mp, run.slot_s, number, what, text))

    def _account(self, run, are_stored, log):
        """What came of a run that has ended, in the counters and in the log."""
        began_ms = run.began_ms
        took_ms = 0 if began_ms is None else self._clock.ticks_ms() - began_ms
        missed = [s for s in run.failed if run.reasons.get(s.record.mp) == ledger.NO_TIME]
        if run.task.id == 0:
            self.rounds += 1
            self.read, self.last_round_ms, self.last_slot_s = run.good, took_ms, run.slot_s
            self.missed += len(missed)
        if not (run.good or run.failed):
            return
        if run.good or not self._trouble:
            self._told = ""
            log(self.channel, summary(run, took_ms, are_stored))
            return
        text = f"none of {len(run.failed)} meters read: {self._trouble}"
        if text != self._told:  # a channel that cannot be used is said once, until that changes
            log(self.channel, text)
        self._told = text

    @property
    def doing(self):
        """In words, as of now."""
        if self._awaited_s is None:
            return self._doing
        return f"next visit in {max(0, self._awaited_s - self._clock.utc_s())} s"

    def status(self):
        return {
            "channel": self.channel,
            "doing": self.doing,
            "rounds": self.rounds,
            "missed": self.missed,
            "last_slot_s": self.last_slot_s,
            "last_round_ms": self.last_round_ms,
            "read_in_last_round": self.read,
        }
