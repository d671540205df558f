"""The menu of the DCU: what it asks for is explained, answered, and fits."""

from boards import panel_model
from lcd_menu.engine import ICONS_MAX
from lcd_menu.items import Home, Rows, View
from lcd_menu.tree import MENU

LABEL_MAX = 14
COLUMNS = 20


def keys_under(item):
    """The keys that are asked without a row, and with one, below `item`."""
    if type(item) is View:
        return [item.key], []
    if type(item) is Rows:
        return [], [item.key] + [view.key for view in item.items]
    plain, of_rows = [], []
    for child in item.items + ((item.menu,) if type(item) is Home else ()):
        more_plain, more_of_rows = keys_under(child)
        plain += more_plain
        of_rows += more_of_rows
    return plain, of_rows


def labels_under(item):
    labels = [item.label]
    for child in getattr(item, "items", ()):
        labels += labels_under(child)
    return labels + (labels_under(item.menu) if type(item) is Home else [])


def test_the_manual_explains_the_keys_that_the_tree_asks_for_and_no_others():
    file = open("docs/panel.md")
    manual = file.read().split("For one row:")
    file.close()
    for part, keys in zip(manual, keys_under(MENU)):
        lines = [line for line in part.split("\n") if line.startswith("| `")]
        assert sorted([line.split("`")[1] for line in lines]) == sorted(keys)


def test_the_panel_of_the_board_answers_the_keys_that_the_tree_asks_for():
    answered = panel_model._VALUES, panel_model._METER
    for there, asked in zip(answered, keys_under(MENU)):
        assert sorted(there) == sorted(asked)


def test_every_label_fits():
    assert LABEL_MAX <= COLUMNS - ICONS_MAX - 1
    for label in labels_under(MENU):
        assert len(label) <= LABEL_MAX, label
