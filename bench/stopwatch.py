"""How long a call takes, on the interpreter that runs this: for the programs of bench_codec.

Each of them gets a file of cases and prints what `report` makes of its functions.
"""

import json
import sys
import time

BATCH_NS = 5_000_000  # a batch of calls is at least so long
BATCHES = 15

_now = getattr(time, "perf_counter_ns", None) or time.time_ns


def duration_ns(function):
    """Of one call: the median of batches."""
    calls = 1
    while _batch_ns(function, calls) < BATCH_NS:
        calls *= 2
    batches = sorted([_batch_ns(function, calls) for _ in range(BATCHES)])
    return batches[BATCHES // 2] / calls


def _batch_ns(function, calls):
    began_ns = _now()
    for _ in range(calls):
        function()
    return _now() - began_ns


def cases():
    """{name: octets} of the file that is the argument."""
    with open(sys.argv[1]) as file:
        given = json.loads(file.read())
    return {name: bytes.fromhex(text) for name, text in given.items()}


def report(functions, out=None):
    """Print a line of JSON: {name: [ns of a call, what it gives]}. `functions` is {name:
    (function without arguments, function from what it gives to plain values)}."""
    found = {}
    for name, (function, plain) in functions.items():
        found[name] = [duration_ns(function), _printable(plain(function()))]
    print(json.dumps(found), file=out or sys.stdout)


def as_it_is(value):
    return value


def _printable(value):
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [_printable(each) for each in value]
    return value
