"""The menu of the DCU: every line is answered, explained in the manual, and fits."""

from lcd_menu.items import Action, Field, Home, Job, Level, Order, Rows, View
from lcd_menu.lines import width
from lcd_menu.phrases_es import PHRASES
from lcd_menu.tree import MENU
from lcd_menu.words import LANGUAGES, of
from tests.dual.panel_plant import Plant, alarmed

COLUMNS = 20
LABEL_MAX = 17  # of a title, beside an arrow and the lock
COUNT = " 999/999"  # beside the title of a list
LINES_OF_A_TEXT = 2


def all_items(item=MENU):
    found = [item]
    for child in getattr(item, "pages", ()) + getattr(item, "items", ()):
        found += all_items(child)
    return found + (all_items(item.menu) if type(item) is Home else [])


def keys_of(*kinds):
    return sorted({item.key for item in all_items() if type(item) in kinds})


def translated(text, language):
    return of(language).get(text, text)


def test_every_label_fits_its_field_in_every_language():
    for item in all_items():
        for language in LANGUAGES:
            label = translated(item.label, language)
            assert width(label) <= LABEL_MAX, (language, label)
            if type(item) is Rows:
                assert width(translated(item.empty, language)) <= COLUMNS


def test_every_list_has_room_for_its_count_in_every_language():
    for item in all_items():
        if type(item) is Rows and item.key != "settings":
            for language in LANGUAGES:
                label = translated(item.label, language)
                assert width(label) + len(COUNT) <= COLUMNS - 2, (language, label)


def test_every_other_text_fits_two_lines_in_every_language():
    for language in LANGUAGES[1:]:
        for english, text in of(language).items():
            assert text and width(text) <= LINES_OF_A_TEXT * COLUMNS, (language, text)
            assert english in PHRASES or width(english) <= LINES_OF_A_TEXT * COLUMNS


def test_the_languages_have_the_same_texts_and_all_of_the_labels():
    english = sorted(of("es"))
    for language in LANGUAGES[1:]:
        assert sorted(of(language)) == english, language
    named = ("OpenDCU", "RS485-1", "RS485-2", "RS485-3", "")
    for item in all_items():
        assert item.label in english or item.label in named, item.label


def test_an_unknown_language_has_no_texts():
    for language in ("", "xx", "en", "../es"):
        assert of(language) == {}


def test_the_dcu_answers_everything_that_the_menu_asks():
    plant = alarmed(Plant(12)).with_module()
    model = plant.model
    of_rows = set()
    for item in all_items():
        if type(item) is Rows:
            names = model.rows(item.key)
            assert names or "meters" in item.key, item.key
            for name in names[:3]:
                assert model.show(item.key, name)
                for child in item.items:
                    of_rows.add(child)
                    if type(child) is View:
                        assert model.show(child.key, name)
                    elif type(child) is Field:
                        assert model.field(child.key, name).kind
    for item in all_items():
        if item not in of_rows and type(item) in (View, Field, Level):
            assert isinstance(model.show(item.key), str), item.key
        if item not in of_rows and type(item) in (Field, Level) and item.key != "panel.password":
            assert model.field(item.key, None).kind


def test_the_manual_explains_the_keys_that_the_tree_asks_for_and_no_others():
    file = open("docs/panel.md")
    manual = file.read()
    file.close()
    manual = manual[manual.find("## What the model answers") :]
    listed = [line.split("`")[1] for line in manual.split("\n") if line.startswith("| `")]
    asked = set(keys_of(View, Rows, Action, Field, Level, Job, Order))
    assert set(listed) - asked == set() and asked - set(listed) == set()
