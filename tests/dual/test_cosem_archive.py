"""The meter archive as the HES reads and writes it: an answer to "unknown meter" is a row."""

from tests.dual.hes_client import METER_PASSWORD, connected, result_of
from tests.dual.test_cosem_keys import associated
from wire import axdr

ARCHIVE, REFUSED = [(1, f"0.0.96.134.{e}.255") for e in (1, 2)]
HEAD = b"mp,address,channel,eui,psk\n"
ROW = b"7,12345678,plc,02534900fffe0007,\n"
SECRET = b"7,12345678,plc,02534900fffe0007," + b"5A" * 16
OTHER_REASON, UNMATCHED = 250, 12


def test_a_row_for_an_unknown_meter_comes_to_those_on_file():
    bench = connected(meters=2)
    bench.set(ARCHIVE, axdr.octets(HEAD + ROW))
    assert [meter.mp for meter in bench.archive.meters()] == [1, 2, 7]
    assert bench.archive.find_eui(bytes.fromhex("02534900fffe0007")).address == 12345678
    assert bench.get(REFUSED) == b""
    told = bench.get(ARCHIVE)
    assert b"\n7,12345678," in told and METER_PASSWORD.encode() not in told
    bench.set(ARCHIVE, axdr.octets(told))  # what is masked stays as it is
    assert bench.archive.get(1).password == METER_PASSWORD


def test_wrong_rows_change_nothing_and_the_reason_can_be_read():
    bench = connected(meters=2)
    wrong = axdr.octets(HEAD + ROW + b"8,,plc,,\n")
    assert result_of(bench.set, ARCHIVE, wrong) == OTHER_REASON
    assert b"line 3: address is missing" in bench.get(REFUSED)
    assert len(bench.archive.meters()) == 2
    for data in (axdr.u8(1), axdr.octets(b"\xff\xfe"), axdr.array([])):
        assert result_of(bench.set, ARCHIVE, data) == UNMATCHED


def test_passwords_and_keys_go_over_a_ciphered_association_only():
    bench = connected(meters=1)
    secrets = (HEAD + SECRET, b"mp,address,auth,password\n1,1,lls," + METER_PASSWORD.encode())
    for text in secrets:  # the second is what is on file: a guess is not told to be right
        assert result_of(bench.set, ARCHIVE, axdr.octets(text)) == OTHER_REASON
        assert b"cosem.ek" in bench.get(REFUSED) and b"5A" not in bench.get(REFUSED)
    hes = associated()
    hes.set(ARCHIVE, axdr.octets(HEAD + SECRET))
    assert hes.bench.archive.get(7).psk == b"\x5a" * 16
    assert b"5a5a" not in hes.get(ARCHIVE).lower()
