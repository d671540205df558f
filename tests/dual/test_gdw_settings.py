"""What the DCU is set to by 376.1: the same settings and meters as at the console."""

from dcu import gdw_events
from dcu.alarm_codes import SETTING_CHANGED
from dcu.gdw_meters import METERS_MAX
from dcu.way_trial import WayTrial
from hal.interface import Interface
from tests.dual.gdw_bench import GdwBench
from wire.qgdw3761 import ALL_CONFIRMED, ALL_DENIED


class Uplink:
    sessions = 1


def a_meter(number, physical, **changes):
    row = {
        "seq": number,
        "mp": number,
        "port": 0xC2,  # 9600, RS485-1
        "protocol": 20,
        "address": f"{physical:012}",
        "password": bytes(6),
        "tariffs": 4,
        "digits": 0,
        "gather": "000000000000",
        "class": 0,
    }
    row.update(changes)
    return row


def test_settings_are_those_of_the_console():
    bench = GdwBench()
    get = bench.dcu.settings.get
    hosts = {"main": "10.0.0.5", "main_port": 8877, "sub": "0.0.0.0", "sub_port": 0, "apn": "net"}
    assert bench.order(0x04, (0, 3, hosts)) == ALL_CONFIRMED
    assert (get("hes.main"), get("hes.sub"), get("modem.apn")) == ("10.0.0.5:8877", "", "net")
    assert bench.ask(0x0A, (0, 3)) == [(0, 3, hosts)]
    bench.dcu.settings.put("hes.main", "hes.example:4059")
    assert bench.ask(0x0A, (0, 3))[0][2]["main"] == "0.0.0.0"
    user = {"user": "anna", "password": "hidden"}
    assert bench.order(0x04, (0, 16, user)) == ALL_CONFIRMED
    assert (get("modem.user"), get("modem.password")) == ("anna", "hidden")
    assert bench.ask(0x0A, (0, 16)) == [(0, 16, {"user": "anna", "password": ""})]
    assert bench.order(0x04, (0, 36, {"octets": 10_240_000})) == ALL_CONFIRMED
    assert get("uplink.month_kib") == 10_000
    assert bench.ask(0x0A, (0, 36)) == [(0, 36, {"octets": 10_240_000})]
    for octets, kib in ((0, 0), (1, 1), (1024, 1), (1025, 2)):
        assert bench.order(0x04, (0, 36, {"octets": octets})) == ALL_CONFIRMED
        assert get("uplink.month_kib") == kib
    assert bench.order(0x04, (0, 89, {"area": "4403", "number": 0xAB})) == ALL_CONFIRMED
    assert bench.dcu.settings.terminal_id() == "440300AB"
    assert SETTING_CHANGED in bench.alarms()


def test_the_link_is_set_within_what_the_settings_allow():
    bench = GdwBench()
    get = bench.dcu.settings.get
    asked = bench.ask(0x0A, (0, 1))[0][2]
    assert (asked["heartbeat_min"], asked["timeout"], asked["confirm"]) == (5, 0x2014, 0)
    for seconds, minutes, is_taken in (
        (180, 60, 1),
        (181, 60, 0),
        (1, 1, 1),
        (0, 1, 0),
        (1, 0, 0),
    ):
        value = dict(asked)
        value.update({"timeout": 0x3000 | seconds, "heartbeat_min": minutes, "confirm": 4})
        assert bench.order(0x04, (0, 1, value)) == (ALL_CONFIRMED if is_taken else ALL_DENIED)
    assert (get("hes.heartbeat_misses"), get("hes.confirm"), get("hes.reply_s")) == (4, "yes", 1)
    for bits, confirmed in enumerate(("none", "1", "2", "both")):
        asked["confirm"] = bits
        assert bench.order(0x04, (0, 1, asked)) == ALL_CONFIRMED
        assert get("gdw.confirmed") == confirmed
        assert bench.ask(0x0A, (0, 1))[0][2]["confirm"] == bits


def test_the_way_to_the_head_end():
    bench = GdwBench()
    way = bench.ask(0x0A, (0, 8))[0][2]
    bench.dcu.settings.put("server.peers", "10.0.0.9")
    for mode, text in ((0x91, "udp"), (0x21, "server"), (0x11, "client")):
        way["mode"] = mode
        assert bench.order(0x04, (0, 8, way)) == ALL_CONFIRMED
        assert bench.dcu.settings.get("uplink.mode") == text
        assert bench.ask(0x0A, (0, 8)) == [(0, 8, way)]
    for mode in (0x01, 0x12, 0xA1, 0x10):  # mixed, on demand, UDP server, no way to be online
        way["mode"] = mode
        assert bench.order(0x04, (0, 8, way)) == ALL_DENIED


def test_a_head_end_does_not_make_a_server_of_whom_nobody_may_dial():
    bench = GdwBench()
    WayTrial(bench.dcu.settings, None, Uplink(), None)
    way = bench.ask(0x0A, (0, 8))[0][2]
    way["mode"] = 0x21
    assert bench.order(0x04, (0, 8, way)) == ALL_DENIED
    assert bench.dcu.settings.get("uplink.mode") == "client"
    bench.dcu.settings.put("server.peers", "any")
    assert bench.order(0x04, (0, 8, way)) == ALL_CONFIRMED


def test_the_address_of_the_terminal_is_a_setting_and_the_machine_s_until_then():
    bench = GdwBench()
    get = bench.dcu.settings.get
    server = 0x0A000035
    bench.dcu.interface = lambda: Interface(
        "eth0", b"", 0x0A000005, 0xFFFFFF00, 0x0A000001, [server]
    )
    told = bench.ask(0x0A, (0, 7))[0][2]
    assert (told["ip"], told["mask"], told["gateway"]) == ("10.0.0.5", "255.255.255.0", "10.0.0.1")
    assert (told["port"], told["proxy"]) == (4059, 0)
    told["port"] = 8877
    assert bench.order(0x04, (0, 7, told)) == ALL_CONFIRMED
    assert (get("uplink.port"), get("eth.ipv4")) == (8877, "system")
    told["ip"] = "10.0.0.6"
    assert bench.order(0x04, (0, 7, told)) == ALL_CONFIRMED
    assert get("eth.ipv4") == "10.0.0.6/255.255.255.0,10.0.0.1,10.0.0.53"
    assert bench.ask(0x0A, (0, 7))[0][2] == told
    for changes in (
        {"mask": "255.0.255.0"},
        {"gateway": "10.0.1.1"},
        {"ip": "10.0.0.255"},
        {"proxy": 1},
        {"user": b"anna"},
        {"password": b"x"},
        {"port": 0},
    ):
        wrong = dict(told)
        wrong.update(changes)
        assert bench.order(0x04, (0, 7, wrong)) == ALL_DENIED, changes
        assert (get("uplink.port"), get("eth.ipv4")[:8]) == (8877, "10.0.0.6")
    told.update({"ip": "0.0.0.0", "gateway": "0.0.0.0"})
    assert bench.order(0x04, (0, 7, told)) == ALL_CONFIRMED and get("eth.ipv4") == "dhcp"
    bench.dcu.interface = lambda: Interface("", b"", None, None, None, [])
    assert bench.ask(0x0A, (0, 7))[0][2]["ip"] == "0.0.0.0"


def test_there_are_no_telephone_numbers():
    bench = GdwBench()
    nobody = {"hes": b"\xff" * 8, "sms": b"\xff" * 8}
    assert bench.ask(0x0A, (0, 4)) == [(0, 4, nobody)]
    assert bench.order(0x04, (0, 4, nobody)) == ALL_DENIED


def test_which_events_are_told():
    bench = GdwBench()
    bits = {"valid": b"\xff" * 8, "important": b"\x01\x20" + bytes(6)}
    assert bench.order(0x04, (0, 9, bits)) == ALL_CONFIRMED
    assert bench.dcu.settings.get("alarms.severity") == (
        "1=alarm,2=warning,4=warning,5=warning,7=warning,9=warning,11=warning,31=warning,33=alarm"
    )
    known = bench.ask(0x0A, (0, 9))[0][2]
    assert known["important"] == bits["important"]
    assert int.from_bytes(known["valid"], "little") == sum([1 << n - 1 for n in gdw_events.KNOWN])
    none = {"valid": bytes(8), "important": bytes(8)}
    assert bench.order(0x04, (0, 9, none)) == ALL_CONFIRMED
    assert bench.ask(0x0A, (0, 9)) == [(0, 9, none)]


def test_the_period_of_reading_is_one_for_all_ports():
    bench = GdwBench()
    rows = bench.ask(0x0A, (0, 33, [2, 3, 9]))[0][2]
    assert [(row["port"], row["interval_min"]) for row in rows] == [(2, 15), (3, 15)]
    for row in rows:
        row["interval_min"], row["clock"] = 30, (1, 0, 0)
    assert bench.order(0x04, (0, 33, rows)) == ALL_CONFIRMED
    assert bench.dcu.settings.get("collect.period_s") == 1800
    rows[1]["interval_min"] = 60
    assert bench.order(0x04, (0, 33, rows)) == ALL_DENIED


def test_meters_are_put_on_file_changed_and_taken_off():
    bench = GdwBench()
    archive = bench.dcu.archive
    rows = [a_meter(3, 99), a_meter(1, 50, port=0xC4, gather="000000000012")]
    assert bench.order(0x04, (0, 10, rows)) == ALL_CONFIRMED
    assert [(m.mp, m.channel, m.address) for m in archive.meters()] == [
        (1, "rs485-3", 50),
        (2, "rs485-1", 18),
        (3, "rs485-1", 99),
    ]
    (found,) = [value for _, _, value in bench.ask(0x0A, (0, 10, [1, 3, 7]))]
    assert [row["address"] for row in found] == ["000000000050", "000000000099"]
    assert found[0]["gather"] == "000000000012" and found[0]["port"] == 0xC4
    assert bench.order(0x04, (0, 10, [a_meter(3, 99, mp=0)])) == ALL_CONFIRMED
    assert [meter.mp for meter in archive.meters()] == [1, 2]
    behind = a_meter(4, 37_241_368_952, port=31)
    assert bench.order(0x04, (0, 10, [behind])) == ALL_CONFIRMED
    assert archive.get(4).channel == "plc" and archive.get(4).address == 37_241_368_952


def test_meters_that_cannot_be_are_refused_all_together():
    bench = GdwBench()
    before = bench.dcu.archive.export_csv()
    for change in (
        {"protocol": 30},
        {"port": 9},
        {"seq": 5},
        {"address": "000000016382"},
        {"address": "000000000000"},
        {"password": b"\x01\x02\x03\x04\x05\x06"},
        {"password": b"\xff\xfe\xfd\xfc\xfb\xfa"},
    ):
        rows = [a_meter(3, 99), a_meter(4, 98, **change)]
        assert bench.order(0x04, (0, 10, rows)) == ALL_DENIED, change
        assert bench.dcu.archive.export_csv() == before
    bench.dcu.settings.put("gdw.confirm", "unit")
    assert bench.order(0x04, (0, 10, [a_meter(3, 18)])) == [(0, 10, 2)]  # that of MP 2
    assert bench.dcu.archive.export_csv() == before


def test_a_meter_has_the_baud_of_its_port_or_is_refused():
    bench = GdwBench([("rs485.2.baud", "2400"), ("rs485.3.baud", "115200")])
    before = bench.dcu.archive.export_csv()
    for port in (0x83, 0x62, 0xC4, 0xE2):  # 4800 where 2400 is, 2400 where 9600 is …
        row = a_meter(5, 90, port=port)
        assert bench.order(0x04, (0, 10, [a_meter(6, 91), row])) == ALL_DENIED, port
        assert bench.dcu.archive.export_csv() == before
    rows = [a_meter(5 + n, 90 + n, port=p) for n, p in enumerate((0x63, 0x03, 0x04, 0xC2, 0x9F))]
    assert bench.order(0x04, (0, 10, rows)) == ALL_CONFIRMED
    told = [row["port"] for row in bench.ask(0x0A, (0, 10, [5, 6, 7, 8, 9]))[0][2]]
    assert told == [0x63, 0x63, 0x04, 0xC2, 0x1F]
    assert [line for line in bench.log if "all on rs485-2 have 2400" in line]


def test_what_a_meter_had_beside_it_keeps_and_a_password_is_for_lls():
    bench = GdwBench()
    secret = a_meter(1, 17, password=b"s3cret")
    assert bench.order(0x04, (0, 10, [secret])) == ALL_CONFIRMED
    meter = bench.dcu.archive.get(1)
    assert (meter.auth, meter.password) == ("lls", "s3cret")
    assert bench.order(0x04, (0, 10, [a_meter(1, 40)])) == ALL_CONFIRMED
    meter = bench.dcu.archive.get(1)
    assert (meter.address, meter.auth, meter.password) == (40, "lls", "s3cret")
    assert bench.ask(0x0A, (0, 10, [1]))[0][2][0]["password"] == bytes(6)
    assert not any(["s3cret" in line for line in bench.log])


def test_more_meters_than_an_answer_holds_are_denied():
    bench = GdwBench()
    assert len(bench.ask(0x0A, (0, 10, [1] * METERS_MAX))[0][2]) == METERS_MAX
    assert bench.ask_fn(0x0A, (0, 10, [1] * (METERS_MAX + 1))) == ALL_DENIED
