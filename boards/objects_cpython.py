"""The table of COSEM objects in docs/cosem-objects.md:  python -m boards.objects_cpython

The page is made of the same rows that the server uses; tests/arch/test_docs.py sees that it is.
"""

import pathlib
import sys

from dcu.cosem_objects import objects_of
from dcu.cosem_row import MANAGEMENT, PUBLIC, READER
from dcu.unit import Dcu
from wire import obis

BEGIN, END = "<!-- objects: generated -->\n", "<!-- objects: end -->\n"
PAGE = pathlib.Path("docs/cosem-objects.md")
_HEAD = "| object | class, version | what it is | read by | attributes | methods |\n"
_WHO = {PUBLIC: "public", READER: "reader", MANAGEMENT: "management"}


def table():
    """Markdown: a line for each object of a DCU with the usual three ports."""
    rows = objects_of(Dcu("", "", None, None, None, None), "")
    return _HEAD + "|---" * 6 + "|\n" + "".join([_line(row) for row in rows])


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


def main():
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        print(f"{PAGE}: the lines {BEGIN.strip()} and {END.strip()} are not in it")
        return 1
    PAGE.write_text(before + begin + table() + end + after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
