"""The runs of the tasks on one channel: which meter is to be visited next, and for which tasks.

A run is one slot of one task. It ends when each of its meters has an entry in the ledger: what
came of it, or why nothing did. Nothing here waits or talks.
"""

from dcu import ledger
from dcu.ledger import Entry
from dcu.task import ACTION, FROM_MEMORY

START_LATE_S = 15  # values of the moment are not begun later than that after their slot began
_FILLED_SLOTS_MAX = 96  # before the one that brings what they lack
_ALARMED_EACH = 8  # visits of others, before one of a meter that an alarm was raised about
_RETRY_S = 30  # before a meter that failed is tried again for the same run


class Run:
    """`waiting` are MeterStates, in order; `tries` and `reasons` are by MP."""

    def __init__(self, task, slot_s, waiting):
        self.task = task
        self.slot_s = slot_s
        self.ends_s = slot_s + task.window_s
        self.waiting = waiting
        self.tries = {}
        self.reasons = {}
        self.not_before_s = {}
        self.good = 0
        self.failed = []  # MeterStates
        self.began_ms = None

    def ready_s(self, state):
        """When the meter may be visited: after a pause, or when its probe is due."""
        return max(self.not_before_s.get(state.record.mp, 0), state.probe_s or 0)

    def is_ready(self, state, now_s):
        is_paused = now_s < self.not_before_s.get(state.record.mp, 0)
        return not is_paused and not state.is_quarantined(now_s)


class Runs:
    """
    put   function(task, mp, Entry) for what became of a meter
    """

    def __init__(self, channel, tasks, archive, states, book, put):
        self._channel = channel
        self._tasks = tasks
        self._archive = archive
        self._states = states
        self._book = book
        self._put = put
        self._seen = {}  # task number: beginning of the last slot looked at
        self._newest = {}  # task number: beginning of the latest slot begun
        self._rows = {}  # task number: its texts, when the list was last looked at
        self.open = []
        self.busy = []  # MeterStates that are being visited
        self.can_store = lambda: True  # whether what is brought would be kept
        self.arrange = list  # function(MeterStates, who waits longest first) -> in which order
        self._served = {}  # task number: the latest visit when its last run began
        self._looked_ms = None
        self._late_s = START_LATE_S
        self._quiet = (0, 0, -1)  # from, to: no slot begins between; of which list of tasks

    def pause(self):
        """Nobody looks for a while, and not for a visit: what begins meanwhile is late."""
        self._looked_ms = None

    def begin(self, now_s, now_ms):
        """Open a run for each slot that has begun, and end those whose window is over; the runs
        that have ended. What began during a visit is not late: `now_ms`, of a clock that nobody
        sets, tells how long that took."""
        away_s = 0 if self._looked_ms is None else (now_ms - self._looked_ms) // 1000
        self._late_s = START_LATE_S + away_s
        self._looked_ms = now_ms
        tasks = self._tasks.all()
        if not self.open and self._quiet[0] <= now_s < self._quiet[1]:
            if self._quiet[2] == self._tasks.changes:
                return []
        self._forget_the_removed(tasks)
        self._end_the_future(now_s)
        for task in tasks:
            slot_s = task.period.begin(now_s)
            seen_s = self._seen.get(task.id)
            if slot_s == seen_s or not task.is_valid(slot_s):
                continue
            if seen_s is not None and seen_s - task.period.length_s <= slot_s < seen_s:
                continue  # the clock was set back a little: that slot was begun before
            self._seen[task.id] = slot_s
            self._begin(task, slot_s, seen_s, now_s)
        ended = self._ended(now_s)
        self._quiet = (now_s, self.next_slot_s(now_s), self._tasks.changes)
        return ended

    def _forget_the_removed(self, tasks):
        """Of a task that is on the list no more, or another now, nothing more is done; what has
        its number now is new."""
        if self._quiet[2] == self._tasks.changes:
            return
        rows = [task.texts for task in tasks]
        self.open = [run for run in self.open if run.task.texts in rows]
        before, self._rows = self._rows, {task.id: task.texts for task in tasks}
        for number in before:
            if number and self._rows.get(number) != before[number]:
                self._seen.pop(number, None)

    def _end_the_future(self, now_s):
        """Runs that begin later than now: the clock was set back."""
        for run in self.open:
            if run.slot_s > now_s + START_LATE_S:
                run.ends_s = now_s

    def _begin(self, task, slot_s, seen_s, now_s):
        """A slot that we start in is not whole: of values of the moment it is left out."""
        is_late = seen_s is None or now_s - slot_s > self._late_s
        if (is_late and task.kind not in FROM_MEMORY) or now_s - slot_s > task.window_s:
            return  # the ledger has no entry, and that says so
        records = [each for each in self._archive.meters(self._channel) if task.selects(each)]
        waiting = [self._states.of(record) for record in records]
        if seen_s is None or slot_s <= self._newest.get(task.id, 0):  # it may have been done
            waiting = [state for state in waiting if not self._is_done(task, state, slot_s)]
        self._newest[task.id] = max(slot_s, self._newest.get(task.id, 0))
        self._sort(task, waiting, now_s)
        run = Run(task, slot_s, waiting)
        for state in list(waiting):
            if state.is_quarantined(now_s):
                run.reasons[state.record.mp] = ledger.QUARANTINED
                if state.probe_s >= run.ends_s:
                    self.fail(run, state, ledger.QUARANTINED, now_s)
        self.open.append(run)
        self.open.sort(key=_urgency)

    def _sort(self, task, waiting, now_s):
        """Who has waited longest comes first; where another order is better, those come before
        it that the last run had no time for: else the last would never be visited. Meters that
        an alarm was raised about come last, but for one in so many visits: on a channel that
        lacks time nobody would ever find out that they are well again."""
        last = self._served.get(task.id, 0)
        self._served[task.id] = max([state.served for state in waiting] + [last])
        waiting.sort(key=lambda state: (state.served, state.record.mp))
        parts = {}
        for state in waiting:
            parts.setdefault((state.alarmed, state.served > last), []).append(state)
        overdue = [
            state for state in parts.get((True, False), ()) if not state.is_quarantined(now_s)
        ]
        latest = max([state.served for state in waiting if state.alarmed] + [0])
        waiting[:] = []
        for part in sorted(parts):
            waiting += self.arrange(parts[part])
        _spread(waiting, overdue, self._served[task.id] - latest)

    def _is_done(self, task, state, slot_s):
        entry = self._book.at(task, state.record.mp, slot_s)
        return entry is not None and entry.what in ledger.FINAL

    def _ended(self, now_s):
        """A run whose window is over ends when those have been visited that it found in it."""
        for run in self.open:
            left = list(run.waiting) if now_s >= run.ends_s else []
            for state in [each for each in left if each not in self.busy]:
                self.fail(run, state, run.reasons.get(state.record.mp, ledger.NO_TIME), now_s)
        ended = [run for run in self.open if not run.waiting]
        self.open = [run for run in self.open if run.waiting]
        return ended

    def next(self, now_s, budget_s, is_free=lambda state: True):
        """(state, [runs]): the meter that is next and all runs that wait for it; or None.
        One that has had `budget_s` of bus time in this hour waits for the next."""
        current = [run for run in self.open if not self._is_held(run)]
        for run in current:
            for state in run.waiting:
                if state in self.busy or not run.is_ready(state, now_s):
                    continue
                if not state.has_spent(now_s, budget_s) and is_free(state):
                    wanted = [each for each in current if state in each.waiting]
                    return state, [each for each in wanted if each.is_ready(state, now_s)]
        return None

    def _is_held(self, run):
        """What the meter keeps is left there while it could not be stored here."""
        if not self._lacks_room(run):
            return False
        run.reasons.update([(state.record.mp, ledger.NOT_STORED) for state in run.waiting])
        return True

    def _lacks_room(self, run):
        return run.task.kind in FROM_MEMORY and not self.can_store()

    def tried(self, run, state):
        """One more try; its number."""
        mp = state.record.mp
        run.tries[mp] = run.tries.get(mp, 0) + 1
        return run.tries[mp]

    def succeed(self, run, state, what, cursor_s, now_s):
        """`what` PARTLY keeps the meter waiting: there is more to come."""
        mp = state.record.mp
        self._put(run.task, mp, Entry(run.slot_s, what, run.tries[mp], now_s, cursor_s))
        run.waiting.remove(state)
        if what == ledger.PARTLY:
            run.waiting.append(state)
            run.tries[mp] = 0
            run.reasons[mp] = what
            return
        run.good += 1
        if run.task.kind in FROM_MEMORY:
            self._fill(run, mp, now_s)

    def _fill(self, run, mp, now_s):
        """What was missing before came with this slot."""
        from_s = run.slot_s - _FILLED_SLOTS_MAX * run.task.period.length_s
        for entry in list(self._book.entries(run.task, mp, max(0, from_s), run.slot_s)):
            if entry.what not in ledger.FINAL:
                filled = Entry(entry.slot_s, ledger.FILLED, entry.attempt, now_s, entry.cursor_s)
                self._put(run.task, mp, filled)

    def retry(self, run, state, what, now_s):
        """Wait for another try if there is one left; else it has failed for this slot."""
        mp = state.record.mp
        run.reasons[mp] = what
        is_over = run.ready_s(state) >= run.ends_s or run.task.kind == ACTION
        if is_over or run.tries.get(mp, 0) > run.task.retries:
            self.fail(run, state, what, now_s)
            return
        run.not_before_s[mp] = now_s + _RETRY_S
        run.waiting.remove(state)
        run.waiting.append(state)

    def lose(self, reason, now_s):
        """The channel cannot be used: nobody's try is spent, but who has none left has failed.
        Those that are being visited find out by themselves."""
        for run in self.open:
            for state in [each for each in run.waiting if each not in self.busy]:
                state.reason = reason
                if run.task.retries:
                    self.retry(run, state, ledger.PORT_LOST, now_s)
                else:
                    self.fail(run, state, ledger.PORT_LOST, now_s)

    def fail(self, run, state, what, now_s):
        mp = state.record.mp
        cursor_s = self.cursor_s(run.task, mp)
        self._put(run.task, mp, Entry(run.slot_s, what, run.tries.get(mp, 0), now_s, cursor_s))
        run.reasons[mp] = what
        run.waiting.remove(state)
        run.failed.append(state)

    def cursor_s(self, task, mp):
        """Up to where the memory of the meter has been read for a task; None: nowhere yet."""
        if task.kind not in FROM_MEMORY:
            return None
        entry = self._book.last(task, mp)
        return entry.cursor_s if entry else None

    def next_slot_s(self, now_s):
        """When the next slot of any task begins, or a try is due."""
        if not self.open and self._quiet[0] <= now_s < self._quiet[1]:
            return self._quiet[1]
        begins = [task.period.after(task.period.begin(now_s)) for task in self._tasks.all()]
        for run in self.open:
            begins.append(run.ends_s)
            if not self._lacks_room(run):
                begins += [run.ready_s(state) for state in run.waiting]
        return min(begins)

    def period_s(self, record):
        """The shortest after which a meter is visited again."""
        chosen = [task for task in self._tasks.all() if task.selects(record)]
        return min([task.period.length_s for task in chosen])


def _spread(waiting, overdue, since):
    """Each of `overdue`, the first at first, goes before what comes _ALARMED_EACH visits after
    the one before it. since: visits since the last of a meter that was alarmed about."""
    at = max(0, _ALARMED_EACH - since)
    for state in overdue:
        if at < waiting.index(state):
            waiting.remove(state)
            waiting.insert(at, state)
        at += _ALARMED_EACH + 1


def _urgency(run):
    """What the meter keeps can wait, values of the moment cannot."""
    return run.task.priority, run.task.kind in FROM_MEMORY, run.slot_s, run.task.id
