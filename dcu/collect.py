"""Collects readings on one channel: at each multiple of the period of UTC, every meter once.

A meter that fails costs its own reading only. One that has been silent for some rounds is asked
by a single try, after the others, until it is back.
"""

from dcu import columns
from dcu.alarm_codes import (
    AUTHENTICATION_FAILURE,
    METER_BACK,
    METER_SILENT,
    METER_WRONG,
)
from dcu.meter_state import SILENT, WRONG
from hal import coop
from hal.errors import NoReply, NotAuthenticated, PortError, Refused, WireError

_LOOK_MS = 5_000  # at the clock, which the HES may set while we wait
_LAST_LOOKS_MS = 200  # in the last second before the slot
_START_LATE_S = 15  # a slot that began before that is not begun now
VISIT_MS = 90_000  # what one meter may cost, and then what it costs to let go of it
_ALARM = {SILENT: METER_SILENT, WRONG: METER_WRONG}
_NAMED_MAX = 5  # failed meters in a line of the log


class Collection:
    """`run(part)` is the task. One for each channel; they share all but the channel.

    open_meter   of (archive row): a meter with open(attempts), get_list(attributes) and
                 close(milliseconds until the next visit)
    learned      dcu/learned.py
    alarm        of (code, mp, text)
    log          of (part, text)
    """

    def __init__(self, channel, archive, open_meter, readings, states, learned, settings, clock):
        self.channel = channel
        self._archive = archive
        self._open_meter = open_meter
        self._readings = readings
        self._states = states
        self._learned = learned
        self._settings = settings
        self._clock = clock
        self._slot_s = None  # the last one begun or passed over
        self.rounds = 0
        self.skipped = 0
        self.read = 0
        self.last_round_ms = None
        self._doing = "starting"
        self._awaited_s = None  # the slot that is waited for
        self._are_stored = True
        self._trouble = ""  # why the channel could not be used at all in this round
        self._told = ""  # of that, in the log

    async def run(self, part, alarm, log):
        """For ever. `part.alive()` is called at least once for each meter."""
        while True:
            await self._next_slot(part, log)
            began_ms = self._clock.ticks_ms()
            failed = await self._round(self._slot_s, part, alarm)
            self.last_round_ms = self._clock.ticks_ms() - began_ms
            self.rounds += 1
            if self.read or failed:
                self._tell(failed, log)
            self._pass_over(log)

    async def _next_slot(self, part, log):
        """Wait until a slot begins, and make it ours. The one that we start in is not whole."""
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
            now_s = self._clock.utc_s()
            period_s = self._settings.get("collect.period_s")
            slot_s = now_s // period_s * period_s
            if self._begins(slot_s, now_s, period_s):
                self._awaited_s = None
                return
            self._awaited_s = slot_s + period_s
            left_s = self._awaited_s - now_s
            await coop.sleep_ms(min(_LOOK_MS, max(_LAST_LOOKS_MS, (left_s - 1) * 1000)))

    def _begins(self, slot_s, now_s, period_s):
        last_s = self._slot_s
        if last_s is None or slot_s < last_s - period_s:  # start, or the clock was set back
            self._slot_s = slot_s
            return False
        if slot_s <= last_s:
            return False
        self._slot_s = slot_s
        return now_s - slot_s <= _START_LATE_S

    def _pass_over(self, log):
        """Slots that began while the round was running are not begun any more."""
        period_s = self._settings.get("collect.period_s")
        slot_s = self._clock.utc_s() // period_s * period_s
        missed = (slot_s - self._slot_s) // period_s
        if missed > 0:
            self._slot_s = slot_s
            self.skipped += missed
            took_s = self.last_round_ms // 1000
            log(self.channel, f"round took {took_s} s of {period_s}: {missed} slots skipped")

    async def _round(self, slot_s, part, alarm):
        """Visit all meters; those that failed. Rows are durable at the end, or wait as said."""
        rows = [self._states.of(record) for record in self._archive.meters(self.channel)]
        rows = [s for s in rows if not s.alarmed] + [s for s in rows if s.alarmed]
        failed = []
        self.read = 0
        self._trouble = ""
        for number, state in enumerate(rows):
            part.alive()
            self._doing = f"reading MP {state.record.mp}, {number + 1} of {len(rows)}"
            try:
                is_good = await self._visit(state, slot_s, alarm)
            except PortError as error:  # the whole channel: no meter's fault
                self._trouble = str(error)
                for left in rows[number:]:
                    left.reason = str(error)
                failed += rows[number:]
                break
            if is_good:
                self.read += 1
            else:
                failed.append(state)
        self._are_stored = self._readings.commit()
        self._learned.store()
        return failed

    async def _visit(self, state, slot_s, alarm):
        """True when the meter was read, False when it failed. PortError for the channel."""
        alarm_after = self._settings.get("collect.silent_after")
        mp = state.record.mp
        try:
            values = await coop.within_ms(VISIT_MS, self._values(state))
        except NotAuthenticated as error:
            if state.has_failed(WRONG, str(error), alarm_after=1):
                alarm(AUTHENTICATION_FAILURE, mp, str(error))
            return False
        except Refused as error:  # a transparent session has the meter
            state.failed += 1
            state.reason = str(error)
            return False
        except (NoReply, WireError, coop.Expired) as error:
            kind = WRONG if isinstance(error, WireError) else SILENT
            reason = str(error) or f"no reading within {VISIT_MS // 1000} s"
            if state.has_failed(kind, reason, alarm_after):
                alarm(_ALARM[kind], mp, reason)
                self._learned.forget(mp)  # who comes back may be another meter
            return False
        was_alarmed = state.alarmed
        state.succeeded(self._clock.utc_s())
        if was_alarmed:
            alarm(METER_BACK, mp, state.record.place())
        self._readings.put(mp, slot_s, values)
        return True

    async def _values(self, state):
        if state.meter is None:
            state.meter = self._open_meter(state.record)
        await state.meter.open(1 if state.alarmed else None)
        try:
            if state.scalers is None:
                identity = await state.meter.get_list(columns.IDENTITY)
                self._learned.seen(state.record.mp, identity[-1][1])
                state.scalers = columns.scalers(identity)
            results = await state.meter.get_list(columns.VALUES)
        finally:
            await state.meter.close(1000 * self._settings.get("collect.period_s"))
        values = columns.row(results, state.scalers, state.record.deviation)
        if all([value is None for value in values]):
            raise WireError(f"{state.record.place()} gives none of the values asked for")
        return values

    def _tell(self, failed, log):
        """A channel that cannot be used is said once, until that changes."""
        if self.read or not self._trouble:
            self._told = ""
            log(self.channel, self._summary(failed))
            return
        text = f"none of {len(failed)} meters read: {self._trouble}"
        if text != self._told:
            log(self.channel, text)
        self._told = text

    def _summary(self, failed):
        text = f"read {self.read} of {self.read + len(failed)} meters"
        text += f" in {self.last_round_ms / 1000:.1f} s"
        if self.read or not self._are_stored:
            text += ", stored" if self._are_stored else ", not stored yet"
        if failed:
            names = ", ".join([f"MP {state.record.mp}" for state in failed[:_NAMED_MAX]])
            text += f"; failed: {names}{', …' if len(failed) > _NAMED_MAX else ''}"
        return text

    @property
    def doing(self):
        """In words, as of now."""
        if self._awaited_s is None:
            return self._doing
        return f"next round in {max(0, self._awaited_s - self._clock.utc_s())} s"

    def status(self):
        return {
            "channel": self.channel,
            "doing": self.doing,
            "rounds": self.rounds,
            "skipped": self.skipped,
            "last_slot_s": self._slot_s,
            "last_round_ms": self.last_round_ms,
            "read_in_last_round": self.read,
        }
