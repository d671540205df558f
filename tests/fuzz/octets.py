"""What a hostile peer may send: noise, frames of the vectors with damage, and Data of any shape;
and what nothing of it may do. No test."""

import time

from hypothesis import strategies as st

from tests.dual.codec_checks import vectors
from wire import axdr
from wire.errors import WireError

SECONDS_MAX = 1.0  # of processor time for one input: everything known takes a hundredth
NOISE_MAX = 400  # octets
_NAMES = ("cosem", "gateway", "hdlc", "dlt645", "qgdw3761", "qgdw3762", "usi", "wrapper")

_FRAMES = {bytes.fromhex(each["hex"]) for name in _NAMES for each in vectors(name)}
_WRAPPED = {octets[8:] for octets in _FRAMES if octets[:2] == b"\x00\x01" and octets[8:]}
GOLDEN = sorted(_FRAMES | _WRAPPED)


def quickly(call, *arguments):
    """What it gives, or the WireError that it raises; in bounded time."""
    began_s = time.process_time()
    try:
        found = call(*arguments)
    except WireError as error:
        found = error
    assert time.process_time() - began_s < SECONDS_MAX, "too long"
    return found


def damaged(good=None):
    """Noise, and octets of `good` (a list; the vectors) changed, cut, repeated and mixed."""
    pieces = st.sampled_from(good or GOLDEN)
    whole = st.one_of(pieces, pieces, st.tuples(pieces, st.binary(max_size=64)).map(b"".join))
    return st.one_of(
        st.binary(max_size=NOISE_MAX),
        st.tuples(whole, st.lists(_edits(), max_size=4)).map(_edited),
    )


def _edits():
    """(kind, where in 0..1, octet, octets)"""
    return st.tuples(
        st.sampled_from(tuple(_EDITS)), st.floats(0, 1), st.integers(0, 255), st.binary(max_size=8)
    )


def _edited(given):
    octets, edits = given
    for kind, where, octet, more in edits:
        octets = _EDITS[kind](octets, int(where * len(octets)), octet, more)
    return octets


_EDITS = {
    "set": lambda octets, at, octet, more: octets[:at] + bytes([octet]) + octets[at + 1 :],
    "put": lambda octets, at, octet, more: octets[:at] + more + octets[at:],
    "cut": lambda octets, at, octet, more: octets[:at],
    "lose": lambda octets, at, octet, more: octets[:at] + octets[at + len(more) :],
    "again": lambda octets, at, octet, more: octets + octets[at : at + octet],
    "edge": lambda octets, at, octet, more: (
        octets[:at] + _EDGES[octet % len(_EDGES)] + octets[at + 1 :]
    ),
}
_EDGES = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\x81\xff",
    b"\x82\xff\xff",
    b"\x84\xff\xff\xff\xff",
)


def data():
    """Data of A-XDR, encoded, of any type and nesting."""
    plain = st.one_of(
        st.just(axdr.null()),
        st.booleans().map(axdr.boolean),
        st.integers(-(1 << 31), (1 << 31) - 1).map(axdr.i32),
        st.integers(0, (1 << 64) - 1).map(axdr.u64),
        st.integers(0, 255).map(axdr.enum),
        st.binary(max_size=20).map(axdr.octets),
        st.text(max_size=10).map(axdr.utf8),
        st.binary(min_size=12, max_size=12).map(lambda octets: b"\x19" + octets),
        st.tuples(st.integers(28, 33), st.binary(min_size=4, max_size=4)).map(_delta),
        st.binary(min_size=1, max_size=12).map(lambda octets: b"\x13" + octets),  # compact
    )
    lists = st.sampled_from((axdr.array, axdr.structure))
    shaped = st.recursive(
        plain,
        lambda inner: st.tuples(lists, st.lists(inner, max_size=5)).map(lambda it: it[0](it[1])),
        max_leaves=20,
    )
    return st.one_of(shaped, shaped, _deep(), _wide())


def _deep():
    """Arrays in arrays, and types of them in a compact array."""
    depth = st.one_of(st.integers(0, 20), st.just(2_000))
    head = st.sampled_from((b"", b"\x13"))
    level = st.sampled_from((b"\x01\x01", b"\x02\x01", b"\x01\x00\x01"))
    return st.tuples(head, level, depth).map(lambda it: it[0] + it[1] * it[2] + bytes(4))


def _wide():
    """Compact arrays of arrays with many elements, of types that take few octets or none."""
    count = st.sampled_from((b"\x01\x00\xff", b"\x01\x01\x00", b"\x01\xff\xff"))
    types = st.lists(count, min_size=1, max_size=4).map(b"".join)
    kind = st.sampled_from((b"\x00", b"\x02\x00", b"\x11", b"\x02\x02\x00\x11"))
    contents = st.integers(0, 600).map(lambda size: axdr.length(size) + bytes(size))
    return st.tuples(types, kind, contents).map(lambda it: b"\x13" + b"".join(it))


def _delta(given):
    tag, octets = given
    return bytes([tag]) + octets[: 1 << (tag - 28) % 3]
