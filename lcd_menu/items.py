"""The kinds of menu line. A menu is a tree of these; it holds data, never code."""

from collections import namedtuple

Home = namedtuple("Home", ("label", "items", "menu"))  # Views; any Enter opens `menu`
Page = namedtuple("Page", ("label", "items"))
Rows = namedtuple("Rows", ("label", "key", "empty", "items"))  # as many lines as the model has
View = namedtuple("View", ("label", "key"))  # shows a value; label "" leaves it the whole line


def home(label, *items, menu):
    return Home(label, items, menu)


def page(label, *items):
    return Page(label, items)


def rows(label, key, empty, *items):
    """key    of the model: the names of the rows, and the text of each
    empty  said when there are none
    items  Views of the one row that Enter opens
    """
    return Rows(label, key, empty, items)
