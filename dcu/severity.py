"""How grave each alarm is: by its code, unless the setting `alarms.severity` says otherwise.

The setting is CODE=SEVERITY with commas between, as in 1=alarm,22=info. It holds for what is
raised from then on; what was raised keeps what it had.
"""

from dcu.alarm_codes import ALARM, CODES, INFO, WARNING
from hal.errors import Refused

KEY = "alarms.severity"
LEVELS = (INFO, WARNING, ALARM)
TEXT_MAX = 400  # characters: more than one for each code
_USUAL = {code.number: code.severity for code in CODES}
_BY_NUMBER = {str(number): number for number in _USUAL}


def usual(code):
    """Without a setting. Of a code that is no more (the journal is older): WARNING."""
    return _USUAL.get(code, WARNING)


def overrides(text):
    """{code: severity}, or Refused, which names what is wrong."""
    found = {}
    for word in text.split(",") if text else ():
        number, _, severity = word.partition("=")
        if number not in _BY_NUMBER:
            raise Refused(
                f"{KEY}: {word!r}: no alarm has the code {number!r}; docs/events.md has all"
            )
        if severity not in LEVELS:
            raise Refused(f"{KEY}: {word!r}: {severity!r} is not one of {', '.join(LEVELS)}")
        if _BY_NUMBER[number] in found:
            raise Refused(f"{KEY}: {word!r}: code {number} is given twice")
        found[_BY_NUMBER[number]] = severity
    return found


def severity_of(settings):
    """function(code) -> its severity as it is set now"""

    def severity(code):
        return overrides(settings.get(KEY)).get(code) or usual(code)

    return severity


def with_importance(text, wanted):
    """The setting `text`, changed so that of the codes in `wanted`, {code: bool}, those are ALARM
    that are True; one that is ALARM and is not to be becomes WARNING."""
    found = overrides(text)
    for code, is_important in wanted.items():
        now = found.get(code) or usual(code)
        if is_important:
            found[code] = ALARM
        elif now == ALARM:
            found[code] = WARNING if usual(code) == ALARM else usual(code)
    needed = [code for code in sorted(found) if found[code] != usual(code)]
    return ",".join([f"{code}={found[code]}" for code in needed])
