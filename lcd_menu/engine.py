"""Keys in, a screen out. Knows pages and cursors; knows no display and no keypad.

The top line of a screen is the status bar: the label of the page, at its right end the icons.
A page on which a line can be opened has a cursor; one that only shows values scrolls.
"""

from collections import namedtuple

from hal.errors import Refused
from lcd_menu.items import Home, Page, Rows, View
from lcd_menu.lines import beside, fit, view

ICONS_MAX = 5

Screen = namedtuple("Screen", ("rows", "inverted", "icons"))


class Menu:
    """model answers

    show(key, row=None)  text of a value; `row` is the name of a row for what is shown of one
    rows(key)            list of the names of the rows: numbers or short texts
    icons()              up to 4 names of lcd_menu/font.py, left to right

    The names of a list may change between any two calls.
    """

    def __init__(self, root, model, columns=20, rows=10):
        self._model = model
        self._columns = columns
        self._room = rows - 1
        self._open = [_Opened(root, None)]

    def press(self, key):
        """One of KEYS; Refused if it is none. What does nothing on a page is no error."""
        if key not in _PRESSED:
            raise Refused(f"no key {key!r} on the panel; there are: {' '.join(KEYS)}")
        _PRESSED[key](self, self._open[-1])

    def screen(self):
        """Screen(rows, inverted, icons): `rows` strings of exactly `columns` characters, the
        index of the one that is inverted, or None, and the icons over the end of the first."""
        top = self._open[-1]
        count = self._count(top)
        top.at = max(0, min(top.at, self._last(top, count)))
        first, lines = self._window(top, count)
        above, below = first > 0, first + self._room < count
        arrow = _ARROWS[above, below]
        icons = arrow + tuple(self._model.icons())
        assert len(icons) <= ICONS_MAX
        lines = [self._title(top, count, self._columns - len(icons))] + lines
        lines += [""] * (1 + self._room - len(lines))
        inverted = top.at - first + 1 if _has_cursor(top.page) and count else None
        return Screen([fit(line, self._columns) for line in lines], inverted, icons)

    # Where one can be

    def _count(self, top):
        """How many lines the page has, shown or not."""
        if type(top.page) is Rows:
            return len(self._model.rows(top.page.key))
        return len(top.page.items) if _has_cursor(top.page) else len(self._views(top))

    def _last(self, top, count):
        """The highest line that can have the cursor, or without a cursor be the first shown."""
        return count - 1 if _has_cursor(top.page) else count - self._room

    def _step(self, top, lines):
        top.at = max(0, min(top.at + lines, self._last(top, self._count(top))))

    # What is shown

    def _window(self, top, count):
        """(number of the first line shown, the lines shown)"""
        if not _has_cursor(top.page):
            return top.at, self._views(top)[top.at : top.at + self._room]
        first = max(0, min(top.at - self._room // 2, count - self._room))
        if type(top.page) is Rows:
            return first, self._texts(top.page, first) or [top.page.empty]
        shown = top.page.items[first : first + self._room]
        return first, [self._line(item) for item in shown]

    def _title(self, top, count, room):
        if type(top.page) is Rows and count:
            return beside(top.page.label, f"{top.at + 1}/{count}", room)
        if top.row is not None:
            return beside(top.page.label, str(top.row), room)
        return fit(top.page.label, room)

    def _texts(self, page, first):
        names = self._model.rows(page.key)[first : first + self._room]
        return [self._model.show(page.key, name) for name in names]

    def _views(self, top):
        lines = []
        for item in top.page.items:
            lines += view(item.label, self._model.show(item.key, top.row), self._columns)
        return lines

    def _line(self, item):
        value = self._model.show(item.key) if type(item) is View else ">"
        return beside(item.label, value, self._columns)

    # What the keys do

    def _up(self, top):
        self._step(top, -1)

    def _down(self, top):
        self._step(top, 1)

    def _left(self, top):
        self._step(top, -self._room)

    def _right(self, top):
        self._step(top, self._room)

    def _back(self, top):
        if len(self._open) > 1:
            self._open.pop()

    def _enter(self, top):
        if type(top.page) is Home:
            self._open.append(_Opened(top.page.menu, None))
        elif type(top.page) is Rows:
            names = self._model.rows(top.page.key)
            if names:
                name = names[min(top.at, len(names) - 1)]
                self._open.append(_Opened(Page(top.page.label, top.page.items), name))
        elif _has_cursor(top.page):
            item = top.page.items[top.at]
            if type(item) in _OPENED:
                self._open.append(_Opened(item, None))


class _Opened:
    """A page on the way from the root: `row` is the name of the row it is about, or None; `at`
    the line with the cursor, or without a cursor the first line shown."""

    def __init__(self, page, row):
        self.page = page
        self.row = row
        self.at = 0


_OPENED = (Page, Rows)
_ARROWS = {
    (False, False): (),
    (True, False): ("up",),
    (False, True): ("down",),
    (True, True): ("up-down",),
}
_PRESSED = {
    "up": Menu._up,
    "down": Menu._down,
    "left": Menu._left,
    "right": Menu._right,
    "enter": Menu._enter,
    "back": Menu._back,
}
KEYS = ("up", "down", "left", "right", "enter", "back")


def _has_cursor(page):
    return type(page) is Rows or any([type(item) in _OPENED for item in page.items])


def text(screen):
    """The screen as lines for people: ">" before the inverted one, icons by name at the end of
    the first."""
    lines = []
    for index, row in enumerate(screen.rows):
        lines.append(("> " if index == screen.inverted else "  ") + row)
    lines[0] += f" [{' '.join(screen.icons)}]" if screen.icons else ""
    return "\n".join(lines)
