"""How long a peer may take to answer, learned from how long it took.

A time limit far above what a meter needs costs its bus that much each time an answer is lost.
"""

_KNOWN_AFTER = 8  # answers, before they tell anything
_REMEMBERED = 32
_TIMES = 3  # the longest of those remembered
LIMIT_MIN_MS = 300


class AnswerTime:
    """`heard` and `missed` for each exchange; `limit_ms` for the next one."""

    def __init__(self):
        self._answers_ms = []

    def heard(self, answer_ms):
        self._answers_ms.append(answer_ms)
        if len(self._answers_ms) > _REMEMBERED:
            self._answers_ms.pop(0)

    def missed(self):
        """It may have become slow: it gets the whole time again until it is known again."""
        self._answers_ms = self._answers_ms[-1:]

    def limit_ms(self, usual_ms):
        """At most `usual_ms`, the whole time."""
        if len(self._answers_ms) < _KNOWN_AFTER:
            return usual_ms
        return min(usual_ms, max(LIMIT_MIN_MS, _TIMES * max(self._answers_ms)))
