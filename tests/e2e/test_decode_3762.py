"""`dcu decode` explains frames of 376.2 with what they carry."""

import json

from tests.e2e.test_decode import golden, run


def test_a_frame_for_a_376_2_module_is_explained_with_what_it_carries(capsys):
    frames = golden("qgdw3762")
    inside = [octets for octets in frames if "7ea01e0303" in octets][0]
    _, out, _ = run(capsys, inside, "--protocol", "376.2")
    assert "to the meter" in out and "HDLC SNRM" in out and "037229170024" in out
    works = [octets for octets in frames if octets.startswith("683800c3")][0]
    (row,) = json.loads(run(capsys, works, "--protocol", "376.2", "--json")[1])
    told = row["Q/GDW 376.2"]
    assert (told["nodes_max"], told["nodes"], told["timeout_s"]) == (2040, 100, 60)
    read = [octets for octets in frames if octets.startswith("68230001")][0]
    _, out, _ = run(capsys, read, "--protocol", "376.2")
    assert "read this" in out and "address: 050000000000" in out
