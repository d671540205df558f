"""Who may import whom: the contracts of .importlinter, and the sizes of files and functions."""

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PACKAGES = "wire hal drivers storage dcu lcd_menu boards meter_sim hes_stub tests bench".split()
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40


def test_imports_keep_to_the_layers():
    done = subprocess.run(
        [pathlib.Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path):
    text = path.read_text()
    assert text.count("\n") <= FILE_LINES_MAX
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, node.name
