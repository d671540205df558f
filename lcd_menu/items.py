"""The kinds of menu line. A menu is a tree of these; it holds data, never code."""

from collections import namedtuple

Home = namedtuple("Home", ("label", "pages", "menu"))  # pages in turn; any Enter opens `menu`
Page = namedtuple("Page", ("label", "items"))
Rows = namedtuple("Rows", ("label", "key", "empty", "items"))  # as many lines as the model has
View = namedtuple("View", ("label", "key"))  # shows a value; label "" leaves it the whole line
Field = namedtuple("Field", ("label", "key"))  # a value that Enter opens an editor for
Level = namedtuple("Level", ("label", "key"))  # a number that left and right change at once
Action = namedtuple("Action", ("label", "key"))  # asked about twice, then done
Job = namedtuple("Job", ("label", "key"))  # begun by Enter; what comes of it is shown
Order = namedtuple("Order", ("label", "key"))  # a Job that is asked about as an Action is
KeyTest = namedtuple("KeyTest", ("label",))  # shows which keys are pressed

# How a field is edited: what lcd_menu/engine.py gets from model.field(key, row).
# kind        of lcd_menu/editors.py
# low, high   of a number; of a choice `low` is the names; of text `high` is the most characters,
#             of digits and hex digits how many there are
# text        the value now; "" of a secret
# is_network  to be confirmed within a minute, else the old value comes back
Spec = namedtuple("Spec", ("kind", "low", "high", "text", "is_network"))


def home(label, *pages, menu):
    return Home(label, pages, menu)


def page(label, *items):
    return Page(label, items)


def rows(label, key, empty, *items):
    """key    of the model: the names of the rows, and the text of each
    empty  said when there are none
    items  Views, Fields and Actions of the one row that Enter opens; of a single Field, its
           editor at once
    """
    return Rows(label, key, empty, items)
