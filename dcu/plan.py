"""What the tasks cost: bus time by port and by period, the busiest minute, and what cannot fit.

The cost of a visit is what it took the last times; of a meter not visited yet it is reckoned from
the speed of the line and the usual sizes of requests and answers.
"""

from dcu.civil import DAY_S
from dcu.operations import ROWS_A_VISIT
from dcu.task import BILLING, EVENTS, LIST, PROFILE, REGISTERS
from hal.errors import Refused

OPEN = -1  # in the costs of a meter: to open its association and to let it go
_MINUTES = DAY_S // 60
_TURN_MS = 100  # a meter makes up its answer, both line drivers turn round
_OCTET_BITS = 10
_OPEN_COST = (330, 3)  # octets, turn-rounds
_COSTS = {REGISTERS: (330, 2), PROFILE: (180, 2), BILLING: (300, 2), EVENTS: (260, 2)}
_USUAL_COST = (90, 1)
_ITEM_OCTETS = 30
_ROW_OCTETS = 30
_PROFILE_S = 900  # the usual capture period
_REFUSALS_MAX = 5
_LONGER_ROUNDS = "set collect.period_s to more"


def cost_ms(task, state, baud):
    """Of one meter in one slot: (milliseconds without opening, whether that was measured)."""
    measured = state.cost(task.id, task.weight)
    if measured is not None:
        return measured, True
    octets, turns = _COSTS.get(task.kind, _USUAL_COST)
    if task.kind == PROFILE:
        octets += _ROW_OCTETS * (task.period.length_s // _PROFILE_S)
    if task.kind == LIST:
        octets += _ITEM_OCTETS * len(task.items)
    return _ms(octets, turns, baud), False


def open_ms(state, baud):
    measured = state.cost(OPEN)
    return _ms(_OPEN_COST[0], _OPEN_COST[1], baud) if measured is None else measured


def _ms(octets, turns, baud):
    return octets * _OCTET_BITS * 1000 // baud + turns * _TURN_MS


class Plan:
    """
    meters   function(channel) -> MeterStates of the archive rows
    bauds    {channel: bit/s}
    at_once  {channel: how many meters are visited at the same time}, where it is more than one
    first_s  function(task, MP): how much of the meter's memory the first visits read, in seconds;
             0 if there was one
    """

    def __init__(self, tasks, meters, bauds, now_s, at_once=None, first_s=lambda task, mp: 0):
        self.ports = {}
        self._at_once = at_once or {}
        self._first_s = first_s
        self.refusals = []
        self._now_s = now_s
        for channel in sorted(bauds):
            self.ports[channel] = self._port(tasks, meters(channel), bauds[channel], channel)

    def _port(self, tasks, states, baud, channel):
        runs = []
        for task in tasks:
            chosen = [state for state in states if task.selects(state.record)]
            if chosen:
                at_once = self._at_once.get(channel, 1)
                runs.append(_run(task, chosen, baud, at_once))
                runs[-1]["first_s"] = self._catch_up_ms(task, chosen, baud) / at_once / 1000
        load_s = [0] * _MINUTES
        for run in runs:
            self._spread(run, load_s)
        backlog_s, peak_s, peak_minute = 0, 0, 0
        for minute, added_s in enumerate(load_s):
            backlog_s += added_s
            if backlog_s > peak_s:
                peak_s, peak_minute = backlog_s, minute
            backlog_s = max(0, backlog_s - 60)
        self._judge(runs, channel, sum(load_s), peak_s)
        return {
            "tasks": [_shown(run) for run in runs],
            "busy_s_a_day": round(sum(load_s)),
            "busy_percent": round(100 * sum(load_s) / DAY_S, 1),
            "busiest_minute": f"{peak_minute // 60:02}:{peak_minute % 60:02}",
            "busiest_s": round(peak_s, 1),
            "first_s": round(sum([run["first_s"] for run in runs]), 1),
        }

    def _catch_up_ms(self, task, states, baud):
        """What the first visits take, beside those of the day: they read what the meters have
        kept so far."""
        total_ms = 0
        for state in states if task.kind == PROFILE else ():
            rows = self._first_s(task, state.record.mp) // _PROFILE_S
            visits = -(-rows // ROWS_A_VISIT)
            octets = rows * _ROW_OCTETS + visits * _COSTS[PROFILE][0]
            total_ms += _ms(octets, visits * _COSTS[PROFILE][1], baud)
            total_ms += visits * open_ms(state, baud)
        return total_ms

    def _spread(self, run, load_s):
        """Adds the runs of a day on which all tasks are due, minute by minute of civil time."""
        task = run["task"]
        period = task.period
        if period.length_s < 60:
            for minute in range(_MINUTES):
                load_s[minute] += run["run_s"] * 60 / period.length_s
            return
        begin_s = period.begin(self._now_s)
        step_s = period.length_s
        first_s = period.civil_s(begin_s) % DAY_S
        for at_s in range(first_s % step_s if step_s <= DAY_S else first_s, DAY_S, step_s):
            load_s[at_s // 60] += run["run_s"]

    def _judge(self, runs, channel, day_s, peak_s):
        for run in runs:
            task = run["task"]
            if run["run_s"] > task.window_s:
                self.refusals.append(_too_long(run, channel))
            elif task.id and peak_s > task.window_s and run["run_s"] * 2 > peak_s:
                self.refusals.append(
                    f"{task.words()} on {channel}: with the other tasks the busiest minute has "
                    f"{_up(peak_s)} s of work, and its window is {task.window_s} s; give it "
                    "another offset or a longer window"
                )
        if day_s > DAY_S:
            most = max(runs, key=lambda run: run["run_s"] / run["task"].period.length_s)
            self.refusals.append(
                f"{channel}: {round(day_s / 3600, 1)} h of work in a day; {most['task'].words()} "
                f"takes most: {_longer(most, day_s)}, or fewer meters"
            )

    def check(self):
        """Refused, with what to change, if anything cannot be done."""
        if self.refusals:
            raise Refused("; ".join(self.refusals[:_REFUSALS_MAX]))

    def status(self):
        """{"ports": {channel: what _port gives}, "refusals": [text]}; units are in the names."""
        return {"ports": self.ports, "refusals": self.refusals}


def _run(task, states, baud, at_once):
    """The opening is counted with the first task of a slot only where tasks meet: here, once."""
    total_ms, measured = 0, 0
    for state in states:
        spent_ms, is_measured = cost_ms(task, state, baud)
        total_ms += spent_ms + open_ms(state, baud)
        measured += is_measured
    return {
        "task": task,
        "meters": len(states),
        "run_s": total_ms / at_once / 1000,
        "measured": measured,
    }


def _too_long(run, channel):
    """That a run is longer than its window, and what to change."""
    task, needed_s = run["task"], _up(run["run_s"])
    most = max(0, int(task.window_s / run["run_s"] * run["meters"]))
    longer = f"a window of {needed_s} s" if task.id else f"collect.period_s={needed_s} or more"
    return (
        f"{task.words()} on {channel}: {run['meters']} meters need {needed_s} s, and its window "
        f"is {task.window_s} s; take at most {most} meters, {longer}, or a faster line"
    )


def _longer(run, day_s):
    """Which period would fit beside the others; they may leave no room for any."""
    task = run["task"]
    free = 1 + run["run_s"] / task.period.length_s - day_s / DAY_S
    words = "give it a longer period" if task.id else _LONGER_ROUNDS
    return f"{words}, {_up(run['run_s'] / free)} s at least" if free > 0 else words


def _shown(run):
    task = run["task"]
    return {
        "task": task.id,
        "kind": task.kind,
        "period": task.period.text,
        "meters": run["meters"],
        "measured": run["measured"],
        "run_s": round(run["run_s"], 1),
        "window_s": task.window_s,
        "first_s": round(run["first_s"], 1),
    }


def _up(seconds):
    """Whole seconds that are enough."""
    return int(seconds) + 1
