"""Q/GDW 376.1, AFN 01: the DCU restarts, forgets what it has collected, or is set as when new.

What cannot be taken back asks for more: F3 and F4 are done only for who gives the password that
is set, F3, after which the HES may not find the DCU any more, only when gdw.factory allows it.
What was done, and by whom, stays in the alarms, which none of these clears.

Reference: Q/GDW 376.1-2009, 5.2.
"""

from dcu.schema import SCHEMA
from hal.errors import Refused

BY = "the HES by 376.1"
# Of who and where it is, and of the people in front of it, nothing is forgotten.
OURS = ("terminal.", "panel.", "web.", "cosem.kek")
LINK = ("hes.", "uplink.", "modem.", "eth.", "tls.", "server.", "local.", "cosem.", "gdw.")


async def restart(gdw, pn, value):
    gdw.dcu.end_because(BY)


async def clear_data(gdw, pn, value):
    gdw.dcu.clear_because(BY)


async def factory(gdw, pn, value):
    if gdw.dcu.settings.get("gdw.factory") != "yes":
        raise Refused("376.1: factory settings need gdw.factory=yes: the HES may be lost by them")
    _begin_anew(gdw, OURS, "factory settings")


async def parameters(gdw, pn, value):
    """As F3, but the way to the head-end stays."""
    _begin_anew(gdw, OURS + LINK, "all settings but those of the uplink")


def _begin_anew(gdw, kept, what):
    """The restart comes last: who is cut off before that says it again."""
    dcu = gdw.dcu
    if not dcu.settings.get("gdw.password"):
        raise Refused("376.1: this needs gdw.password to be set")
    dcu.archive.replace([])
    dcu.tasks.import_csv("id,kind", BY)
    gdw.tasks.forget()
    gdw.points.forget()
    dcu.settings.put_all(_defaults(dcu.settings, kept), BY)
    dcu.clear_because(f"{BY}: {what}, no meters and tasks, no data")


def _defaults(settings, kept):
    """[(key, text)] of those that are to change."""
    rows = [row for row in SCHEMA if not any([row.key.startswith(each) for each in kept])]
    return [(row.key, row.default) for row in rows if not settings.is_default(row.key)]


RESET = {1: restart, 2: clear_data, 3: factory, 4: parameters}
