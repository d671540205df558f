"""A screen of the menu in ASCII, for a display with characters of its own, none inverted."""

from lcd_menu.lines import width

_LETTERS = (
    ("a", "àáâ"),
    ("c", "ç"),
    ("e", "èéê"),
    ("i", "íî"),
    ("n", "ñ"),
    ("o", "óô"),
    ("u", "ú"),
)
_CAPITALS = (("A", "À"), ("E", "ÉÈ"), ("O", "Ô"), ("U", "Ú"))
_SIGNS = (("?", "¿"), ("oe", "œ"), (".", "…"), (">", "→"))
_ASCII = {each: plain for plain, found in _LETTERS + _CAPITALS + _SIGNS for each in found}
_ICONS = {
    "signal-0": "0",
    "signal-1": "1",
    "signal-2": "2",
    "signal-3": "3",
    "signal-4": "4",
    "hes": "H",
    "hes-off": "-",
    "alarm": "!",
    "up": "^",
    "down": "v",
    "up-down": "|",
    "unknown": "?",
    "lock": "*",
    "lan": "L",
    "gprs": "G",
    "module": "M",
}
LINE, CELL = "line", "cell"


def plain(screen):
    """(rows, mark, (row, column)): strings of as many ASCII characters as there are columns; mark
    LINE where a line is chosen, CELL where a character is typed, or None, without a place. What
    ASCII has no likeness of, as Russian and Chinese, is a question mark for each column."""
    rows = [_ascii(row) for row in screen.rows]
    icons = "".join([_ICONS[name] for name in screen.icons])
    rows[0] = rows[0][: len(rows[0]) - len(icons)] + icons
    if screen.cursor:
        return rows, CELL, screen.cursor
    if screen.inverted is not None:
        return rows, LINE, (screen.inverted, 0)
    return rows, None, None


def _ascii(row):
    found = ""
    for character in row:
        is_ascii = " " <= character <= "~"
        found += character if is_ascii else _ASCII.get(character, "?" * width(character))
    return found[: width(row)]
