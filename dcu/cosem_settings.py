"""COSEM objects of all settings: as they are, and why a change was denied.

Reference: IEC 62056-6-2, class_id 1 (Data); the logical names are of the utility-specific range.
"""

from dcu.cosem_row import OTHER_REASON, TYPE_UNMATCHED, data_row
from dcu.schema import SCHEMA, SECRETS, find
from hal.errors import Refused
from wire import axdr
from wire.server import Denied

_LINES_MAX = 256


class _Settings:
    def __init__(self, settings):
        self._settings = settings
        self._why = ""

    def text(self):
        """A line KEY=VALUE for each; of a secret whether it is set."""
        lines = [f"{setting.key}={self._settings.shown(setting.key)}" for setting in SCHEMA]
        return axdr.octets("\n".join(lines).encode())

    def why(self):
        return axdr.octets(self._why.encode())

    def take(self, value):
        """Such lines of those that are to change: all or none. What is as it was read is left
        alone, also of a secret."""
        if not isinstance(value, bytes):
            raise Denied(TYPE_UNMATCHED)
        try:
            pairs = _pairs_of(value.decode(), self._settings.shown)
            if pairs:
                self._settings.put_all(pairs)
            self._why = ""
        except UnicodeError:
            raise Denied(TYPE_UNMATCHED)
        except Refused as refusal:
            self._why = str(refusal)
            raise Denied(OTHER_REASON)


def _pairs_of(text, shown):
    lines = [line for line in text.split("\n") if line]
    if len(lines) > _LINES_MAX:
        raise Refused(f"{len(lines)} lines: at most {_LINES_MAX} at once")
    pairs = []
    for line in lines:
        key, equals, value = line.partition("=")
        if not equals:
            raise Refused("a line is no KEY=VALUE")
        if value == shown(find(key).key):
            continue
        if find(key).kind in SECRETS:
            raise Refused(f"{key}: a secret is not set by this object")
        pairs.append((key, value))
    return pairs


def settings_rows(settings):
    all_of_them = _Settings(settings)
    name = "all settings, KEY=VALUE in lines; those written change, all or none. No secrets"
    refusal = "why the last change of settings was denied; empty: it was taken"
    text = "octet-string, UTF-8"
    return (
        data_row("0.0.96.133.1.255", name, text, all_of_them.text, write=all_of_them.take),
        data_row("0.0.96.133.2.255", refusal, text, all_of_them.why),
    )
