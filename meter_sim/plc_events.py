"""What happens when, in milliseconds of the simulated network: whoever owns a clock drives it."""

import heapq


class Events:
    def __init__(self, now_ms=0):
        self.now_ms = now_ms
        self.count = 0  # of those that have happened
        self._todo = []  # heap of (when, number, act, arguments)
        self._number = 0
        self.changed = None  # called when something is to happen earlier than all before

    def after(self, delay_ms, act, *arguments):
        """Call `act(*arguments)` so much later; those of one moment go in their order."""
        when_ms = self.now_ms + delay_ms
        is_first = not self._todo or when_ms < self._todo[0][0]
        self._number += 1
        heapq.heappush(self._todo, (when_ms, self._number, act, arguments))
        if is_first and self.changed:
            self.changed()

    def next_ms(self):
        """When the next is due, or None."""
        return self._todo[0][0] if self._todo else None

    def run_until(self, until_ms):
        todo = self._todo
        while todo and todo[0][0] <= until_ms:
            when_ms, _, act, arguments = heapq.heappop(todo)
            self.now_ms = max(self.now_ms, when_ms)
            self.count += 1
            act(*arguments)
        self.now_ms = max(self.now_ms, until_ms)
