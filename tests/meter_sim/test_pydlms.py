"""A client of other make, pydlms, asks a secured meter over a pty, in every way it knows."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from meter_sim.curve import curve_of

READER = pathlib.Path(__file__).with_name("pydlms_reader.py")
SECRET = "a secret of some length"
METER_KEY, CLIENT_KEY = 0x1234567, 0x89ABCDEF
CURVES = {1: ec.SECP256R1(), 2: ec.SECP384R1()}
GMAC = {"mechanism": 5, "ciphered": True}
ACCESS = {"propose_access": True, "access": True}
BLOCKS = {"max_info": 1024, "profile": True, "long_act": True}
GBT = {"propose_gbt": True, "gbt_window": 6, **BLOCKS}
pytestmark = pytest.mark.skipif(not importlib.util.find_spec("pydlms"), reason="no pydlms-client")


def public_point(private, curve):
    numbers = ec.derive_private_key(private, curve).public_key().public_numbers()
    size = curve.key_size // 8
    return (numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")).hex()


def ask(path, how):
    return subprocess.run(
        (sys.executable, str(READER), path, "17", json.dumps(how)),
        capture_output=True,
        text=True,
        timeout=60,
    )


def found(bus, options, how):
    """What it has read; the register must be the truth."""
    path = bus("--seed", "5", "--max-info", "1024", *options)
    started_s = int(time.time())
    done = ask(path, how)
    assert done.returncode == 0, done.stderr
    assert "failed" not in done.stderr, "the release is right as well"
    said, curve = json.loads(done.stdout), curve_of(5, 17)
    low, high = (curve.truth(t)["energy_import_wh"] for t in (started_s, time.time()))
    value = said["register"] * 10**curve.energy_scaler
    assert low <= round(value) <= high
    assert said["listed"] == [said["register"], 12, "UNDEFINED"]
    return said


@pytest.mark.parametrize("mechanism, name", ((2, "hls"), (3, "md5"), (4, "sha1"), (6, "sha256")))
def test_a_secret_is_proved_by_each_mechanism(bus, tmp_path, mechanism, name):
    (tmp_path / "secret").write_text(SECRET + "\n")
    options = "--auth", name, "--open", "--secret", f"@{tmp_path / 'secret'}"
    found(bus, options, {"mechanism": mechanism, "secret": SECRET})


@pytest.mark.parametrize("suite", (1, 2))
def test_a_secret_is_proved_by_a_signature(bus, suite):
    client, meter = (public_point(k, CURVES[suite]) for k in (CLIENT_KEY, METER_KEY))
    options = "--auth", "ecdsa", "--suite", str(suite), "--signing-key", f"{METER_KEY:08x}"
    keys = {"own_key": f"{CLIENT_KEY:x}", "meter_key": meter}
    how = {"mechanism": 7, "ciphered": True, "suite": suite, **keys}
    found(bus, (*options, "--client-key", client), how)


@pytest.mark.parametrize("suite", (0, 1, 2))
@pytest.mark.parametrize(
    "form",
    (
        {},
        {"dedicated": True},
        {"protection": "general-glo", **ACCESS},
        {"protection": "general-glo", "dedicated": True, **ACCESS},
        {"protection": "general-ciphering", **ACCESS},
        {"protection": "general-ciphering", "key_info": "wrapped"},
    ),
)
def test_what_is_ciphered_in_each_form_is_understood(bus, suite, form):
    said = found(bus, ("--auth", "gmac", "--suite", str(suite)), {**GMAC, "suite": suite, **form})
    assert said.get("access") == ([True, False] if "access" in form else None)


@pytest.mark.parametrize(
    "options, how",
    (
        (("--max-pdu", "300"), {**GMAC, **BLOCKS}),
        (("--max-pdu", "300"), {**GMAC, **GBT}),
        (("--max-pdu", "600", "--window", "7", "--gbt-window", "4"), {**GMAC, **GBT, "window": 7}),
        (("--max-pdu", "300", "--no", "blocks"), {**GMAC, **GBT, "dedicated": True}),
        (("--no", "lists", "--max-pdu", "300"), {**GMAC, **BLOCKS}),
    ),
)
def test_long_answers_and_long_requests_are_whole(bus, options, how):
    said = found(bus, ("--auth", "gmac", *options), how)
    assert (said["rows"], said["long_act"]) == (5760, "ok")


@pytest.mark.parametrize("style", ("typed-time", "null-time", "compact"))
def test_profiles_of_each_style_have_the_same_values(bus, style):
    how = {"mechanism": 1, "secret": "12345678", **BLOCKS}
    path = bus("--seed", "5", "--max-info", "1024", "--style", style)
    done = ask(path, how)
    assert done.returncode == 0, done.stderr
    said, curve = json.loads(done.stdout), curve_of(5, 17)
    newest_s = int(time.time()) // 900 * 900
    truth = [curve.truth(newest_s - 900 * n)["energy_import_wh"] for n in range(97)]
    assert said["rows"] == 5760
    assert [n * 10**curve.energy_scaler for n in said["imports"]] in (truth[95::-1], truth[:0:-1])


def test_a_key_that_was_transferred_holds(bus):
    found(bus, ("--auth", "gmac"), {**GMAC, "new_key": 0x40})


@pytest.mark.parametrize(
    "options",
    (
        ("--auth", "gmac", "--suite", "0", "--counter", "1000"),
        ("--auth", "gmac", "--guek", "ff" * 16),
        ("--auth", "gmac", "--fault", "17:wrong-tag"),
        ("--auth", "sha256", "--tells", "--policy", "none"),
    ),
)
def test_a_client_of_other_make_notices_what_does_not_fit(bus, options):
    done = ask(bus(*options), GMAC)
    assert done.returncode != 0 and "register" not in done.stdout
