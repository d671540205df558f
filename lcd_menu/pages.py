"""The pages of the tree: lists of values, of lines that Enter opens, of the rows of the model.

A page on which a line can be opened has a cursor; one that only shows values scrolls.
"""

from lcd_menu.drawn import ARROWS, Drawn
from lcd_menu.items import Action, Field, Home, Job, KeyTest, Level, Order, Page, Rows, View
from lcd_menu.lines import beside, cut, fit, view, width

_OPENED = (Page, Rows, Field, Level, Action, Job, Order, KeyTest)
_WORTH_SHOWING = 6  # columns of a value that is cut
_MAY_BE_HIDDEN = (Field, Rows)


class HomePages:
    """Shown in turn while no key is pressed; arrows turn by hand, Enter opens the menu."""

    def __init__(self, home):
        self._home = home
        self._at = 0

    def _number(self, menu):
        quiet_ms = menu.now_ms - menu.pressed_ms
        return (self._at + quiet_ms // menu.page_ms) % len(self._home.pages)

    def draw(self, menu):
        items = self._home.pages[self._number(menu)].items
        lines = views(menu, items, None)[: menu.room]
        return Drawn(menu.say(self._home.label), lines, icons=tuple(menu.model.icons()))

    def press(self, menu, key):
        if key == "enter":
            menu.open(opened(self._home.menu))
        elif key != "back":
            step = 1 if key in ("down", "right") else -1
            self._at = (self._number(menu) + step) % len(self._home.pages)


class Listed:
    """A Page or Rows. `row` is the name of the row it is about, or None; `at` the line with the
    cursor, or without a cursor the first one shown."""

    def __init__(self, page, row=None):
        self._page = page
        self._row = row
        self._at = 0
        self._is_rows = type(page) is Rows
        self._has_cursor = self._is_rows or any([type(i) in _OPENED for i in page.items])

    def draw(self, menu):
        count = self._count(menu)
        last = self._last(menu, count)
        self._at = max(0, min(self._at, last))
        first, lines = self._window(menu, count)
        inverted = self._at - first if self._has_cursor and count else None
        arrows = ARROWS[first > 0, first + menu.room < count]
        return Drawn(self._title(menu, count), lines, inverted, icons=arrows)

    def _count(self, menu):
        """How many lines the page has, shown or not."""
        if self._is_rows:
            return len(menu.model.rows(self._page.key))
        return len(self._items(menu)) if self._has_cursor else len(self._views(menu))

    def _items(self, menu):
        """Of a page with a cursor: without what does not apply."""
        items = self._page.items
        return [i for i in items if type(i) not in _MAY_BE_HIDDEN or menu.model.applies(i.key)]

    def _last(self, menu, count):
        """The highest line that can have the cursor, or without one be the first shown."""
        return count - 1 if self._has_cursor else count - menu.room

    def _views(self, menu):
        return views(menu, self._page.items, self._row)

    def _window(self, menu, count):
        """(number of the first line shown, the lines shown)"""
        if not self._has_cursor:
            return self._at, self._views(menu)[self._at : self._at + menu.room]
        first = max(0, min(self._at - menu.room // 2, count - menu.room))
        if self._is_rows:
            return first, self._rows(menu, first) or [menu.say(self._page.empty)]
        shown = self._items(menu)[first : first + menu.room]
        return first, [self._line(menu, item) for item in shown]

    def _rows(self, menu, first):
        names = menu.model.rows(self._page.key)[first : first + menu.room]
        return [menu.say(menu.model.show(self._page.key, name)) for name in names]

    def _title(self, menu, count):
        label = menu.say(self._page.label)
        if self._is_rows and count:
            return beside(label, f"{self._at + 1}/{count}", menu.title_room)
        if self._row is not None:
            return beside(label, str(self._row), menu.title_room)
        return label

    def _line(self, menu, item):
        label = menu.say(item.label)
        if type(item) in (View, Field, Level):
            value = menu.model.show(item.key, self._row)
            if type(item) is View:
                value = menu.say(value)  # what somebody has typed is no word of ours
            if not label:
                return value
            if width(label) + 1 + width(value) <= menu.columns:
                return beside(label, value, menu.columns)
            return beside(label, _begun(value, menu.columns - width(label) - 2), menu.columns)
        return beside(label, ">", menu.columns)

    def press(self, menu, key):
        step = {"up": -1, "down": 1, "left": -menu.room, "right": menu.room}.get(key, 0)
        if step:
            last = self._last(menu, self._count(menu))
            self._at = max(0, min(self._at + step, last))
        elif key == "back":
            menu.back()
        elif self._has_cursor:
            self._enter(menu)

    def _enter(self, menu):
        if not self._is_rows:
            items = self._items(menu)
            menu.enter(items[min(self._at, len(items) - 1)], self._row)
            return
        names = menu.model.rows(self._page.key)
        if names:
            items = self._page.items
            name = names[min(self._at, len(names) - 1)]
            if len(items) == 1 and type(items[0]) in (Field, Job):
                kind = type(items[0])
                menu.enter(kind(items[0].label or str(name), items[0].key), name)
            else:
                menu.open(Listed(Page(self._page.label, items), name))


def _begun(value, columns):
    """As much of a value as there is room for; Enter shows the rest."""
    return (cut(value, columns) if columns >= _WORTH_SHOWING else "") + ">"


def views(menu, items, row):
    """The lines of Views: a value that does not fit beside its label goes below."""
    lines = []
    for item in [each for each in items if menu.model.applies(each.key)]:
        value = menu.say(menu.model.show(item.key, row))
        lines += view(menu.say(item.label), value, menu.columns)
    return [fit(line, menu.columns) for line in lines]


def opened(item):
    """What the stack of the menu holds for a Home, a Page or Rows."""
    return HomePages(item) if type(item) is Home else Listed(item)
