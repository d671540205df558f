"""The visits of one channel: one at a time on a bus, several at once where they do not disturb
each other.
"""

from hal import coop


class Crew:
    """runs   dcu/runs.py"""

    def __init__(self, runs):
        self._runs = runs
        self._at_once = lambda: 1
        self._goes_with = self._goes_well = lambda state, others: True
        self._tasks = []
        self._moved = coop.Event()

    def several(self, at_once, goes_with, goes_well, arrange):
        """
        at_once    function: how many
        goes_with  function(MeterState, [MeterState]): whether a visit goes with those under way
        goes_well  the same: whether it goes better with them than that of another would
        arrange    function([MeterState]) -> in which order they are visited
        """
        self._at_once, self._goes_with, self._goes_well = at_once, goes_with, goes_well
        self._runs.arrange = arrange

    def __len__(self):
        return len(self._tasks)

    def next(self, now_s, budget_s):
        """As Runs.next, of those that may be visited beside those that are; None: nobody now."""
        runs = self._runs
        if len(self._tasks) >= self._at_once():
            return None
        chosen = runs.next(now_s, budget_s, self._is_best)
        if runs.busy and not chosen:
            chosen = runs.next(now_s, budget_s, lambda state: self._goes_with(state, runs.busy))
        if chosen:
            runs.busy.append(chosen[0])
        return chosen

    def _is_best(self, state):
        busy = self._runs.busy
        return self._goes_well(state, busy) and self._goes_with(state, busy)

    async def begin(self, visit):
        """Made at once where there is one at a time, else beside the others."""
        if self._at_once() > 1:
            self._tasks.append(coop.spawn(self._whole(visit)))
        else:
            await visit

    async def _whole(self, visit):
        try:
            await visit
        finally:
            self._moved.set()

    async def wait(self, limit_ms):
        """Until a visit has ended, at most so long. What it has failed with is raised."""
        self._moved.clear()
        if not [task for task in self._tasks if task.done()]:
            try:
                await coop.within_ms(limit_ms, self._moved.wait())
            except coop.Expired:
                pass
        for task in [each for each in self._tasks if each.done()]:
            self._tasks.remove(task)
            await task

    async def stop(self):
        tasks, self._tasks = self._tasks, []
        await coop.stop(*tasks)
        self._runs.busy.clear()
