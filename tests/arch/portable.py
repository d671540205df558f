"""Finds what is not in the Python that CPython 3.11 and MicroPython 1.28 share.

Two sources: the names that the real binary offers (surface.json, made by surface.py), and the
rules of portable_rules.py. A line that ends in a comment "# dual: REASON" is let pass.

What it cannot find, tests have to: order of dicts and of equal keys in a sort, values too large
for struct.pack, bytearray.pop and .clear, and whatever depends on the type of a value.
"""

import array
import ast
import asyncio
import builtins
import collections
import hashlib
import importlib
import importlib.util
import io
import json
import pathlib
import re
import socket

from tests.arch.portable_rules import RULES

HERE = pathlib.Path(__file__).parent
SURFACE = json.loads((HERE / "surface.json").read_text())
PACKAGES = "wire hal drivers storage dcu lcd_menu boards".split()
ONE_INTERPRETER = ("_cpython", "_upy")  # ends of the names of files that are for one only
_PASS = re.compile(r"# dual: \w")
_INSTEAD = {
    "_asdict": "name the fields",
    "_replace": "make the namedtuple anew",
    "bit_length": "a loop",
    "fsync": "hal.files",
    "hexdigest": "digest().hex()",
    "ljust": "'%-8s', or pad with bytes(n)",
    "removeprefix": "a slice",
    "rjust": "'%8s'",
    "zfill": "'%08d'",
}


def _methods_of_cpython():
    pair = collections.namedtuple("Pair", "a b")
    pipe = socket.socket()
    samples = ["", b"", bytearray(), [], {}, (), set(), 0, 0.0, memoryview(b""), slice(1)]
    samples += [array.array("B"), hashlib.sha256(), re.compile("a"), re.match("a", "a"), io.FileIO]
    samples += [io.BytesIO(), io.StringIO(), io.TextIOWrapper, collections.deque(), pair(1, 2)]
    samples += [collections.OrderedDict(), asyncio.StreamReader, asyncio.StreamWriter, pipe]
    samples += [asyncio.Task, asyncio.Server, asyncio.Event, asyncio.Lock, Exception(), OSError()]
    methods = set().union(*[dir(sample) for sample in samples])
    pipe.close()
    return methods


_ABSENT_METHODS = _methods_of_cpython() - set(SURFACE["methods"])
_ABSENT_BUILTINS = set(dir(builtins)) - set(SURFACE["builtins"])


def dual_files(root):
    """The files that both interpreters run."""
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    return [path for path in files if not path.stem.endswith(ONE_INTERPRETER)]


def own_names(trees):
    """What the project itself calls functions, classes, attributes and fields."""
    names = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "namedtuple":
                names |= _strings_in(node)
    return names


def _strings_in(node):
    constants = [child for child in ast.walk(node) if isinstance(child, ast.Constant)]
    return {word for child in constants for word in str(child.value).replace(",", " ").split()}


def findings(text, own=()):
    """[(line, what is wrong)] in the source `text`; `own` are names that the project defines."""
    tree = ast.parse(text)
    finder = _Finder(tree, own)
    finder.visit(tree)
    lines = text.splitlines()
    return sorted({row for row in finder.found if not _PASS.search(lines[row[0] - 1])})


class _Finder(ast.NodeVisitor):
    def __init__(self, tree, own):
        self.found = []
        self._own = set(own) | own_names([tree])
        self._modules = {}  # name in this file: module of the library
        self._conditions = 0  # ifs, tries and functions around the present node

    def visit(self, node):
        for rule in RULES.get(type(node), ()):
            self._say(node, rule(node))
        getattr(self, "_" + type(node).__name__, lambda node: None)(node)
        conditional = isinstance(node, (ast.If, ast.Try, ast.FunctionDef, ast.AsyncFunctionDef))
        self._conditions += conditional
        self.generic_visit(node)
        self._conditions -= conditional

    def _say(self, node, what):
        if what:
            self.found.append((getattr(node, "lineno", 1), what))

    def _Import(self, node):
        for alias in node.names:
            self._check_import(node, alias.name)
            self._modules[alias.asname or alias.name.split(".")[0]] = alias.name

    def _ImportFrom(self, node):
        if node.level:
            self._say(node, "a relative import")
            return
        self._check_import(node, node.module)
        for alias in node.names:
            self._check_own(node, alias.name)
            if alias.name not in _offered(node.module, alias.name):
                self._say(node, f"{node.module}.{alias.name} is not in MicroPython")

    def _check_import(self, node, module):
        top = module.split(".")[0]
        self._check_own(node, module)
        if top in PACKAGES:
            return
        if top not in SURFACE["modules"]:
            self._say(node, f"import {module}: not in MicroPython")
        elif importlib.util.find_spec(top) is None and not self._conditions:
            self._say(node, f"import {module}: not in CPython")

    def _check_own(self, node, name):
        if name.endswith(ONE_INTERPRETER) and not self._conditions:
            self._say(node, f"import {name} only if the interpreter is the right one")

    def _Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in _ABSENT_BUILTINS - self._own:
            self._say(node, f"{node.id} is not in MicroPython")

    def _Attribute(self, node):
        if not isinstance(node.ctx, ast.Load):
            return
        module = self._modules.get(getattr(node.value, "id", None))
        if module in SURFACE["modules"]:
            if node.attr not in _offered(module, node.attr):
                self._say(node, f"{module}.{node.attr} is not in MicroPython")
            elif not hasattr(importlib.import_module(module), node.attr):
                self._say(node, f"{module}.{node.attr} is not in CPython")
        elif module is None and node.attr in _ABSENT_METHODS - self._own:
            instead = _INSTEAD.get(node.attr, "write it out")
            self._say(node, f".{node.attr} is not in MicroPython: {instead}")


def _offered(module, name):
    """The names of a library module; of our own modules, any."""
    if module.split(".")[0] in PACKAGES:
        return (name,)
    return SURFACE["modules"].get(module, (name,))
