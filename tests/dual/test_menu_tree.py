from lcd_menu.engine import ICONS_MAX
from lcd_menu.items import Home, Rows, View
from lcd_menu.tree import KEYS, MENU, ROW_KEYS

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


def test_the_tables_list_exactly_the_keys_that_the_tree_asks_for():
    plain, of_rows = keys_under(MENU)
    assert sorted(plain) == sorted([key for key, _, _ in KEYS])
    assert sorted(of_rows) == sorted([key for key, _, _ in ROW_KEYS])


def test_every_key_is_explained_in_the_manual():
    file = open("docs/panel.md")
    manual = file.read()
    file.close()
    for key, meaning, _ in KEYS + ROW_KEYS:
        assert f"| `{key}` | {meaning} |" in manual, key


def test_every_label_fits():
    assert LABEL_MAX <= COLUMNS - ICONS_MAX - 1
    for label in labels_under(MENU):
        assert len(label) <= LABEL_MAX, label
