"""Whatever comes in whatever pieces, a deframer gives the same messages, and keeps little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dual.codec_checks import outcomes
from tests.fuzz.octets import GOLDEN, damaged, quickly
from wire import demux, dlt645, hdlc, mode_e, qgdw3761_frame, qgdw3762, usi, wrapper

DEFRAMERS = {
    "HDLC": (hdlc.Deframer, 2 * hdlc.LENGTH_MAX),
    "wrapper": (wrapper.Deframer, 2 * wrapper.LENGTH_MAX),
    "376.1": (qgdw3761_frame.Deframer, 2 * wrapper.LENGTH_MAX + 16),
    "645": (dlt645.Deframer, 2 * dlt645.FRAME_MAX),
    "376.2": (qgdw3762.Deframer, 2 * qgdw3762.FRAME_MAX),
    "USI": (usi.Deframer, 2 * usi.RAW_MAX),
    "demux": (demux.Demux, 2 * wrapper.LENGTH_MAX + 16),
    "mode E": (mode_e.Deframer, 2 * mode_e.LINE_MAX),
}
# With a check sequence, or an end: the others guess after damage, from what has come so far
_CHECKED = ("HDLC", "376.1", "376.2", "USI", "mode E")
LINES = [b"/SIM5\\2OPENDCU17\r\n", b"\x06252\r\n", b"/?!\r\n", b"/LGZ4ZMD\r\n"]


@pytest.mark.parametrize("name", DEFRAMERS)
@given(chunks=st.lists(damaged(GOLDEN + LINES), max_size=6), size=st.integers(1, 50))
def test_pieces_do_not_matter(name, chunks, size):
    make, kept_max = DEFRAMERS[name]
    octets = b"".join(chunks)
    at_once = quickly(outcomes, make(), octets)
    deframer, piecewise = make(), []
    for at in range(0, len(octets), size):
        piecewise += quickly(outcomes, deframer, octets[at : at + size])
        assert len(deframer._buffer) <= kept_max + size
    if name in _CHECKED or "damaged" not in piecewise + at_once:
        assert _messages(piecewise) == _messages(at_once)


def _messages(found):
    return [each for each in found if each != "damaged"]


@pytest.mark.parametrize("name", DEFRAMERS)
@given(octets=damaged(GOLDEN + LINES), count=st.integers(1, 60))
def test_octets_that_go_on_for_ever_are_not_piled_up(name, octets, count):
    make, kept_max = DEFRAMERS[name]
    deframer = make()
    for _ in range(count):
        deframer.feed(octets * 10)
        assert len(deframer._buffer) <= kept_max + 10 * len(octets)
    quickly(outcomes, deframer)
    for _ in range(count):
        quickly(outcomes, deframer, octets * 10)
        assert len(deframer._buffer) <= kept_max + 10 * len(octets)


@pytest.mark.parametrize("name", ("HDLC", "wrapper", "376.1", "376.2", "USI", "demux"))
@given(octets=damaged())
def test_after_a_silence_a_good_message_is_read(name, octets):
    make, _ = DEFRAMERS[name]
    for good in GOLDEN:
        alone = outcomes(make(), good)
        if alone and "damaged" not in alone:
            deframer = make()
            outcomes(deframer, octets)
            deframer.clear()
            assert outcomes(deframer, good) == alone
            return
