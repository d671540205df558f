"""Keys in, a screen out. Knows no display and no keypad, and waits for nothing.

The top line of a screen is the status bar: the label of the page, at its right end the icons.
"""

from collections import namedtuple

from hal.errors import DcuError, Refused
from lcd_menu import words
from lcd_menu.dialogs import Edit, Note, Question, TryKeys, Turn, Watch
from lcd_menu.items import Action, Field, Job, KeyTest, Level, Order, View
from lcd_menu.lines import fit
from lcd_menu.lock import Lock
from lcd_menu.pages import opened
from lcd_menu.passwords import AskPassword, NewPassword
from lcd_menu.unconfirmed import Unconfirmed

KEYS = ("up", "down", "left", "right", "enter", "back")
ICONS_MAX = 7
_HELD_GAP_MS = 250  # a key that comes again so soon is held
_HELD_AFTER = 8
_HELD_STEP = 5
_TIMES_MAX = 999  # of one key in a script
SET_PASSWORD = "panel.password"  # the one Field that has a dialogue of its own

# rows      strings of exactly `columns` columns
# inverted  index of the row that is inverted, or None
# icons     names of lcd_menu/font.py, over the end of the first row
# cursor    (row, column) of an inverted character, or None
# is_lit    whether the backlight is on
Screen = namedtuple("Screen", ("rows", "inverted", "icons", "cursor", "is_lit"))


def check(key):
    """Refused for what is no key of the panel."""
    if key not in KEYS:
        raise Refused(f"no key {key!r} on the panel; there are: {' '.join(KEYS)}")


def keys_of(text):
    """The keys that "down*3 enter" names, one by one. Refused for what is none."""
    keys = []
    for word in text.split():
        key, star, times = word.partition("*")
        check(key)
        if star and (not times.isdigit() or int(times) > _TIMES_MAX):
            raise Refused(f"{word!r}: a key so many times is {key}*3, at most {_TIMES_MAX}")
        keys += [key] * int(times or 1)
    return keys


class Menu:
    """model answers

    show(key, row=None)  text of a value; `row` is the name of a row for what is shown of one
    rows(key)            list of the names of the rows: numbers or short texts
    icons()              names of lcd_menu/font.py, left to right
    applies(key)         whether a Field means anything as the DCU is set now
    field(key, row)      Spec of lcd_menu/items.py
    put(key, row, text)  stores it, or raises Refused or PortError
    stored(key, row)     what is to be said then
    act(key, row)        does it; a text that says so, or raises Refused or PortError
    start(key, row)      begins a Job or Order, whose outcome so far is show(key, row); or Refused
    password()           "" in factory state; set_password(text) stores one
    language()           code of lcd_menu/words.py
    remember(change), remembered()   see lcd_menu/unconfirmed.py
    confirmed()          somebody has seen that the new network is good, and keeps it
    times_ms()           (without a key until the backlight goes, of each idle page)

    The names of a list, and everything else, may change between any two calls. `now_ms` of
    the calls here is monotonic.
    """

    def __init__(self, root, model, columns=20, rows=10, now_ms=0, lock=None):
        self.model = model
        self.columns = columns
        self.room = rows - 1
        self.lock = lock or Lock()
        self.contrast = None  # while it is being set: the level to show
        self.now_ms = self.pressed_ms = now_ms
        self.is_lit = True
        self._stack = [opened(root)]
        self._words = None
        self._language = None
        self._unconfirmed = Unconfirmed(model, now_ms)
        self._key = None
        self._held = 0
        self._idle_ms, self.page_ms = model.times_ms()

    # From outside

    def press(self, key, now_ms):
        """One of KEYS, or Refused. What does nothing on a page is no error. The key
        that lights the display does nothing else."""
        check(key)
        self.tick(now_ms)
        is_held = key == self._key and now_ms - self.pressed_ms <= _HELD_GAP_MS
        self._held = self._held + 1 if is_held else 0
        self._key = key
        if self.is_lit:
            self._stack[-1].press(self, key)
        self.is_lit = True
        self.pressed_ms = now_ms

    def tick(self, now_ms):
        """What time brings: the way back to idle, and that of a change nobody confirmed."""
        self.now_ms = now_ms
        self._idle_ms, self.page_ms = self.model.times_ms()
        if self.is_lit and now_ms - self.pressed_ms >= self._idle_ms:
            self.is_lit = False
            self.leave()
        self._unconfirmed.tick(now_ms)

    def leave(self):
        """Back to the idle pages, locked; what was being typed is lost."""
        self.lock.close()
        self.contrast = None
        self._stack = self._stack[:1]

    def wake(self, now_ms):
        """Lights the display, as any key would."""
        self.tick(now_ms)
        self.is_lit = True
        self.pressed_ms = now_ms

    def screen(self, now_ms):
        self.tick(now_ms)
        drawn = self._stack[-1].draw(self)
        icons = drawn.icons + (() if self.lock.is_open else ("lock",))
        assert len(icons) <= ICONS_MAX
        title = fit(drawn.title, self.columns - len(icons)) + " " * len(icons)
        lines = [title] + [fit(line, self.columns) for line in drawn.lines[: self.room]]
        lines += [fit("", self.columns)] * (1 + self.room - len(lines))
        inverted = None if drawn.inverted is None else drawn.inverted + 1
        cursor = drawn.cursor and (drawn.cursor[0] + 1, drawn.cursor[1])
        return Screen(lines, inverted, icons, cursor, self.is_lit)

    # For pages and dialogues

    @property
    def title_room(self):
        return self.columns - 2  # an arrow and the lock

    def say(self, text):
        """In the language of the panel; what has no translation as it is."""
        language = self.model.language()
        if language != self._language:
            self._language = language
            self._words = words.of(language)
        return words.translated(self._words, text)

    def step(self):
        """How far up and down go: a key that is held goes faster."""
        return _HELD_STEP if self._held >= _HELD_AFTER else 1

    def open(self, entry):
        self._stack.append(entry)

    def back(self):
        assert len(self._stack) > 1
        self._stack.pop()

    def enter(self, item, row):
        """Enter on a line of a page."""
        if type(item) is View:
            self.open(Note(item.label, self.model.show(item.key, row)))
        elif type(item) is KeyTest:
            self.open(TryKeys(item.label))
        elif type(item) is Job:
            self._begin(item, row)
        elif type(item) in _GUARDED:
            if self.lock.is_open:
                _GUARDED[type(item)](self, item, row)
            else:
                self.open(AskPassword(lambda menu: _GUARDED[type(item)](menu, item, row)))
        else:
            self.open(opened(item))

    def store(self, key, row, text, before=None):
        """Why it was not stored, in words; "" when it was.

        before   the text it has now, of what is to be confirmed
        """
        assert self.lock.is_open
        try:
            if before is not None:
                self._unconfirmed.begin(key, row, before)
            self.model.put(key, row, text)
        except DcuError as error:
            return self.say(str(error))
        return ""

    def confirm(self, label):
        """A change of the network has been stored: Yes in time, or it is taken back."""
        self._unconfirmed.stored(self.now_ms)
        self.open(Question(label, "Keep? 60 s", Menu._keep, Menu._take_back))

    def _keep(self):
        said = "Stored" if self._unconfirmed.is_there else "Too late: taken back"
        try:
            self._unconfirmed.keep()
            self.model.confirmed()
        except DcuError as error:
            said = str(error)
        self.open(Note("", said))

    def _take_back(self):
        self._unconfirmed.take_back(self.now_ms)

    def _begin(self, job, row):
        try:
            self.model.start(job.key, row)
        except DcuError as error:
            self.open(Note(job.label, str(error)))
            return
        self.open(Watch(job, row))

    # Behind the password

    def _edit(self, item, row):
        if item.key == SET_PASSWORD:
            self.open(NewPassword())
            return
        try:
            spec = self.model.field(item.key, row)
        except Refused as refusal:
            self.open(Note(item.label, str(refusal)))
            return
        if spec.is_network and self._unconfirmed.is_there:  # nobody would know which is kept
            self._take_back()
            spec = self.model.field(item.key, row)
        self.open(Edit(item.label, item.key, row, spec))

    def _level(self, item, row):
        self.open(Turn(item.label, item.key, self.model.field(item.key, row)))

    def _ask(self, item, row):
        """Twice, then done."""

        def sure(menu):
            menu.open(Question(item.label, "Really? This cannot be undone", do))

        def do(menu):
            if type(item) is Order:
                menu._begin(item, row)
            else:
                menu._act(item, row)

        self.open(Question(item.label, self.say(item.label) + "?", sure))

    def _act(self, item, row):
        try:
            text = self.model.act(item.key, row)
        except DcuError as error:
            text = str(error)
        self.open(Note(item.label, text))


_GUARDED = {Field: Menu._edit, Level: Menu._level, Action: Menu._ask, Order: Menu._ask}


def text(screen):
    """The screen as lines for people: ">" before the inverted one, the column of the cursor and
    the icons by name at the ends."""
    lines = []
    for index, row in enumerate(screen.rows):
        lines.append(("> " if index == screen.inverted else "  ") + row)
    if screen.cursor:
        row, column = screen.cursor
        lines[row] = f"> {screen.rows[row]} [{screen.rows[row][column]}]"
    lines[0] += f" [{' '.join(screen.icons)}]" if screen.icons else ""
    return "\n".join(lines)
