"""Whatever a head-end asks or orders by 376.1, it is answered, denied or dropped."""

from hypothesis import given
from hypothesis import strategies as st

from tests.dual.gdw_bench import READING, GdwBench
from wire import qgdw3761
from wire.qgdw3761_message import CLASS_2, NAMES
from wire.qgdw3761_units import function_octets

_BENCH = GdwBench([("gdw.confirm", "unit"), ("storage.alarms", "100")])
_BENCH.keep(1, READING[0], READING)
_DATA_OF = {0x0B: (0x0C, 0x0D)}  # what a task has reported
_POINTS = (b"\x00\x00", b"\x01\x01", b"\x03\x01", b"\xff\x00", b"\xff\x0f")


def _units():
    """(AFN, data units) of a function that is known, with data of any kind."""
    octets = st.one_of(
        st.binary(max_size=40),
        st.integers(2, 8).map(lambda size: b"\xee" * size),
        st.integers(1, 64).map(lambda size: bytes(size)),
        st.lists(st.sampled_from((1, 2, 0x10, 0x12, 0x26, 0x31)), max_size=60).map(bytes),
    )
    known = sorted(NAMES)
    history = [key for key in known if key[0] == CLASS_2]  # what asks with a date
    names = st.one_of(st.sampled_from(known), st.sampled_from(history))
    return st.tuples(names, st.sampled_from(_POINTS), octets).map(
        lambda it: (it[0][0], it[1] + function_octets(it[0][1]) + it[2])
    )


@given(asked=_units(), seq=st.integers(0, 255), control=st.sampled_from((0x41, 0x44, 0x4B, 0x5B)))
def test_any_request_of_376_1_is_answered_denied_or_dropped(asked, seq, control):
    afn, body = asked
    if afn == qgdw3761.AFN_RESET:
        return  # it would end
    time = b"\x00" * 6 if seq & 0x80 else b""
    _BENCH.dcu.settings.put("terminal.area", "0731")
    _BENCH.dcu.settings.put("terminal.number", "0001")
    _BENCH.dcu.settings.put("gdw.excluded", "no")
    request = _BENCH.frame(afn, body, control=control, seq=seq, time=time)
    for frame in _BENCH.frames(request):
        assert qgdw3761.is_answer(frame) and frame.afn in (
            afn,
            qgdw3761.AFN_CONFIRM,
            *_DATA_OF.get(afn, ()),
        )
