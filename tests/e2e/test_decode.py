"""`dcu decode` explains every golden frame, and shows nobody a password."""

import json
import pathlib

import pytest

from boards.cli_cpython import main
from boards.trace_cpython import Printer
from wire import hdlc

VECTORS = pathlib.Path(__file__).parents[1] / "vectors"
EK, AK = "000102030405060708090A0B0C0D0E0F", "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"
TITLE = "4D4D4D0000BC614E"
GET = "c001c100030100010800ff0200"
SEALED = "c81e30012345674113d3ff935a47566827c467bc597f9fd4fab3700dbb3bc330"
LLS = (
    "6036a1090607608574050801018a0207808b0760857405080201ac0a80083132333435363738be10040e"
    "01000000065f1f0400001e5dffff"
)
DEDICATED = (
    "6066a109060760857405080103a60a04084d4d4d0000bc614e8a0207808b0760857405080205ac0a8008"
    "4b35366956616759be340432213030012345678013025f3af8e4f3cd819ccd15b43554a2cde004772060"
    "6b175bd5425345275f97ff8d5b535ab845fd1863"
)
DED_GET = "d01e30012345679738cee199d5904e71398024cd6185d209d85c1d6da92206ff"
SNRM = "7ea00802232193bd647e"


def run(capsys, *words):
    """(exit code, standard output, standard error)"""
    try:
        code = main(["decode", *words])
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    return code, told.out, told.err


def golden(name):
    rows = json.loads((VECTORS / f"{name}.json").read_text())
    return [row["hex"] for row in rows if "hex" in row and row.get("valid", True)]


GOLDEN_OF = {name: name for name in ("hdlc", "wrapper", "usi")} | {
    "376.1": "qgdw3761",
    "376.2": "qgdw3762",
    "645": "dlt645",
}


@pytest.mark.parametrize("protocol", GOLDEN_OF)
def test_every_golden_frame_is_explained(capsys, tmp_path, protocol):
    file = tmp_path / "frames"
    frames = golden(GOLDEN_OF[protocol])
    file.write_text("\n".join(frames))
    code, out, _ = run(capsys, str(file), "--protocol", protocol, "--json")
    assert code in (0, 3) and len(json.loads(out)) >= len(frames)


def test_every_golden_apdu_is_explained(capsys):
    for octets in golden("cosem"):
        code, out, err = run(capsys, octets, "--protocol", "apdu", "--json")
        assert code == 0, (octets, out, err)


def test_words_are_those_of_the_standard(capsys):
    code, out, _ = run(capsys, GET)
    assert code == 0
    for words in ("get-request-normal", "class-id: 3 (Register)", "instance-id: 1.0.1.8.0.255"):
        assert words in out


def test_json_is_one_document(capsys):
    _, out, _ = run(capsys, SNRM, "--json")
    (frame,) = json.loads(out)
    assert frame["HDLC SNRM"]["destination"] == "server logical 1, physical 17"


def test_a_password_is_not_shown(capsys):
    for options in ((), ("--json",)):
        _, out, err = run(capsys, LLS, *options)
        assert "8 octets, not shown" in out
        assert "12345678" not in out + err and "3132333435363738" not in out + err


def test_with_the_keys_it_is_deciphered_and_without_it_is_said(capsys, tmp_path):
    (tmp_path / "ek").write_text(EK + "\n")
    keys = ("--ek", f"@{tmp_path / 'ek'}", "--ak", AK)
    code, out, err = run(capsys, SEALED, *keys, "--title", TITLE)
    assert code == 0 and "get-request-normal" in out and EK.lower() not in (out + err).lower()
    assert "no keys given" in run(capsys, SEALED)[1]
    assert "system title is not known" in run(capsys, SEALED, *keys)[1]
    code, wrong, _ = run(capsys, SEALED, "--ek", AK, "--ak", AK, "--title", TITLE)
    assert code == 3 and "wrong authentication tag" in wrong and "get-request" not in wrong
    assert "--ak" not in wrong
    assert "--ak is not given" in run(capsys, SEALED, *keys[:2], "--title", TITLE)[1]


def test_a_conversation_tells_its_title_and_its_dedicated_key(capsys, tmp_path):
    file = tmp_path / "talk"
    file.write_text(f"# a talk\nAARQ   {DEDICATED}\nGET   {DED_GET}\n")
    code, out, _ = run(capsys, str(file), "--ek", EK, "--ak", AK)
    assert code == 0 and "get-request-normal" in out and "not deciphered" not in out
    assert "16 octets, not shown" in out and "a0a1a2a3" not in out


def test_what_is_damaged_is_said_and_the_rest_explained(capsys):
    code, out, _ = run(capsys, SNRM[:-4] + "00" + SNRM[-2:] + SNRM)
    assert code == 3 and "bad HCS" in out and "HDLC SNRM" in out
    code, out, _ = run(capsys, GET + "00")
    assert code == 3 and "octets after the APDU" in out


@pytest.mark.parametrize(
    "words, told",
    (
        (("c00",), "not hexadecimal"),
        (("/no/such/file",), "neither hexadecimal nor a file"),
        (("",), "no whole frame"),
        (("00", "--protocol", "hdlc"), "no whole frame"),
        (("7EA8A8A8",), "cut short: 4 of 170 octets"),
        (("0001000100010005C001C1",), "cut short: 11 of 13 octets"),
        ((GET, "--protocol", "modbus"), "modbus"),
        ((GET, "--ek", "00"), "--ek: needs 32 or 64"),
        ((GET, "--ak", "@/no/such/file"), "--ak: the file /no/such/file"),
        ((GET, "--title", "zz" * 8), "--title: needs 16"),
        ((), "HEX|FILE"),
    ),
)
def test_what_cannot_be_decoded_gets_one_line(capsys, words, told):
    code, out, err = run(capsys, *words)
    assert code == 1 and told in err and out == ""
    assert len(err.strip().splitlines()) == 1


def test_a_key_given_wrongly_is_not_repeated(capsys):
    _, _, err = run(capsys, GET, "--ek", EK + "0")
    assert EK not in err


def test_a_trace_shows_no_password_whole_in_segments_or_damaged(capsys):
    apdu = b"\xe6\xe6\x00" + bytes.fromhex(LLS)
    way = hdlc.server_address(1, 17), hdlc.client_address(1)
    whole = hdlc.encode(hdlc.Frame(*way, 0x10, apdu, False))
    cut = 45  # within the password
    parts = hdlc.encode(hdlc.Frame(*way, 0x00, apdu[:cut], True))
    parts += hdlc.encode(hdlc.Frame(*way, 0x12, apdu[cut:], False))
    damaged = whole[:-2] + b"\x00\x7e"
    longer = hdlc.encode(hdlc.Frame(*way, 0x10, apdu + b"\x00", False))
    for octets in (whole, parts, parts[60:], damaged, longer):
        Printer().found({"at_ms": 7, "sent": True, "octets": octets.hex()})
        told = capsys.readouterr().err
        assert "7 ms -> " in told
        assert "12345678" not in told and "33343536" not in told, told


def test_a_trace_says_what_is_no_frame(capsys):
    Printer().found({"at_ms": 0, "sent": False, "octets": "ffff"})
    assert "2 octets, no frame" in capsys.readouterr().err


def test_a_rejection_says_what_was_wrong(capsys):
    way = hdlc.client_address(16), hdlc.server_address(1, 17)
    for bits, reason in ((1, "undefined command"), (0, "not stated"), (8, "wrong N(R)")):
        frame = hdlc.Frame(*way, hdlc.FRMR, bytes([0x09, 0x64, bits]), False)
        code, out, _ = run(capsys, hdlc.encode(frame).hex())
        assert code == 0 and "FRMR" in out and f"reason: {reason}" in out, out
        assert "control: 09" in out and "V(S): 2" in out and "V(R): 3" in out, out


def test_the_lines_of_mode_e_are_explained(capsys):
    for octets, words in (
        (b"/?4711!\r\n", ("call", "address: 4711")),
        (b"/SIM5\\2DCU\r\n", ("identification", "maker: SIM", "rate: 5", "tells: True")),
        (b"\x06252\r\n", ("acknowledgement", "rate: 5")),
    ):
        code, out, _ = run(capsys, octets.hex())
        assert code == 0 and all(word in out for word in ("mode E", *words)), out
    Printer().found({"at_ms": 0, "sent": True, "octets": b"/?!\r\n".hex()})
    assert "mode E call" in capsys.readouterr().err


def test_frames_of_modules_are_known_by_their_looks_and_keep_their_keys(capsys):
    psk = "7e06253c00000002000010ab10341145111bc3c12de8ff11142204d1617e"
    for octets, words in (
        (psk, ("G3 lbp-set.request", "00000002 (PSK)", "a key of 16 octets")),
        ("7e00e500010ae0c87e", ("damaged",)),
        ("7e02e54200112233445566770001399e7e", ("G3 assign", "short: 0001")),
        ("7e02e528000000000f00000108f9837e", ("damaged",)),
        ("680f0041000000000000030100" + "4516", ("AFN 03 F1 (query)", "to the module")),
    ):
        _, out, err = run(capsys, octets)
        for word in words:
            assert word in out, (out, err)
        assert "ab10341145" not in out


def test_a_reading_within_a_packet_within_a_frame_is_explained(capsys):
    frame = [octets for octets in golden("usi") if octets.startswith("7e1065")][0]
    _, out, _ = run(capsys, frame)
    for words in ("source: 0001 port 4059", "destination: 0000", "get-response-normal"):
        assert words in out


def test_a_line_that_is_not_hexadecimal_is_named_and_the_others_are_explained(capsys, tmp_path):
    file = tmp_path / "lines"
    file.write_text(f"{GET}\nzz top\n\n{GET}\nc00\n")
    code, out, err = run(capsys, str(file))
    assert code == 3 and out.count("get-request-normal") == 2
    assert "line 2: 'zz top'" in err and "line 5: 'c00'" in err and "line 1:" not in err
    file.write_text("what is this\n" * 20)
    code, out, err = run(capsys, str(file))
    assert (code, out) == (1, "") and "line 1:" in err
    file.write_text("what is this\n" * 20 + GET)
    code, _, err = run(capsys, str(file))
    assert code == 3 and err.count("line ") == 16 and "4 more lines" in err


def test_what_a_meter_may_say_breaks_nothing(capsys):
    year_20000 = "c401c100090c4e200101ff00000000000000"
    for octets, words in (
        (year_20000, "s of UTC"),
        ("e60000" * 2000 + "c0", "a gateway header within another"),
        ("c401c1000a05" + b"\x1b[2Jx".hex(), "\\x1b[2Jx"),
        ("c401c10001010a05" + b"\x1b[2Jy".hex(), "\\x1b[2Jy"),
        ("0f00000040000900", "64, unconfirmed, normal priority"),
        ("0fc0000001000900", "1, confirmed, high priority"),
    ):
        out = run(capsys, octets, "--protocol", "apdu")[1]
        assert words in out and "\x1b" not in out
    Printer().found({"at_ms": 0, "sent": False, "octets": "7e"})
    capsys.readouterr()


def test_keys_that_do_not_fit_a_frame_are_told_of(capsys):
    for title, control, keys, words in (
        (TITLE, 0x32, (EK, AK), "the keys are not of suite 2"),
        (TITLE, 0x3F, (EK, AK), "the keys are not of suite 15"),
        (TITLE, 0x30, (EK, AK * 2), "the keys are not of suite 0"),
        ("41", 0x30, (EK, AK), "not a system title"),
    ):
        octets = f"db{len(title) // 2:02x}{title}17{control:02x}00000001" + "00" * 18
        code, out, _ = run(capsys, octets, "--ek", keys[0], "--ak", keys[1])
        assert code == 0 and f"not deciphered: {words}" in out, out


def test_a_file_is_read_though_its_name_is_hexadecimal(capsys, tmp_path, monkeypatch):
    (tmp_path / "f2").write_text(GET)
    monkeypatch.chdir(tmp_path)
    assert "get-request" in run(capsys, "f2")[1]
