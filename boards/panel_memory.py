"""What the panel remembers over a restart: how often a wrong password was given, at the panel and
at its web page, and the change of the network that nobody has confirmed yet. No secret is in it.
"""

import json

from dcu.verb_words import NO_JSON
from hal.errors import PortError

PANEL, WEB = "panel", "web"
_WRONG_MAX = 1_000
_CHANGE_WORDS = 4


class Memory:
    """`kept` has load() -> bytes or None and save(bytes), durable on return."""

    def __init__(self, kept):
        self._kept = kept
        values = _values_of(kept.load())
        self._wrong = {name: _count(values.get(name)) for name in (PANEL, WEB)}
        self._change = _change_of(values.get("change"))

    def wrong(self, name):
        """Wrong passwords in a row."""
        return self._wrong[name]

    def note_wrong(self, name):
        """function(count), which keeps it. A disk that refuses keeps nobody from trying."""

        def note(count):
            self._wrong[name] = min(count, _WRONG_MAX)
            try:
                self._save()
            except PortError:
                pass

        return note

    def remember(self, change):
        """See lcd_menu/unconfirmed.py."""
        before, self._change = self._change, change
        try:
            self._save()
        except PortError:
            self._change = before
            raise

    def remembered(self):
        return self._change

    def _save(self):
        values = dict(self._wrong)
        values["change"] = self._change
        self._kept.save(json.dumps(values).encode())


def _values_of(octets):
    try:
        values = json.loads((octets or b"{}").decode())
    except NO_JSON:
        return {}
    return values if isinstance(values, dict) else {}


def _count(value):
    return min(value, _WRONG_MAX) if type(value) is int and value > 0 else 0


def _change_of(value):
    is_whole = isinstance(value, list) and len(value) == _CHANGE_WORDS
    return value if is_whole and isinstance(value[0], str) else None
