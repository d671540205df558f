"""The tables in docs/cosem-objects.md and docs/events.md:  python -m boards.objects_cpython

The pages are made of the same rows that the DCU uses; tests/arch/test_docs.py sees that they are.
"""

import pathlib
import sys

from dcu.alarm_codes import CODES
from dcu.cosem_objects import objects_of
from dcu.cosem_row import MANAGEMENT, PUBLIC, READER
from dcu.unit import Dcu
from wire import obis

BEGIN, END = "<!-- objects: generated -->\n", "<!-- objects: end -->\n"
PAGE = pathlib.Path("docs/cosem-objects.md")
EVENTS = pathlib.Path("docs/events.md")
_HEAD = "| object | class, version | what it is | read by | attributes | methods |\n"
_WHO = {PUBLIC: "public", READER: "reader", MANAGEMENT: "management"}


def table():
    """Markdown: a line for each object of a DCU with the usual three ports."""
    rows = objects_of(Dcu("", "", None, None, None, None), "")
    return _HEAD + "|---" * 6 + "|\n" + "".join([_line(row) for row in rows])


def events():
    """Markdown: a line for each code of dcu/alarm_codes.py."""
    head = "| code | severity | what | text says |\n|---|---|---|---|\n"
    lines = [f"| {c.number} | {c.severity} | {c.text} | {c.data} |\n" for c in CODES]
    return head + "".join(lines)


def _line(row):
    readers = "all" if PUBLIC in row.readers else ", ".join([_WHO[sap] for sap in row.readers])
    cells = "; ".join([_cell(index, row.cells[index]) for index in sorted(row.cells)])
    methods = row.methods
    acts = "; ".join([f"{m} {methods[m].name} ({methods[m].kind})" for m in sorted(methods)])
    number = f"{row.class_id}, {row.version}"
    return f"| {obis.text(row.ln)} | {number} | {row.name} | {readers} | {cells} | {acts} |\n"


def _cell(index, cell):
    text = f"{index} {cell.name}: {cell.kind}"
    return text if cell.write is None else f"**{text}, set by management**"


TABLES = {PAGE: table, EVENTS: events}


def main():
    """0 when the tables are written, 1 when a page has no place for its own."""
    for page, make in TABLES.items():
        before, begin, rest = page.read_text().partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end):
            print(f"{page}: the lines {BEGIN.strip()} and {END.strip()} are not in it")
            return 1
        page.write_text(before + begin + make() + end + after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
