"""What stands over a page for a while: an editor, a question, a message.

Each has draw(menu) -> Drawn and press(menu, key), as lcd_menu/pages.py has.
"""

from hal.errors import DcuError
from lcd_menu.cells import Choice
from lcd_menu.drawn import ARROWS, Drawn
from lcd_menu.editors import editor_of, value_of
from lcd_menu.lines import fit, paragraphs, wrapped

_YES_NO = ("No", "Yes")
_LEAVE = "Press any key; back twice leaves"


class Note:
    """A text that any key takes away."""

    def __init__(self, title, text):
        self._title = title
        self._text = text

    def draw(self, menu):
        lines = wrapped(menu.say(self._text), menu.columns)[: menu.room]
        return Drawn(menu.say(self._title), lines)

    def press(self, menu, key):
        menu.back()


class Watch:
    """What has come so far of a job that was begun: up and down scroll, any other key goes back,
    and the job goes on."""

    def __init__(self, job, row):
        self._job = job
        self._row = row
        self._first = 0

    def draw(self, menu):
        lines = paragraphs(menu.say(menu.model.show(self._job.key, self._row)), menu.columns)
        self._first = max(0, min(self._first, len(lines) - menu.room))
        shown = lines[self._first : self._first + menu.room]
        arrows = ARROWS[self._first > 0, self._first + menu.room < len(lines)]
        return Drawn(menu.say(self._job.label), shown, icons=arrows)

    def press(self, menu, key):
        if key in ("up", "down"):
            self._first += 1 if key == "down" else -1
        else:
            menu.back()


class TryKeys:
    """Says which key was pressed, and how often in a row; back twice leaves."""

    def __init__(self, label):
        self._label = label
        self._key = ""
        self._times = 0

    def draw(self, menu):
        lines = [f"{self._key} {self._times}", ""] if self._key else []
        return Drawn(menu.say(self._label), lines + wrapped(menu.say(_LEAVE), menu.columns))

    def press(self, menu, key):
        self._times = self._times + 1 if key == self._key else 1
        self._key = key
        if key == "back" and self._times == 2:
            menu.back()


class Question:
    """`then(menu)` after Yes, `otherwise(menu)` after No, which is where the cursor stands: a held
    Enter changes nothing."""

    def __init__(self, title, text, then, otherwise=None):
        self._title = title
        self._text = text
        self._then = then
        self._otherwise = otherwise
        self._choice = Choice("No", _YES_NO)

    def draw(self, menu):
        lines = wrapped(menu.say(self._text), menu.columns)[: menu.room - 2]
        inverted = len(lines) + self._choice.at
        return Drawn(menu.say(self._title), lines + [menu.say(name) for name in _YES_NO], inverted)

    def press(self, menu, key):
        if key in ("enter", "back"):
            menu.back()
            is_yes = key == "enter" and self._choice.text() == "Yes"
            follow = self._then if is_yes else self._otherwise
            if follow:
                follow(menu)
        else:
            self._choice.press(key)


class Edit:
    """Of one field. Enter stores it; what is refused is said, and the editor stays."""

    def __init__(self, label, key, row, spec):
        self._label = label
        self._key = key
        self._row = row
        self._spec = spec
        self._editor = editor_of(spec)
        self._unchanged = self._editor.text()
        self._notice = ""
        self._changed = ""  # what somebody else has made of it: stays while one types on

    def draw(self, menu):
        self._look(menu)
        draw = self._draw_choice if type(self._editor) is Choice else self._draw_cells
        return draw(menu)

    def _look(self, menu):
        """Whether somebody else has changed the field since it was last looked at."""
        try:
            now = menu.model.field(self._key, self._row)
        except DcuError as error:
            self._notice = menu.say(str(error))  # the row is gone
            return True
        if now.text != self._spec.text and now.kind != "date-time":  # a clock always changes
            self._notice = self._changed = menu.say("Changed meanwhile") + ": " + now.text
            self._spec = now
            self._unchanged = None  # what is typed differs from it now
            return True
        return False

    def _draw_choice(self, menu):
        names, at = self._editor.names, self._editor.at
        room = max(1, menu.room - 2) if self._notice else menu.room
        first = max(0, min(at - room // 2, len(names) - room))
        lines = [menu.say(name) for name in names[first : first + room]]
        notice = wrapped(self._notice, menu.columns)[: menu.room - len(lines)]
        return Drawn(menu.say(self._label), lines + notice, at - first)

    def _draw_cells(self, menu):
        notice = wrapped(self._notice, menu.columns)
        head = [self._range()] if self._range() else []
        room = max(1, menu.room - len(head) - min(len(notice), 4))
        lines, row, column = self._editor.shown(menu.columns, room)
        return Drawn(
            menu.say(self._label),
            (head + lines + notice)[: menu.room],
            cursor=(row + len(head), column),
        )

    def _range(self):
        return f"{self._spec.low} - {self._spec.high}" if self._spec.kind == "number" else ""

    def press(self, menu, key):
        if key == "back":
            menu.back()
        elif key == "enter":
            self._enter(menu)
        else:
            is_long = self._spec.kind in ("text", "secret", "key")
            self._editor.press(key, menu.step() if is_long else 1)
            self._notice = self._changed

    def _enter(self, menu):
        if self._look(menu):
            return  # who edits has to see it first
        if self._editor.text() == self._unchanged:
            menu.back()  # nothing is written that is there already
            return
        before = self._spec.text if self._spec.is_network else None
        value = value_of(self._spec, self._editor)
        self._notice = menu.store(self._key, self._row, value, before)
        if self._notice and self._range():
            self._notice = f"{menu.say('Refused')}: {self._range()}"
        if not self._notice:
            menu.back()
            if self._spec.is_network:
                menu.confirm(self._label)
            else:
                menu.open(Note(self._label, menu.model.stored(self._key, self._row)))


class Turn:
    """A level that left and right change at once; Enter keeps it, back takes it back."""

    def __init__(self, label, key, spec):
        self._label = label
        self._key = key
        self._spec = spec
        self._level = self._before = int(spec.text)
        self._notice = ""

    def draw(self, menu):
        span = self._spec.high - self._spec.low
        bar = "#" * ((self._level - self._spec.low) * (menu.columns - 4) // span)
        lines = [fit("", menu.columns), f"{self._level} {bar}"]
        return Drawn(menu.say(self._label), lines + wrapped(self._notice, menu.columns))

    def press(self, menu, key):
        if key in ("left", "right"):
            level = self._level + (1 if key == "right" else -1)
            self._level = max(self._spec.low, min(level, self._spec.high))
            menu.contrast = self._level
        elif key == "back":
            menu.contrast = None
            menu.back()
        elif key == "enter":
            if self._level != self._before:
                self._notice = menu.store(self._key, None, str(self._level))
            if not self._notice:
                menu.contrast = None
                menu.back()
