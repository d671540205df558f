"""The password of the panel: asked for, and set. As the dialogues of lcd_menu/dialogs.py."""

from hal.errors import DcuError
from lcd_menu.dialogs import Note
from lcd_menu.drawn import Drawn
from lcd_menu.editors import is_password, password_cells
from lcd_menu.lines import wrapped
from lcd_menu.lock import FACTORY

_SIX = "6 digits"


class AskPassword:
    """`then(menu)` after the right one. In factory state it leads to setting one, and no
    further."""

    def __init__(self, then):
        self._then = then
        self._cells = password_cells()
        self._notice = ""

    def draw(self, menu):
        wait_ms = menu.lock.wait_ms(menu.now_ms)
        if wait_ms:
            self._notice = f"{menu.say('Wait')} {(wait_ms + 999) // 1000} s"
        elif self._notice[-2:] == " s":
            self._notice = ""
        lines, row, column = self._cells.shown(menu.columns, 1)
        return Drawn(
            menu.say("Password"), lines + wrapped(self._notice, menu.columns), cursor=(0, column)
        )

    def press(self, menu, key):
        if key == "back":
            menu.back()
        elif key != "enter":
            self._cells.press(key)
        elif not is_password(self._cells.text()):
            self._notice = menu.say(_SIX)
        elif not menu.lock.wait_ms(menu.now_ms):
            self._try(menu)

    def _try(self, menu):
        password = menu.model.password()
        is_right = menu.lock.take(self._cells.text(), password, menu.now_ms)
        self._cells = password_cells()
        self._notice = menu.say("Wrong password")
        if is_right:
            menu.back()
            if password:
                self._then(menu)
            else:
                menu.open(NewPassword())


class NewPassword:
    """Typed twice; the one of the factory is refused for ever."""

    def __init__(self):
        self._cells = password_cells()
        self._first = None
        self._notice = "New password"

    def draw(self, menu):
        lines, row, column = self._cells.shown(menu.columns, 1)
        notice = wrapped(menu.say(self._notice), menu.columns)
        return Drawn(menu.say("Set password"), lines + notice, cursor=(0, column))

    def press(self, menu, key):
        if key == "back":
            menu.back()
        elif key != "enter":
            self._cells.press(key)
        elif is_password(self._cells.text()):
            self._enter(menu, self._cells.text())
        else:
            self._notice = _SIX

    def _enter(self, menu, typed):
        self._cells = password_cells()
        if typed == FACTORY:
            self._notice = f"{menu.say('Refused')}: {FACTORY}"
        elif self._first is None:
            self._first = typed
            self._notice = "Once more"
        elif self._first != typed:
            self._first = None
            self._notice = "Not the same"
        else:
            self._store(menu, typed)

    def _store(self, menu, typed):
        try:
            menu.model.set_password(typed)
        except DcuError as error:
            self._notice = str(error)
            return
        menu.lock.is_open = True
        menu.back()
        menu.open(Note("Set password", "Stored"))
