"""Which meters a task is for: all, a port, group:NAME, or numbers and spans as in 1 2 5-9."""

from dcu.archive_row import group_of
from dcu.schema import CHANNELS, whole
from hal.errors import Refused

ALL = "all"
MPS_MAX = 256  # numbers and spans
_GROUP = "group:"
_MP_MAX = 65535


class Selection:
    """Refused for a text that is none. That nobody is chosen now is no fault: a meter may come
    into the archive later."""

    def __init__(self, text):
        self._text = text
        if text.startswith(_GROUP):
            group_of(text[len(_GROUP) :])
        self._spans = [] if _is_wide(text) else _spans_of(text)

    def takes(self, record):
        """Whether this meter of the archive is chosen."""
        if self._spans:
            return any([first <= record.mp <= last for first, last in self._spans])
        return self._text in (ALL, record.channel, _GROUP + record.group)

    def without(self, records):
        """What chooses none of these archive rows, in words."""
        if self._spans:
            return [_words(span) for span in self._spans if not _is_met(span, records)]
        if any([self.takes(record) for record in records]):
            return []
        if self._text == ALL:
            return ["any meter"]
        is_port = self._text in CHANNELS
        return [f"a meter on {self._text}" if is_port else f"a meter of {self._text}"]


def _is_wide(text):
    return text == ALL or text in CHANNELS or (text.startswith(_GROUP) and text != _GROUP)


def _spans_of(text):
    spans = [_span(word, text) for word in text.split()]
    if not 0 < len(spans) <= MPS_MAX:
        raise Refused(f"meters: at most {MPS_MAX} numbers or spans")
    return spans


def _span(word, text):
    first, dash, last = word.partition("-")
    first_mp = whole(first, 1, _MP_MAX)
    last_mp = whole(last, 1, _MP_MAX) if dash else first_mp
    if None in (first_mp, last_mp) or first_mp > last_mp:
        ways = f"{ALL}, {', '.join(CHANNELS)}, {_GROUP}NAME, or MP numbers as in 1 2 5-9"
        raise Refused(f"meters: {text!r}; write {ways}")
    return first_mp, last_mp


def _is_met(span, records):
    return any([span[0] <= record.mp <= span[1] for record in records])


def _words(span):
    return f"MP {span[0]}" if span[0] == span[1] else f"MP {span[0]}-{span[1]}"
