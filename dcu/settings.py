"""The settings in use: one call changes them, with one check, from every entrance."""

from dcu.schema import SCHEMA, SECRETS, find, parse
from hal.errors import Refused

_LINES_MAX = 1000  # of the stored text; more is no file of ours


class Settings:
    """`kept` has load() -> bytes or None and save(bytes), durable on return.

    `fallen_back` names the keys whose stored text no longer fits; they hold their default.
    """

    def __init__(self, kept):
        self._kept = kept
        self.told = lambda keys, by: None  # after a change
        self.check = lambda get, keys: None  # before it; Refused when they do not go together
        self.fallen_back = []
        self._texts = _texts_of(kept.load())
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

    def put_all(self, pairs, by="the HES"):
        """All of the (key, text) pairs or, by Refused, none. Stored before any is in use.

        by   who wants it, for the event that tells of it
        """
        checked = [(key, text, parse(find(key), text)) for key, text in pairs]
        values = dict(self._values)
        for key, _, value in checked:
            values[key] = value
        self.check(lambda key: values[key], [key for key, _, _ in checked])
        texts = dict(self._texts)
        for key, text, _ in checked:
            texts[key] = text
        self._kept.save(_text_of(texts))
        self._texts = texts
        self._values = values
        self.told([key for key, _, _ in checked], by)

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
