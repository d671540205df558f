"""The words that the verbs of the console are given, checked."""

import json

from dcu import still_missing
from dcu.schema import AFTER_RESTART, whole
from hal.errors import Refused

# the others: nested deeper than the interpreter, or the memory of a board, can go
NO_JSON = (ValueError, RuntimeError, MemoryError)


def mp_of(text):
    """The number of a measuring point, or Refused."""
    number = whole(text, 1, 65535)
    if number is None:
        raise Refused(f"MP {text!r}: a measuring point is a number from 1 on")
    return number


def texts_of(text):
    """The object of texts that the JSON `text` is, or Refused."""
    try:
        texts = json.loads(text)
    except NO_JSON:
        texts = None
    if not isinstance(texts, dict) or not all([isinstance(v, str) for v in texts.values()]):
        raise Refused("not a JSON object of texts")
    return texts


def counted(count, noun):
    """ "1 meter", "2 meters" """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def change_settings(dcu, texts):
    """Change all, texts by key, or by Refused none: a line for each, what it is now, and one for
    each thing that they do not work without."""
    dcu.settings.put_all(sorted(texts.items()), "the console")
    lines = [_setting_line(dcu, key) for key in sorted(texts)]
    return lines + still_missing.hints(dcu.settings.get, texts)


def _setting_line(dcu, key):
    """What it is now; a DCU that is not running takes all at its start anyway."""
    is_later = dcu.uplink is not None and key.split(".")[0] in AFTER_RESTART
    return f"{key} = {dcu.settings.shown(key)}{'; in use after a restart' if is_later else ''}"
