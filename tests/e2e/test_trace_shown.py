"""What `dcu read --trace` prints: all octets that `dcu decode` needs, and no secret."""

import json

from boards.trace_cpython import Printer
from tests.e2e.test_decode import GET, LLS, SEALED, run
from wire import hdlc


def frame_of(hexadecimal, control=0x10):
    way = hdlc.server_address(1, 17), hdlc.client_address(1)
    apdu = b"\xe6\xe6\x00" + bytes.fromhex(hexadecimal)
    return hdlc.encode(hdlc.Frame(*way, control, apdu, False))


def test_what_a_trace_prints_can_be_decoded_again(capsys, tmp_path):
    printer = Printer()
    zeros = frame_of(LLS.replace("3132333435363738", "0" * 16))
    for octets, shown in ((frame_of(LLS), zeros), (frame_of(GET), frame_of(GET))):
        printer.found({"at_ms": 7, "sent": True, "octets": octets.hex()})
        assert printer.pieces[-1]["octets"] == [shown.hex()]
    (tmp_path / "trace").write_text(capsys.readouterr().err)
    code, out, err = run(capsys, str(tmp_path / "trace"))
    assert code == 0 and err == "" and "8 octets, not shown" in out and "get-request" in out


def test_a_trace_has_no_octets_in_which_a_secret_may_be(capsys):
    new_key = b"sesame".hex()
    for apdu in (
        "c101c1000f0000280000ff07000906" + new_key,
        "c301c1000f0000280000ff02010906" + new_key,
        "c103c1010000000106" + new_key,
        "e080000100000006" + new_key,
        "c8171000000001" + new_key + "00" * 12,  # authenticated only
    ):
        for is_sent in (True, False):  # the second is its echo
            printer = Printer()
            printer.found({"at_ms": 7, "sent": True, "octets": frame_of(GET).hex()})
            octets = frame_of(apdu).hex()
            printer.found({"at_ms": 8, "sent": is_sent, "octets": octets})
            told = capsys.readouterr().err + json.dumps(printer.pieces)
            assert new_key not in told and "sesame" not in told, (apdu, told)
            assert "octets not shown" in told


def test_a_trace_tells_what_was_inside_and_is_whole_in_json(capsys):
    printer = Printer(is_silent=True)
    printer.found({"at_ms": 1, "sent": True, "inside": GET})
    printer.found({"at_ms": 2, "sent": True, "octets": frame_of(SEALED).hex()})
    assert capsys.readouterr().err == ""
    inside, frame = printer.pieces
    assert "get-request-normal" in inside["inside"][0] and frame["octets"][0].startswith("7e")
    assert "the keys stay in the DCU" in json.dumps(frame["frames"])
    Printer().found({"at_ms": 1, "sent": True, "inside": GET})
    assert "-> inside: get-request-normal" in capsys.readouterr().err
