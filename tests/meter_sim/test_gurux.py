"""A client of other make, gurux-dlms, reads a whole meter over a pty."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import time

import pytest

from meter_sim.curve import curve_of

GURUX = pathlib.Path(__file__).with_name("gurux_reader.py")
PASSWORD = "k7#Geheim-9"
LARGE = "--max-info", "2030"
pytestmark = pytest.mark.skipif(not importlib.util.find_spec("gurux_dlms"), reason="no gurux-dlms")


def gurux(path, *how):
    return subprocess.run(
        (sys.executable, str(GURUX), path, "17", *how),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "how, options",
    (
        (("none",), ()),
        (("none",), ("--max-info", "2030", "--max-pdu", "65535")),
        (("lls", PASSWORD), ("--max-info", "64", "--max-pdu", "200", "--window", "3")),
        (("sha256", PASSWORD), ("--auth", "sha256", "--open", "--secret", PASSWORD, *LARGE)),
        (("gmac0",), ("--auth", "gmac", *LARGE)),
        (("gmac1",), ("--auth", "gmac", "--suite", "1", "--max-info", "256")),
        (("gmac2",), ("--auth", "gmac", "--suite", "2", "--max-pdu", "300", *LARGE)),
    ),
)
def test_a_client_of_other_make_reads_the_truth(bus, tmp_path, how, options):
    (tmp_path / "secret").write_text(PASSWORD + "\n")
    path = bus("--seed", "5", "--password", f"@{tmp_path / 'secret'}", *options)
    started_s = int(time.time())
    done = gurux(path, *how)
    assert done.returncode == 0, done.stderr
    found, curve = json.loads(done.stdout.splitlines()[-1]), curve_of(5, 17)
    before, after = curve.truth(started_s), curve.truth(time.time())
    value, scaler, unit = found["1.0.1.8.0.255"]
    assert before["energy_import_wh"] <= value <= after["energy_import_wh"]
    assert (round(scaler, 3), unit) == (10.0**curve.energy_scaler, 30)
    assert started_s <= found["clock_before"] <= time.time()
    assert found["listed"][1] == value and found["listed"][0] >= found["clock_before"]
    secured = "--auth" in options  # then there are security setup and its counter
    assert found["objects"] == 44 + 2 * secured and found["rows"] == found["count"] == 5760
    assert len(found["newest"]) == 2 and len(found["range"]) == 21
    for stamp, status, imported, exported in found["newest"] + found["range"]:
        truth = curve.truth(stamp)
        assert (status, round(imported), round(exported)) == (
            0,
            truth["energy_import_wh"],
            truth["energy_export_wh"],
        )
    if how[0] != "none":
        assert found["output"] is False and 0 <= found["clock_set"] - 1_893_456_000 < 5


def test_a_client_of_other_make_is_refused_with_a_wrong_password(bus):
    done = gurux(bus(), "lls", "87654321")
    assert done.returncode != 0 and "Authentication failure" in done.stderr
    assert "12345678" not in done.stderr + bus.said
