"""The editor of each kind of field: number, address, digits, text, choice, date and time."""

from lcd_menu.cells import DIGITS, HEX_DIGITS, PRINTABLE, Cells, Choice

PASSWORD_DIGITS = 6
_DATE_TIME = "0000-00-00 00:00:00"
_ADDRESS = "000.000.000.000"


def editor_of(spec):
    """Cells or a Choice for a Spec of lcd_menu/items.py."""
    return _EDITORS[spec.kind](spec)


def value_of(spec, editor):
    """The text to be stored: an address and a number without the zeros in front."""
    text = editor.text()
    if spec.kind == "number":
        return str(int(text))
    if spec.kind == "ipv4":
        return ".".join([str(int(part)) for part in text.split(".")])
    return text


def password_cells():
    return Cells("", [DIGITS] * PASSWORD_DIGITS, True)


def is_password(text):
    """Whether all of its cells have been typed."""
    return len(text) == PASSWORD_DIGITS and " " not in text


def _number(spec):
    places = len(str(spec.high))
    return Cells(_padded(spec.text, places), [DIGITS] * places)


def _ipv4(spec):
    parts = spec.text.split(".") if spec.text else ["0"] * 4
    return _by_form(".".join([_padded(part, 3) for part in parts]), _ADDRESS)


def _date_time(spec):
    return _by_form(spec.text, _DATE_TIME)


def _by_form(text, form):
    """Cells where `form` has a digit, and fixed ones where it has something else."""
    return Cells(text, [DIGITS if place == "0" else "" for place in form])


def _padded(text, places):
    return "0" * (places - len(text)) + text


_EDITORS = {
    "number": _number,
    "ipv4": _ipv4,
    "date-time": _date_time,
    "digits": lambda spec: Cells(spec.text, [DIGITS] * spec.high),
    "hex": lambda spec: Cells(spec.text, [HEX_DIGITS] * spec.high),
    "text": lambda spec: Cells(spec.text, [PRINTABLE] * spec.high),
    "secret": lambda spec: Cells("", [PRINTABLE] * spec.high, True),
    "key": lambda spec: Cells("", [" " + HEX_DIGITS] * spec.high, True),
    "choice": lambda spec: Choice(spec.text, spec.low),
}
