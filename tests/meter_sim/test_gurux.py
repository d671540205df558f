"""A client of other make, gurux-dlms, reads a whole meter over a pty."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import time

import pytest

from meter_sim.curve import curve_of
from tests.meter_sim.conftest import METER_SIM

GURUX = pathlib.Path(__file__).with_name("gurux_reader.py")
GURUX_WRAPPER = GURUX.with_name("gurux_wrapper.py")
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


def test_a_client_of_other_make_updates_a_meter_and_reads_its_bills_over_tcp(sim, tmp_path):
    control = str(tmp_path / "control")
    port, _ = sim("--seed", "5", "--control", control)
    for command in ("image-lose 17 0.3", "image-busy 17 2"):
        words = (*METER_SIM, "control", control, *command.split())
        assert subprocess.run(words, capture_output=True, timeout=60).stdout == b"ok\n"
    words = (sys.executable, str(GURUX_WRAPPER), str(port), "12345678", "SIM 9.9", "1000")
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found, curve = json.loads(done.stdout), curve_of(5, 17)
    assert len(found["daily"]["rows"]) == found["daily"]["in_use"] == 62
    assert len(found["monthly"]["rows"]) == 13
    for end_s, *energies in found["daily"]["rows"] + found["monthly"]["rows"]:
        truth = curve.truth(end_s)
        names = "import", "import_t1", "import_t2", "export"
        assert [round(wh) for wh in energies[:4]] == [truth[f"energy_{n}_wh"] for n in names]
    image = found["image"]
    assert image["repaired"] > 0 and set(image["bits"]) == {"1"} and len(image["bits"]) == 16
    assert not (image["verified_at_once"] or image["activated_at_once"]) and image["polls"] == 2
    assert image["to_activate"] == [1000, "SIM 9.9"] and found["firmware"] == "SIM 9.9"


def test_a_client_of_other_make_is_refused_with_a_wrong_password(bus):
    done = gurux(bus(), "lls", "87654321")
    assert done.returncode != 0 and "Authentication failure" in done.stderr
    assert "12345678" not in done.stderr + bus.said
