"""The pages name files, settings, objects and tables that are there, and leave none out."""

import pathlib
import re
import sqlite3

import pytest

from boards import objects_cpython, panel_model
from dcu import schema
from hes_stub.schema import TABLES
from tests.interop import matrix

ROOT = pathlib.Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md"), ROOT / "hal" / "README.md"])
SETTINGS = {setting.key for setting in schema.SCHEMA}
PANEL_KEYS = {*panel_model._VALUES, *panel_model._METER}
A_FILE = r"[a-z_0-9]+/[\w./-]*(/|\.py|\.md|\.txt|\.json)"
IS_PAGE = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def ticked(path):
    """All that stands between backticks, blocks of code apart."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL))


@IS_PAGE
def test_every_file_that_a_page_names_is_there(path):
    named = [name for name in ticked(path) if re.fullmatch(A_FILE, name)]
    folders = ROOT, path.parent
    assert [name for name in named if not any((f / name).exists() for f in folders)] == []


@IS_PAGE
def test_every_setting_that_a_page_names_is_one(path):
    given = re.findall(r"--set ([a-z0-9._]+)=", path.read_text())
    named = [name for name in ticked(path) if re.fullmatch(r"[a-z0-9]+\.[a-z0-9_]*_[a-z]+", name)]
    assert set(given) <= SETTINGS
    unknown = set(named) - SETTINGS - PANEL_KEYS
    assert [
        name for name in unknown if not (ROOT / (name.replace(".", "/") + ".py")).exists()
    ] == []


def test_the_tables_of_objects_and_events_are_those_of_the_dcu():
    for page, make in objects_cpython.TABLES.items():
        _, _, rest = (ROOT / page).read_text().partition(objects_cpython.BEGIN)
        assert rest.partition(objects_cpython.END)[0] == make(), "make objects"


@pytest.mark.parametrize("table", ("readings", "alarms", "records", "dcus", "positions"))
def test_the_columns_of_the_hes_on_their_page_are_all_that_there_are(table):
    text = (ROOT / "docs" / "hes.md").read_text()
    (cells,) = re.findall(rf"^\| `{table}` \|(.*)\|$", text, re.MULTILINE)
    listed = {word for ticks in re.findall("`(.*?)`", cells) for word in re.split("[ ,]+", ticks)}
    with sqlite3.connect(":memory:") as sql:
        sql.executescript(TABLES)
        columns = {row[1] for row in sql.execute(f"PRAGMA table_info({table})")}
    assert listed == columns


def test_the_interoperability_matrix_on_its_page_is_the_one_that_is_tested():
    _, _, rest = (ROOT / matrix.PAGE).read_text().partition(matrix.BEGIN)
    assert rest.partition(matrix.END)[0] == matrix.table(), "python -m tests.interop.matrix"
