"""Clients of other make read and write the DCU, and read a meter behind it."""

import json
import pathlib
import subprocess
import sys

import pytest

from dcu.cosem_objects import objects_of
from dcu.unit import Dcu
from tests.interop import matrix
from tests.interop.conftest import LOCAL_ADDRESS, METER_ADDRESS, METER_PASSWORD, PASSWORDS

GURUX = pathlib.Path(__file__).with_name("gurux_client.py")
PYDLMS_HDLC = pathlib.Path(__file__).with_name("hdlc_client.py")
LIMIT_S = 60
SAPS = {"none": 16, "lls": 2}
ALARMS = "0.0.99.98.0.255"
ROWS = objects_of(Dcu("", "", None, None, None, None), "")
WRITABLE = len([cell for row in ROWS for cell in row.cells.values() if cell.write])
HDLC = {"hdlc, window 1": (128, 1), "hdlc, long frames": (1024, 1), "hdlc, window 7": (128, 7)}


def gurux(**given):
    done = subprocess.run(
        (sys.executable, str(GURUX), json.dumps(given)),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def pydlms(verb, dcu, case, *options):
    place = f"{case.transport}://127.0.0.1:{dcu.port}"
    if case.transport.startswith("hdlc"):
        place = f"serial://{dcu.tty}?baud=9600"
    words = [f"{sys.prefix}/bin/pydlms", verb, place]
    words += ["--client", str(SAPS[case.mechanism])]
    if case.mechanism == "lls":
        words += ["--auth", "lls", "--password", PASSWORDS[2]]
    done = subprocess.run([*words, *options], capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def gurux_reads_all(dcu, case):
    sap = 1 if case.mechanism == "lls" else 16
    place = {"transport": case.transport, "port": dcu.port}
    if case.transport.startswith("hdlc"):
        place = {"transport": "hdlc", "port": dcu.tty}
    if case.transport in HDLC:
        max_info, window = HDLC[case.transport]
        place.update(address=LOCAL_ADDRESS, max_info=max_info, window=window)
    found = gurux(
        **place,
        client=sap,
        auth=case.mechanism,
        secret=PASSWORDS.get(sap, ""),
        write_back=sap == 1,
    )
    assert found["failed"] == []
    assert found["read"] > (100 if sap == 1 else 20)
    assert found["written"] == (WRITABLE if sap == 1 else 0)


def gurux_reads_a_meter(dcu, case):
    found = gurux(
        transport="tcp",
        port=dcu.port,
        client=1,
        auth="lls",
        secret=METER_PASSWORD,
        gateway=[1, str(METER_ADDRESS)],
        attributes=[[1, "0.0.42.0.0.255", 2]],
    )
    assert bytes.fromhex(found["values"][0]) == b"SIM%013d" % METER_ADDRESS


def pydlms_lists(dcu, case):
    found = pydlms("list", dcu, case)
    assert [line for line in found if line.startswith("0.0.1.0.0.255")]
    assert not [line for line in found if line.startswith(ALARMS)]


def pydlms_in_segments(dcu, case):
    window = HDLC[case.transport][1]
    words = [str(word) for word in (dcu.tty, LOCAL_ADDRESS, window, PASSWORDS[1])]
    done = subprocess.run(
        (sys.executable, str(PYDLMS_HDLC), *words), capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    *windows, objects, refused = json.loads(done.stdout)
    assert windows == [window, window] and objects > 25
    assert "TYPE_UNMATCHED" in refused


def pydlms_reads_alarms(dcu, case):
    found = pydlms("profile", dcu, case, "--obis", ALARMS, "--max-pdu", "64")
    assert [line for line in found if "version" in line]


DONE_BY = {
    (matrix.GURUX, "tcp"): gurux_reads_all,
    (matrix.GURUX, "udp"): gurux_reads_all,
    (matrix.GURUX, "hdlc, window 1"): gurux_reads_all,
    (matrix.GURUX, "hdlc, long frames"): gurux_reads_all,
    (matrix.GURUX, "hdlc, one octet"): gurux_reads_all,
    (matrix.GURUX, "gateway"): gurux_reads_a_meter,
    (matrix.PYDLMS, "hdlc, window 1"): pydlms_in_segments,
    (matrix.PYDLMS, "hdlc, window 7"): pydlms_in_segments,
    (matrix.PYDLMS, "none"): pydlms_lists,
    (matrix.PYDLMS, "lls"): pydlms_reads_alarms,
}


@pytest.mark.parametrize("case", matrix.run(matrix.CLIENTS), ids=matrix.name_of)
def test_a_client_of_other_make_is_served(dcu, case):
    by = DONE_BY.get((case.peer, case.transport)) or DONE_BY[case.peer, case.mechanism]
    by(dcu, case)


def test_a_client_of_other_make_with_a_wrong_password_is_not(dcu):
    given = {"transport": "tcp", "port": dcu.port, "client": 2, "auth": "lls", "secret": "no"}
    done = subprocess.run(
        (sys.executable, str(GURUX), json.dumps(given)),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode != 0 and "Authentication failure" in done.stderr
    assert not [line for line in dcu.lines if PASSWORDS[2] in line]
