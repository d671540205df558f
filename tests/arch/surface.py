"""Prints as JSON what this MicroPython offers. Run by the tests, which compare surface.json:

micropython tests/arch/surface.py > tests/arch/surface.json
"""

import asyncio
import builtins
import collections
import hashlib
import io
import json
import re
import select
import socket
import sys

MODULES = """array asyncio asyncio.core binascii cmath collections cryptolib deflate errno framebuf
gc hashlib heapq io json math micropython os platform random re select socket ssl struct sys
termios time uctypes vfs websocket""".split()
HIDDEN = ["__name__", "__file__", "__import__", "__debug__"]  # there, and not in dir()


def quoted(names):
    return "[" + ", ".join([json.dumps(name) for name in sorted(names)]) + "]"


def samples():
    """One of each kind of object whose methods a program may call."""
    pipe = socket.socket()
    yield from ("", b"", bytearray(), [], {}, (), set(), frozenset(), 0, 0.0, range(0), object())
    yield from (memoryview(b""), {}.keys(), slice, type, (i for i in ()), Exception(), OSError(1))
    yield from (hashlib.sha256(), re.compile("a"), re.match("a", "a"), io.BytesIO(), io.StringIO())
    yield from (collections.deque((), 1), collections.namedtuple("Pair", "a b"), select.poll())
    yield from (pipe, open("/dev/null", "rb"), asyncio.StreamReader(pipe), asyncio.Event())
    yield from (asyncio.Lock(), asyncio.get_event_loop(), asyncio.Task((i for i in ()), {}))
    pipe.close()


def main():
    methods = set()
    for sample in samples():
        methods.update(dir(sample))
    modules = {}
    for name in MODULES:
        module = __import__(name, None, None, ("x",))
        modules[name] = dir(module)
        for inner in dir(module):
            methods.update(dir(getattr(module, inner)))
    rows = ["    %s: %s" % (json.dumps(name), quoted(modules[name])) for name in sorted(modules)]
    print("{")
    print('  "builtins": %s,' % quoted(dir(builtins) + HIDDEN))
    print('  "methods": %s,' % quoted(methods))
    print('  "modules": {\n%s\n  }' % ",\n".join(rows))
    print("}")


if __name__ == "__main__":
    sys.exit(main())
