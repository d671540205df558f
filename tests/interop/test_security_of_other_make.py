"""Who proves what to whom, and how it is ciphered: with clients and meters of other make."""

import json
import pathlib
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.e2e.plant import Process, free_port
from tests.interop import matrix
from tests.interop.test_clients_of_other_make import LIMIT_S, gurux
from tests.interop.test_meters_of_other_make import CLOCK, ENERGY, our_client

METER = pathlib.Path(__file__).with_name("security_meter.py")
SECRET = b"a secret of 21 octets"
EKS = {size: bytes(range(size)).hex().upper() for size in (16, 32)}
AKS = {size: bytes(range(0xD0, 0xD0 + size)).hex().upper() for size in (16, 32)}
TITLE = "4845530000000001"
NUMBERS = {
    "hls": 2,
    "hls-md5": 3,
    "hls-sha1": 4,
    "hls-gmac": 5,
    "hls-sha256": 6,
    "hls-ecdsa": 7,
}
METER_KEY, CLIENT_KEY = 0x1234567, 0x7654321  # as in security_meter.py


def size_of(case):
    return 32 if case.suite.startswith("2") else 16


def gurux_manages(dcu, case, client_keys=None):
    """Reads and writes all, ciphered. The keys of the DCU are set while it runs."""
    size = size_of(case)
    dcu.set(**{"cosem.ek": EKS[size], "cosem.ak": AKS[size]})
    try:
        return gurux(
            transport=case.transport,
            port=dcu.port,
            client=1,
            auth="gmac",
            ek=client_keys or EKS[size],
            ak=AKS[size],
            title=TITLE,
            suite=int(case.suite[0]),
            counter=dcu.next_counter(),
            write_back=True,
        )
    finally:
        dcu.set(**{"cosem.ek": "", "cosem.ak": ""})


def pydlms_manages(dcu, case):
    size = size_of(case)
    dcu.set(**{"cosem.ek": EKS[size], "cosem.ak": AKS[size]})
    words = [f"{sys.prefix}/bin/pydlms", "profile", f"{case.transport}://127.0.0.1:{dcu.port}"]
    words += ["--client", "1", "--auth", "gmac", "--key", EKS[size], "--auth-key", AKS[size]]
    words += ["--system-title", TITLE, "--obis", "0.0.99.98.0.255", "--max-pdu", "100"]
    words += ["--protection", case.services.rpartition(" ")[2], "--discover-ic"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S)
    finally:
        dcu.set(**{"cosem.ek": "", "cosem.ak": ""})
    assert done.returncode == 0, done.stderr
    assert "version" in done.stdout


@pytest.mark.parametrize("case", matrix.run(matrix.SECURE_CLIENTS), ids=matrix.name_of)
def test_a_client_of_other_make_manages_the_dcu_ciphered(dcu, case):
    if case.peer == matrix.PYDLMS:
        pydlms_manages(dcu, case)
        return
    found = gurux_manages(dcu, case)
    assert found["failed"] == []
    assert found["read"] > 100 and found["written"] > 10


def test_a_client_of_other_make_with_another_key_is_not_let_in(dcu):
    case = matrix.SECURE_CLIENTS[0]
    with pytest.raises(AssertionError):
        gurux_manages(dcu, case, client_keys="FF" * 16)
    assert [line for line in dcu.lines if "did not prove" in line]


@pytest.mark.parametrize("interpreter", ("cpython", "micropython"))
@pytest.mark.parametrize("case", matrix.run(matrix.SECURE_METERS), ids=matrix.name_of)
def test_a_meter_of_other_make_is_read_by_its_own_mechanism(case, interpreter, tmp_path):
    port, size = free_port(), size_of(case)
    suite = case.suite[0] if case.suite[0] in "012" else "-"
    words = [port, case.transport, NUMBERS[case.mechanism], suite, SECRET.hex()]
    meter = Process(
        "meter",
        [sys.executable, METER, *words, EKS[size], AKS[size]],
        lambda name, line: None,
    )
    row = {"auth": case.mechanism, "password": SECRET.decode(), "ek": EKS[size], "ak": AKS[size]}
    if suite != "-":
        row.update({"ciphering": "authenc", "suite": suite, "release": "ciphered"})
        row["dedicated"] = "yes" if "dedicated" in case.services else "no"
    if case.mechanism == "hls-ecdsa":
        numbers = ec.derive_private_key(METER_KEY, ec.SECP256R1()).public_key().public_numbers()
        row["pk"] = f"{numbers.x:064x}{numbers.y:064x}"
        row["sk"] = f"{CLIENT_KEY:064x}"
    given = {"port": port, "link": case.transport, "client": 1, "address": 1, "row": row}
    given["attributes"] = [CLOCK, ENERGY]
    (tmp_path / "given").write_text(json.dumps(given))
    meter.wait_for("listening", 20)
    try:
        if case.mechanism == "hls-ecdsa" and interpreter == "micropython":
            with pytest.raises(AssertionError, match="CPython"):
                our_client(interpreter, tmp_path / "given")
            return
        rows = our_client(interpreter, tmp_path / "given")
    finally:
        meter.stop()
    assert [dar for dar, _ in rows] == [0, 0] and rows[1][1] > 0
