"""The panel on a display of characters: what is written to /dev/lcd, here a file that shows it."""

import os

from boards import device_forms, front
from boards.panel import Panel
from dcu.alarm_codes import PORT_LOST
from hal.character_lcd import ROWS_MAX, CharacterLcd
from lcd_menu.engine import Screen
from lcd_menu.font import icon
from lcd_menu.font_data import ICONS
from lcd_menu.lines import width
from lcd_menu.plain import CELL, LINE, plain
from lcd_menu.words import LANGUAGES
from tests.dual.panel_plant import PASSWORD, Plant
from tests.dual.panel_screens import SCREENS
from tests.dual.test_front import Bench, later
from tests.kept import refusal

COLUMNS, ROWS = 20, 4


class Glass:
    """What such a display would show of octets that came, by the escape sequences of Linux."""

    def __init__(self, octets):
        self.rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self.at = [0, 0]  # row, column
        self.flags = ""
        text = octets.decode()
        while text:
            text = self._escaped(text[1:]) if text[0] == "\x1b" else self._put(text)

    def _put(self, text):
        if text[0] == "\n":
            self.at = [(self.at[0] + 1) % ROWS, 0]
        else:
            self.rows[self.at[0]][self.at[1]] = text[0]
            self.at[1] += 1
        return text[1:]

    def _escaped(self, text):
        if text[:2] == "[H":
            self.at = [0, 0]
            return text[2:]
        if text[:3] == "[2J":
            return text[3:]
        assert text[:2] == "[L", text
        if text[2] == "x":
            place, _, rest = text[3:].partition(";")
            column, _, row = place.partition("y")
            self.at = [int(row), int(column)]
            return rest
        flag = text[2]
        other = {"+": "-", "-": "+"}.get(flag, flag.upper() if flag.islower() else flag.lower())
        self.flags = self.flags.replace(flag, "").replace(other, "") + flag
        return text[3:]

    def text(self):
        return ["".join(row) for row in self.rows]


def path():
    return os.getenv("DUAL_TMP") + "/lcd"


def read():
    file = open(path(), "rb")
    octets = file.read()
    file.close()
    return octets


def glass_of(*shown):
    display = CharacterLcd(path(), COLUMNS, ROWS)
    for each in shown:
        display.show(each)
    display.close()
    return Glass(read())


def small(language="en"):
    plant = Plant(36, columns=COLUMNS, rows=ROWS)
    plant.dcu.settings.put("panel.language", language)
    return plant


def test_the_chosen_line_blinks_at_its_beginning():
    shown = plain(small().press("enter down").screen())
    glass = glass_of(shown)
    assert glass.text() == shown[0]
    row, column = shown[2]
    assert glass.at == [row, 0] and glass.text()[row].startswith("Time")
    assert "B" in glass.flags and "c" in glass.flags


def test_what_is_typed_has_the_cursor_under_it():
    plant = small().press("enter down*3 enter down enter").unlock().press("right")
    rows, mark, place = plain(plant.screen())
    glass = glass_of(plain(small().press("enter").screen()), (rows, mark, place))
    assert mark == CELL and glass.at == list(place) == [1, 1]
    assert "C" in glass.flags and "b" in glass.flags and glass.text() == rows


def test_a_page_without_a_choice_has_neither():
    rows, mark, place = plain(small().screen())
    glass = glass_of(plain(small().press("enter").screen()), (rows, mark, place))
    assert mark is None and place is None and glass.text() == rows
    assert "b" in glass.flags and "c" in glass.flags


def test_what_is_shown_already_is_not_written_again():
    shown = plain(small().press("enter").screen())
    glass_of(shown)
    once = len(read())
    glass_of(shown, shown)
    assert len(read()) == once


def test_the_light_goes_on_and_off():
    display = CharacterLcd(path(), COLUMNS, ROWS)
    display.contrast(3)
    display.light(False)
    assert "-" in Glass(read()).flags
    display.light(True)
    assert "+" in Glass(read()).flags
    display.close()


def test_every_screen_of_every_language_is_ascii_of_four_lines():
    for language in LANGUAGES:
        plant = small(language)
        for _, keys in SCREENS[:30]:
            plant.press("back*6")
            for word in keys.split():
                plant.type(PASSWORD) if word == "typed" else plant.press(word)
            rows, mark, place = plain(plant.screen())
            assert len(rows) == ROWS
            for row in rows:
                assert len(row) == COLUMNS and all([" " <= each <= "~" for each in row]), row


def test_letters_with_accents_lose_them_and_what_ascii_has_no_likeness_of_is_a_question_mark():
    for text, expected in (
        ("¿Día próximo? ñ", "?Dia proximo? n"),
        ("Été à l'œil → 1…", "Ete a l'oeil > 1"),
        ("да", "??"),
        ("电a", "??a"),
    ):
        rows, _, _ = plain(Screen([text], None, (), None, True))
        assert rows == [expected[: width(text)]], rows


def test_icons_are_letters_at_the_end_of_the_status_bar():
    for name in ICONS:
        assert icon(name)
        rows, _, _ = plain(Screen(["Title" + " " * 15], None, (name, "alarm"), None, True))
        assert len(rows[0]) == COLUMNS and rows[0][-1] == "!" and rows[0][-2] != " ", name


def test_lines_beyond_those_there_are_name_the_setting():
    for rows, is_refused in ((ROWS_MAX, False), (ROWS_MAX + 1, True), (10, True)):
        said = refusal(CharacterLcd, path(), COLUMNS, rows)
        assert ("set panel.size to 20x4" in said) == is_refused, rows


def test_the_setting_names_it_and_the_panel_shows_itself_on_it():
    bench = Bench()
    bench.dcu.panel = Panel(bench.dcu, bench.plant.memory)
    assert list(device_forms.display("lcd:/dev/lcd")) == ["lcd", "/dev/lcd"]
    for text in ("lcd:", "lcd:lcd", "lcd:/dev/lcd:1"):
        assert "lcd:/dev/lcd" in refusal(device_forms.display, text)
    bench.dcu.settings.put("panel.size", "20x4")
    bench.dcu.settings.put("panel.display", "lcd:" + path())

    async def play():
        await later(10)
        bench.dcu.panel.press("enter")
        await later(10)

    bench.run(lambda dcu, open_: front.display(dcu), play)
    assert Glass(read()).text() == bench.dcu.panel.shown()["plain"][0]
    assert bench.dcu.panel.shown()["plain"][1] == LINE and bench.alarms == []


def test_one_that_is_not_there_is_an_alarm_and_the_dcu_runs_on():
    bench = Bench()
    bench.dcu.settings.put("panel.size", "20x4")
    bench.dcu.settings.put("panel.display", "lcd:" + path() + "/no/such")
    bench.run(lambda dcu, open_: front.display(dcu), later)
    assert bench.alarms[0][0] == PORT_LOST and "panel.display: " in bench.alarms[0][1]
