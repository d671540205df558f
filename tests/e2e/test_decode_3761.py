"""`dcu decode` explains frames of 376.1 and 645, and shows nobody a password."""

import json

from tests.e2e.test_decode import VECTORS, run
from wire import dlt645


def test_a_frame_of_376_1_is_shown_by_the_names_of_the_standard(capsys):
    daily = "683e003e00684b3107010002" + "0d63010101142111266516"
    _, out, _ = run(capsys, daily, "--json")
    fields = json.loads(out)[0]["Q/GDW 376.1"]
    named = {"dir": "down", "prm": 1, "func": 11, "A1": "0731", "A2": 1, "A3": 2, "seq": 3}
    assert named.items() <= fields.items() and fields["AFN"] == "0D (class 2 data)"
    (unit,) = fields["units"]
    assert unit == {"pn": 1, "fn": 161, "name": "day, import", "data": {"day": "2026-11-21"}}
    for octets, words in (
        (golden_of("set F10"), ("address: 037241368952", "password: zeros")),
        (golden_of("AFN01 F2"), ("clear data", "sent: 17 10:58:37", "password: zeros")),
        (golden_of("AFN04 F40"), ("not explained: 00008004",)),
        (golden_of("event ERC14"), ("14 (power off and on)", "off: 2026-11-22 19:05")),
    ):
        _, out, _ = run(capsys, octets)
        assert all([word in out for word in words]), out


def test_every_published_frame_of_376_1_is_shown_as_it_is_known(capsys):
    for row in json.loads((VECTORS / "qgdw3761.json").read_text()):
        if not row["valid"] or not row["decoded"]:
            continue
        _, out, _ = run(capsys, row["hex"], "--protocol", "376.1", "--json")
        fields, known = json.loads(out)[0]["Q/GDW 376.1"], row["decoded"]
        for name in ("dir", "prm", "func", "A1", "A2", "A3", "seq", "fir", "fin", "con"):
            assert fields[name] == known[name], (row["meaning"], name)
        assert int(fields["AFN"][:2], 16) == known["AFN"] and ("tp" in fields) == known["tpv"]
        if fields["units"]:
            first = (fields["units"][0]["pn"], fields["units"][0]["fn"])
            assert first == (known["pn"][0], known["fn"][0]), row["meaning"]


def golden_of(beginning):
    """The 376.1 frame whose meaning begins so."""
    rows = json.loads((VECTORS / "qgdw3761.json").read_text())
    (found,) = [row["hex"] for row in rows if row["meaning"].startswith(beginning)]
    return found


def test_a_password_of_376_1_and_of_645_is_not_shown(capsys):
    frame = bytearray.fromhex(golden_of("set F10"))
    frame[-18:-2] = b"Pa55word12345678"
    frame[-2] = sum(frame[6:-2]) & 0xFF
    _, out, _ = run(capsys, frame.hex())
    assert "16 octets, not shown" in out and b"Pa55word".hex() not in out
    meter = bytearray.fromhex(golden_of("set F10"))
    at = bytes(meter).find(bytes(6))  # the password of the meter
    meter[at : at + 6] = b"MeTeR6"
    meter[-2] = sum(meter[6:-2]) & 0xFF
    _, out, _ = run(capsys, meter.hex())
    assert "password: 6 octets, not shown" in out and b"MeTeR6".hex() not in out
    switch = dlt645.encode(dlt645.Frame("000000000001", 0x1C, b"\x02abcEFGH" + bytes(8)))
    _, out, _ = run(capsys, switch.hex())
    assert "1C (switch)" in out and "16 octets, not shown" in out and "616263" not in out


def test_a_frame_of_645_is_known_by_its_looks(capsys):
    for row in json.loads((VECTORS / "dlt645.json").read_text()):
        code, out, _ = run(capsys, row["hex"])
        known = row["decoded"]
        assert code == 0 and f"address: {known['addr']}" in out, out
        assert known["di"] is None or f"DI: {known['di']}" in out, out
