"""Whatever comes, a decoder gives a value or raises WireError; what it gives can be encoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.decode_cpython import lines, one_line
from boards.explain_ciphered_cpython import Keys
from boards.explain_frames_cpython import Explainer, protocol_of
from hal import cipher
from tests.dual.secured_peers import (
    AK,
    CIPHERED,
    CLIENT_TITLE,
    EK,
    FORMS,
    GET_ENERGY,
    KEK,
    ends,
    key,
)
from tests.fuzz.octets import GOLDEN, damaged, data, quickly
from wire import (
    apdu,
    association,
    axdr,
    cosem_time,
    envelope,
    gateway,
    hdlc_parameters,
    http_request,
    initiate,
    ip6,
    key_transfer,
    profile_rows,
    qgdw3761,
    qgdw3761_frame,
    qgdw3761_message,
    qgdw3762_units,
    usi_commands,
)
from wire.apdu import Attribute
from wire.axdr_compact import VALUES_MAX
from wire.errors import WireError

REQUESTS = [
    b"GET / HTTP/1.1\r\nHost: 10.0.0.1:8080\r\nCookie: session=0123\r\n\r\n",
    b"POST /key HTTP/1.1\r\nHost: h\r\nOrigin: http://h\r\nContent-Length: 2\r\n\r\nup",
]
COLUMNS = [Attribute(8, b"\0\0\1\0\0\xff", 2)] + [Attribute(3, b"\1\0\1\x08\0\xff", 2)] * 2
SEALED = [ends(form, control)[0].seal(GET_ENERGY) for form in FORMS for control in CIPHERED]
PROTOCOLS = ("hdlc", "wrapper", "apdu", "376.1", "376.2", "645", "usi", "mode-e", "")
DECODERS = {
    "apdu": apdu.decode,
    "association": association.decode,
    "A-XDR": axdr.decode_all,
    "date-time": cosem_time.parse_date_time,
    "envelope": envelope.decode,
    "gateway": gateway.decode,
    "HDLC parameters": hdlc_parameters.decode,
    "initiate": initiate.decode_initiate,
    "IPv6": ip6.decode,
    "key transfer": lambda octets: key_transfer.take_transfer(cipher, KEK, octets, 16),
    "ciphering": lambda octets: key().open(CLIENT_TITLE, octets),
    "protection": lambda octets: ends()[1].open(octets),
    "376.2, what a module says": lambda octets: _all_of_3762(octets),
    "USI": usi_commands.decode,
}
ENCODERS = {"apdu": apdu.encode, "association": association.encode, "gateway": gateway.encode}


def _all_of_3762(octets):
    """Each data unit by itself: what one does not take, another may."""
    error = None
    for name in (
        "identity",
        "works",
        "nodes",
        "relays",
        "run_state",
        "monitored",
        "report",
        "event",
    ):
        try:
            getattr(qgdw3762_units, name)(octets)
        except WireError as damage:
            error = damage
    if error:
        raise error
    return qgdw3762_units.found(4, octets)


@pytest.mark.parametrize("name", DECODERS)
@given(octets=st.one_of(damaged(), damaged(SEALED)))
def test_a_decoder_gives_a_value_or_a_wire_error(name, octets):
    found = quickly(DECODERS[name], octets)
    if name in ENCODERS and not isinstance(found, WireError):
        _is_encoded(DECODERS[name], ENCODERS[name], found)


def _is_encoded(decode, encode, value):
    """What was decoded is encoded, in the one right way, and then as it is for good."""
    octets = encode(value)
    assert encode(decode(octets)) == octets


@given(octets=st.one_of(data(), damaged([b"\x13\x02\x02\x11\x12\x06" + bytes(6), b"\x01\x05"])))
def test_data_take_no_more_memory_than_their_octets_justify(octets):
    value = quickly(axdr.decode_all, octets)
    assert _count(value) <= VALUES_MAX + len(octets)


def _count(value):
    return 1 + sum(map(_count, value)) if isinstance(value, (list, tuple)) else 1


@given(octets=data(), deviation=st.sampled_from((cosem_time.NORMAL, cosem_time.REVERSED)))
def test_any_data_in_place_of_a_profile_are_rows_or_a_wire_error(octets, deviation):
    value = quickly(axdr.decode_all, octets)
    scales = {COLUMNS[1]: (-3, 0)}
    quickly(profile_rows.rows, value, COLUMNS, 900, deviation, scales)
    quickly(profile_rows.rows, [value] * 3, COLUMNS, 0, deviation, scales)
    quickly(profile_rows.columns_of, value)


@given(octets=damaged(REQUESTS))
def test_any_request_to_the_web_page_is_taken_in_part_or_in_full_or_refused(octets):
    end = quickly(http_request.head_end, octets)
    if isinstance(end, int):
        length = quickly(http_request.body_length, octets[:end])
        assert isinstance(length, WireError) or 0 <= length <= http_request.BODY_MAX


@given(octets=damaged())
def test_any_frame_of_376_1_is_read_in_full_or_is_a_wire_error(octets):
    deframer = qgdw3761_frame.Deframer()
    deframer.feed(octets)
    found = quickly(deframer.next_frame)
    if not isinstance(found, qgdw3761_frame.Frame):
        return
    if found.afn == qgdw3761.AFN_LINK:
        quickly(qgdw3761.parse_link, found)
    if found.afn == qgdw3761.AFN_CONFIRM:
        quickly(qgdw3761.parse_confirmation, found)
        quickly(qgdw3761.is_confirmed, found)
    is_up = qgdw3761.is_from_terminal(found)
    units = quickly(qgdw3761_message.take_units, found.afn, is_up, found.body)
    if isinstance(units, tuple):
        quickly(qgdw3761_message.shown, found.afn, is_up, units[0])
    for read in (qgdw3761.wants_answer, qgdw3761.is_from_terminal):
        quickly(read, found)
    quickly(qgdw3761.terminal_text, found)


@pytest.mark.parametrize("keys", (Keys(), Keys(EK, AK, CLIENT_TITLE)), ids=("bare", "keys"))
@given(
    octets=st.one_of(damaged(), damaged(SEALED)),
    protocol=st.sampled_from(PROTOCOLS),
)
def test_everything_can_be_explained(keys, octets, protocol):
    found = quickly(Explainer(keys).explain, octets, protocol or protocol_of(octets))
    assert not isinstance(found, WireError)
    lines(found)
    one_line(found)


def test_the_vectors_are_there_to_be_damaged():
    assert len(GOLDEN) > 50
    for decode in ("apdu", "association", "gateway"):
        assert not all(isinstance(quickly(DECODERS[decode], each), WireError) for each in GOLDEN)
