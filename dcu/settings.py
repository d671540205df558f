"""The settings in use: one call changes them, with one check, from every entrance."""

from dcu.schema import SCHEMA, SECRETS, find, parse
from hal.errors import Refused

HES = "the HES"  # who changes settings from afar
_LINES_MAX = 1000  # of the stored text; more is no file of ours
_BEFORE = "before "  # and a key: what it was before a change that is on trial


class Settings:
    """`kept` has load() -> bytes or None and save(bytes), durable on return.

    fallen_back   keys whose stored text no longer fits; they hold their default
    before        {key: text} of those that are on trial (dcu/way_trial.py), stored with them
    """

    def __init__(self, kept):
        self._kept = kept
        self.told = lambda keys, by: None  # after a change
        self.check = lambda get, keys: None  # before it; Refused when they do not go together
        self.on_trial = lambda get, changed, by: self.before  # gives what `before` will be
        self.fallen_back = []
        self._texts = _texts_of(kept.load())
        self.before = _taken_out(self._texts)
        self._values = {}
        for setting in SCHEMA:
            try:
                value = parse(setting, self._texts.get(setting.key, setting.default))
            except Refused:
                self.fallen_back.append(setting.key)
                self._texts.pop(setting.key)
                value = parse(setting, setting.default)
            self._values[setting.key] = value

    def get(self, key):
        return self._values[key]

    def put(self, key, text):
        self.put_all([(key, text)])

    def put_all(self, pairs, by=HES):
        """All of the (key, text) pairs or, by Refused, none. Stored before any is in use.

        by   who wants it, for the event that tells of it
        """
        checked = [(key, text, parse(find(key), text)) for key, text in pairs]
        values = dict(self._values)
        for key, _, value in checked:
            values[key] = value
        keys = [key for key, _, _ in checked]
        self.check(lambda key: values[key], keys)
        changed = [key for key in keys if values[key] != self._values[key]]
        before = self.on_trial(lambda key: values[key], changed, by)
        texts = dict(self._texts)
        for key, text, _ in checked:
            texts[key] = text
        self._save(texts, before)
        self._values = values
        self.told(keys, by)

    def keep(self):
        """What was before is no more; durable on return."""
        self._save(self._texts, {})

    def _save(self, texts, before):
        noted = {_BEFORE + key: text for key, text in before.items()}
        noted.update(texts)
        self._kept.save(_text_of(noted))
        self._texts, self.before = texts, before

    def text(self, key):
        """As it is stored, also a secret."""
        return self._texts.get(key, find(key).default)

    def is_default(self, key):
        setting = find(key)
        return self._values[key] == parse(setting, setting.default)

    def shown(self, key):
        """The value as text for a screen, a log or an export: a secret only as its presence."""
        if find(key).kind in SECRETS:
            return "(set)" if self._values[key] else ""
        return str(self._values[key])

    def terminal_id(self):
        """Address 1 and address 2 joined, as on the panel: 07310001."""
        return self._values["terminal.area"] + self._values["terminal.number"]

    def terminal_shown(self):
        """As people are used to have it: 07310010, or 0731-16 with address 2 in decimal."""
        if self._values["gdw.a2_shown"] == "hex":
            return self.terminal_id()
        return f"{self._values['terminal.area']}-{int(self._values['terminal.number'], 16)}"

    def system_title(self):
        """Our 8 octets where something is ciphered: three letters for the maker, then what no
        other of these DCUs has."""
        return b"ODC\x00" + bytes.fromhex(self.terminal_id())


def _text_of(texts):
    return "".join([f"{key}={texts[key]}\n" for key in sorted(texts)]).encode()


def _texts_of(stored):
    texts = {}
    if stored:
        for line in stored.decode().split("\n")[:_LINES_MAX]:
            key, equals, text = line.partition("=")
            if equals:
                texts[key] = text
    return texts


def _taken_out(texts):
    """What was before, which is then in `texts` no more; of a key that is gone nothing is left."""
    noted = [key for key in texts if key.startswith(_BEFORE)]
    before = {key[len(_BEFORE) :]: texts.pop(key) for key in noted}
    known = [setting.key for setting in SCHEMA]
    return {key: text for key, text in before.items() if key in known}
