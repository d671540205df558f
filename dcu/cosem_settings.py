"""COSEM objects of all settings: as they are, and why a change was denied.

Reference: IEC 62056-6-2, class_id 1 (Data); the logical names are of the utility-specific range.
"""

from dcu.cosem_text import text_rows
from dcu.schema import SCHEMA, SECRETS, find
from hal.errors import Refused

_LINES_MAX = 256


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
            raise Refused(f"{key}: a secret is set at the DCU: dcu settings set {key}=@FILE")
        pairs.append((key, value))
    return pairs


def settings_rows(settings):
    def text():
        """A line KEY=VALUE for each; of a secret whether it is set."""
        return "\n".join([f"{setting.key}={settings.shown(setting.key)}" for setting in SCHEMA])

    def take(text):
        """Such lines of those that are to change: all or none. What is as it was read is left
        alone, also of a secret."""
        pairs = _pairs_of(text, settings.shown)
        if pairs:
            settings.put_all(pairs)

    name = "all settings, KEY=VALUE in lines; those written change, all or none. No secrets"
    refusal = "why the last change of settings was denied; empty: it was taken"
    return text_rows(text, take, ("0.0.96.133.1.255", name), ("0.0.96.133.2.255", refusal))
