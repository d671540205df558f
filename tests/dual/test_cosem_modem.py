"""What the COSEM objects of the cellular module tell and take."""

from dcu.cosem_modem import signal_quality
from tests.dual.hes_client import connected, result_of
from wire import axdr

DENIED, UNMATCHED = 3, 12


def test_the_access_point_is_set_and_the_pin_set_and_never_told():
    bench = connected()
    gprs = (45, "0.0.25.4.0.255")
    bench.set(gprs, axdr.octets(b"cmnet"))
    assert bench.settings.get("modem.apn") == "cmnet" and bench.get(gprs) == b"cmnet"
    bench.set(gprs, axdr.u16(47), 3)
    assert bench.settings.get("modem.pin") == "0047" and bench.get(gprs, 3) == 0
    bench.set(gprs, axdr.u16(0), 3)
    assert bench.settings.get("modem.pin") == ""
    for index, wrong in ((2, axdr.u8(1)), (3, axdr.octets(b"1234"))):
        assert result_of(bench.set, gprs, wrong, index) == UNMATCHED
    assert result_of(bench.set, gprs, axdr.octets(b"a\xff")) == DENIED


def test_the_diagnostic_of_the_module_is_what_it_said_last():
    bench = connected()
    gsm = (47, "0.0.25.6.0.255")
    values = lambda: [bench.get(gsm, index) for index in range(2, 8)]  # noqa: E731
    assert values() == ["", 4, 0, 0, (0, 0, 99, 99), []]
    assert bench.get(gsm, 8)[:8] == b"\xff" * 8
    dcu = bench.dcu_seen
    facts = {"operator": "NET 1", "registration": "roaming", "signal_dbm": -71, "at_s": 0}
    dcu.modem_facts.update(facts)
    dcu.modem.is_online = True
    assert values() == ["NET 1", 5, 0, 1, (0, 0, 21, 99), []]
    assert bench.get(gsm, 8)[:4] == b"\x07\xb2\x01\x01"  # 1970-01-01


def test_signal_quality_is_in_the_steps_of_the_standard():
    given = (
        (None, 99),
        (-114, 0),
        (-113, 0),
        (-111, 1),
        (-109, 2),
        (-53, 30),
        (-51, 31),
        (-40, 31),
    )
    for dbm, quality in given:
        assert signal_quality(dbm) == quality, dbm
