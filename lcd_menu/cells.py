"""Values typed with six keys: up and down change the character under the cursor, left and right
move it. Keys in, text out; what the text may be is checked by whoever stores it.
"""

DIGITS = "0123456789"
HEX_DIGITS = "0123456789ABCDEF"
_SMALL = "abcdefghijklmnopqrstuvwxyz"
PRINTABLE = " " + _SMALL + DIGITS + ".-_:/@" + _SMALL.upper() + "!\"#$%&'()*+,;<=>?[\\]^`{|}~"
_UNSET = " "
_SHOWN_UNSET = "_"
_SHOWN_HIDDEN = "*"


class Cells:
    """`text` padded to the length of `alphabets`: one string of the characters in order for each
    cell, "" for one that is fixed. `is_hidden` shows the cell under the cursor alone."""

    def __init__(self, text, alphabets, is_hidden=False):
        self._cells = list(text) + [_UNSET] * (len(alphabets) - len(text))
        self._alphabets = alphabets
        self._is_hidden = is_hidden
        self.at = 0

    def press(self, key, step=1):
        """One of up, down, left, right; up and down by `step` characters."""
        if key in ("left", "right"):
            self._move(1 if key == "right" else -1)
        else:
            self._turn(step if key == "up" else -step)

    def _move(self, cells):
        at = self.at + cells
        while 0 <= at < len(self._cells) and not self._alphabets[at]:
            at += cells
        if 0 <= at < len(self._cells):
            self.at = at

    def _turn(self, steps):
        alphabet = self._alphabets[self.at]
        now = alphabet.find(self._cells[self.at])
        if now < 0:
            now = -1 if steps > 0 else len(alphabet)
            steps = 1 if steps > 0 else -1
        self._cells[self.at] = alphabet[(now + steps) % len(alphabet)]

    def text(self):
        """Without the unset cells at its end."""
        text = "".join(self._cells)
        end = len(text)
        while end and text[end - 1] == _UNSET:
            end -= 1
        return text[:end]

    def shown(self, columns, lines):
        """([at most `lines` lines that have the cursor among them], row, column of the cursor)"""
        first = max(0, self.at // columns - lines + 1)
        used = max(self.at + 1, len(self.text()))
        shown = "".join([self._shown(index) for index in range(used)])
        shown += _SHOWN_UNSET * (len(self._cells) - used if len(self._cells) <= columns else 0)
        found = [shown[start : start + columns] for start in range(0, len(shown), columns)]
        return found[first : first + lines], self.at // columns - first, self.at % columns

    def _shown(self, index):
        cell = self._cells[index]
        if cell == _UNSET:
            return _SHOWN_UNSET if index == self.at or self._is_hidden else _UNSET
        return _SHOWN_HIDDEN if self._is_hidden and index != self.at else cell


class Choice:
    """One of `names`; up and down go around."""

    def __init__(self, text, names):
        self.names = names
        self.at = names.index(text) if text in names else 0

    def press(self, key, step=1):
        if key in ("up", "down"):
            self.at = (self.at + (1 if key == "down" else -1)) % len(self.names)

    def text(self):
        return self.names[self.at]
