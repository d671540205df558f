"""What the objects of the DCU beside its records do; that the object list tells the truth."""

from dcu.alarm_codes import (
    CLOCK_INVALID,
    COVER_CLOSED,
    COVER_OPENED,
    FIRMWARE_CHANGED,
    METER_SILENT,
    PORT_LOST,
    POWER_UP,
    STORAGE_FAILED,
)
from dcu.alarm_words import pushed_codes
from dcu.clear import ASKED
from dcu.cosem_device import conditions
from dcu.cover import Cover
from dcu.meter_state import SILENT
from tests.dual.hes_client import MANAGEMENT, PUBLIC, READER, CosemBench, connected, result_of
from tests.kept import Kept
from wire import association, axdr, dialogue, obis

DENIED, UNDEFINED, UNMATCHED, OUT_OF_SCOPE = 3, 4, 12, 13
ASSOCIATION = (15, "0.0.40.0.0.255")
SAPS = (17, "0.0.41.0.0.255")
CLOCK = (8, "0.0.1.0.0.255")
REGISTER = (1, "0.0.97.98.0.255")
DESCRIPTOR_2 = (1, "0.0.97.98.21.255")
FILTER_2 = (1, "0.0.97.98.11.255")
DESCRIPTOR = (1, "0.0.97.98.20.255")
FILTER = (1, "0.0.97.98.10.255")
SCRIPTS = (9, "0.0.10.0.0.255")
PORT_1 = (23, "0.1.22.0.0.255")
LOCAL = (23, "0.0.22.0.0.255")
TCP = (41, "0.0.25.0.0.255")
CONNECT = (29, "0.0.2.1.0.255")
PUSH = (40, "0.0.25.9.0.255")
ENTRANCES = ((PUBLIC, None), (READER, "read"), (MANAGEMENT, "manage"))
READ_WRITE = 3


def opened(sap=MANAGEMENT, **options):
    """A bench whose client `sap` is associated by its password."""
    bench = CosemBench(password="manage", **options)
    bench.settings.put("cosem.reader_password", "read")
    bench.reconnect()
    bench.associate(sap, dict(ENTRANCES)[sap])
    return bench


def listed(bench, sap):
    """{(class, LN): ({attribute: mode}, {method: allowed})}"""
    found = {}
    for class_id, _, ln, (attributes, methods) in bench.get(ASSOCIATION, sap=sap):
        modes = {index: mode for index, mode, _ in attributes}
        found[class_id, obis.text(ln)] = modes, dict(methods)
    return found


def test_every_attribute_on_the_list_can_be_read_and_no_other():
    for sap, _ in ENTRANCES:
        bench = opened(sap, readings=1, alarms=1, meters=2)
        for object_, (modes, _) in listed(bench, sap).items():
            for index in range(1, 12):
                refused = result_of(bench.get, object_, index, sap=sap)
                assert refused == (0 if index in modes else UNDEFINED), (sap, object_, index)


def test_the_list_leaves_nothing_out():
    for sap, _ in ENTRANCES:
        bench = opened(sap)
        known = {(row.class_id, obis.text(row.ln)) for row in bench.table if sap in row.readers}
        assert set(listed(bench, sap)) == known


def test_an_attribute_is_listed_as_settable_to_who_may_set_it():
    for sap, _ in ENTRANCES:
        bench = opened(sap)
        for object_, (modes, _) in listed(bench, sap).items():
            for index, mode in modes.items():
                refused = result_of(bench.set, object_, axdr.null(), index, sap)
                assert (refused == DENIED) == (mode != READ_WRITE), (sap, object_, index)


def test_methods_are_listed_as_allowed_to_management_alone():
    may = {}
    for sap, _ in ENTRANCES:
        bench = opened(sap)
        found = [methods.items() for _, methods in listed(bench, sap).values()]
        may[sap] = sorted([each for methods in found for each in methods])
    allowed = {sap: {mode for _, mode in may[sap]} for sap in may}
    assert allowed == {PUBLIC: set(), READER: {0}, MANAGEMENT: {1}}
    assert len(may[READER]) == len(may[MANAGEMENT]) >= 7


def test_the_association_knows_its_partner_its_context_and_its_mechanism():
    oid = b"\x60\x85\x74\x05\x08"
    for sap, password in ENTRANCES:
        bench = opened(sap)
        assert bench.get(ASSOCIATION, 3, sap=sap) == (sap, 1)
        assert bench.get(ASSOCIATION, 4, sap=sap) == oid + b"\x01\x01"
        mechanism = association.LLS if password else association.NONE
        assert bench.get(ASSOCIATION, 6, sap=sap) == oid + bytes([2, mechanism])
        assert bench.get(ASSOCIATION, 8, sap=sap) == 2


def test_a_reader_whose_password_is_taken_away_does_not_end_the_session():
    bench = opened(READER)
    bench.settings.put("cosem.reader_password", "")
    assert result_of(bench.get, ASSOCIATION, 6, sap=READER) == DENIED
    assert result_of(bench.get, ASSOCIATION, 2, sap=READER) == 0


def test_the_reader_reads_all_that_management_reads_and_changes_nothing():
    read, managed = [
        set(listed(opened(sap, readings=1), sap)) - {ASSOCIATION} for sap in (READER, MANAGEMENT)
    ]
    assert read == managed
    bench = opened(READER, readings=1)
    call = dialogue.action(9, obis.parse(SCRIPTS[1]), 1, axdr.u16(1))
    assert result_of(bench.do, call, sap=READER) == DENIED


def test_meters_are_in_the_sap_assignment_by_their_measuring_points():
    bench = connected(meters=2)
    assert bench.get(SAPS) == [
        (1, b"ODC07310001"),
        (257, b"MP 1 rs485-1 address 1"),
        (258, b"MP 2 rs485-1 address 2"),
    ]


def test_management_sets_the_clock_and_nobody_sets_it_to_nonsense():
    bench = connected()
    bench.set(CLOCK, axdr.octets(axdr.date_time(1_800_000_000, -60)))
    assert abs(bench.clock.utc_s() - 1_800_000_000) <= 1
    for data in (axdr.octets(b"\xff" * 12), axdr.octets(b""), axdr.u32(5), axdr.null()):
        assert result_of(bench.set, CLOCK, data) == UNMATCHED
    for text in ("07b20101ff00000000ffc400", "083a0207ff061c1000000000"):  # 1969, 2106
        assert result_of(bench.set, CLOCK, axdr.octets(bytes.fromhex(text))) == OUT_OF_SCOPE
    assert abs(bench.clock.utc_s() - 1_800_000_000) <= 1


def test_the_alarm_register_shows_what_is_so_now():
    bench = connected(meters=2)
    bench.clock.set_utc(1_800_000_000)
    assert bench.get(REGISTER) == bench.get(CLOCK, 4) == 0
    state = bench.dcu_seen.states.of(bench.archive.get(2))
    state.state = SILENT
    assert bench.get(REGISTER) == 1 << METER_SILENT
    bench.dcu_seen.kept.unstored = 1
    bench.clock.set_utc(0)
    held = 1 << METER_SILENT | 1 << STORAGE_FAILED | 1 << CLOCK_INVALID
    assert bench.get(REGISTER) == held
    assert bench.get(CLOCK, 4) == 1


def test_a_lost_port_is_in_the_register_if_it_is_meant_to_be_there():
    bench = connected()
    bench.clock.set_utc(1_800_000_000)
    for device, expected in (("", 0), ("/dev/ttyUSB9", 1 << PORT_LOST)):
        bench.dcu_seen.local = LostPort()
        bench.settings.put("local.device", device)
        assert bench.get(REGISTER) == expected


class LostPort:
    trouble = "/dev/ttyUSB9: does not exist"


def test_the_alarm_descriptor_keeps_what_has_been_until_the_hes_clears_it():
    bench = connected()
    bench.alarms.raise_alarm(POWER_UP)
    bench.alarms.raise_alarm(METER_SILENT, 1)
    both = 1 << POWER_UP | 1 << METER_SILENT
    assert bench.get(DESCRIPTOR) == both
    bench.set(DESCRIPTOR, axdr.u32(1 << METER_SILENT))
    assert bench.get(DESCRIPTOR) == 1 << METER_SILENT
    bench.set(DESCRIPTOR, axdr.u32(0))
    assert bench.get(DESCRIPTOR) == 0
    assert result_of(bench.set, DESCRIPTOR, axdr.u64(1 << 32)) == OUT_OF_SCOPE


def test_codes_from_32_on_have_objects_of_their_own():
    bench = connected()
    for code in (COVER_OPENED, COVER_CLOSED, FIRMWARE_CHANGED):
        bench.alarms.raise_alarm(code)
    assert (bench.get(DESCRIPTOR), bench.get(DESCRIPTOR_2)) == (1 << 31, 0b11)
    bench.set(DESCRIPTOR_2, axdr.u32(0b10))
    assert (bench.get(DESCRIPTOR), bench.get(DESCRIPTOR_2)) == (1 << 31, 0b10)
    bench.set(DESCRIPTOR, axdr.u32(0))
    assert (bench.get(DESCRIPTOR), bench.get(DESCRIPTOR_2)) == (0, 0b10)
    bench.set(FILTER_2, axdr.u32(0b01))
    assert bench.settings.get("alarms.pushed_2") == 1 and bench.get(FILTER) == 0xFFFFFFFF
    assert pushed_codes(bench.settings) == 0x1_FFFFFFFF
    assert result_of(bench.set, FILTER_2, axdr.u64(1 << 32)) == OUT_OF_SCOPE


def test_an_open_cover_is_a_condition_until_it_is_closed():
    bench = connected()
    dcu = bench.dcu()
    dcu.cover = Cover(Kept(b"open"), bench.clock, None)
    assert conditions(dcu) >> COVER_OPENED & 1
    dcu.cover.is_open = False
    assert not conditions(dcu) >> COVER_OPENED & 1


def test_the_alarm_filter_is_a_setting():
    bench = connected()
    assert bench.get(FILTER) == 0xFFFFFFFF
    bench.set(FILTER, axdr.u32(1 << METER_SILENT))
    assert bench.settings.get("alarms.pushed") == 1 << METER_SILENT
    assert result_of(bench.set, FILTER, axdr.visible("all")) == UNMATCHED


def test_the_scripts_end_the_process_and_no_other_script_is_there():
    bench = connected()
    for data in (axdr.u16(0), axdr.u16(3)):
        call = dialogue.action(9, obis.parse(SCRIPTS[1]), 1, data)
        assert result_of(bench.do, call) == OUT_OF_SCOPE
    missing = dialogue.action(9, obis.parse(SCRIPTS[1]), 2, axdr.u16(1))
    assert result_of(bench.do, missing) == UNDEFINED
    assert bench.dcu_seen.ending == ""
    bench.do(dialogue.action(9, obis.parse(SCRIPTS[1]), 1, axdr.u16(1)))
    assert "restart" in bench.dcu_seen.ending and bench.dcu_seen.files.names(ASKED) == []
    bench.do(dialogue.action(9, obis.parse(SCRIPTS[1]), 1, axdr.u16(2)))
    assert b"the HES" in bench.dcu_seen.files.read(ASKED)


def test_a_baud_rate_is_set_by_its_number():
    bench = connected()
    assert bench.get(PORT_1) == 5
    bench.set(PORT_1, axdr.enum(9))
    assert bench.settings.get("rs485.1.baud") == "115200"
    assert result_of(bench.set, PORT_1, axdr.enum(10)) == OUT_OF_SCOPE
    assert bench.get((23, "0.3.22.0.0.255")) == 5


def test_the_local_port_is_a_secondary_station_with_an_address():
    bench = connected()
    assert [bench.get(LOCAL, index) for index in range(2, 10)] == [
        5,
        7,
        7,
        2030,
        2030,
        25,
        120,
        17,
    ]
    bench.set(LOCAL, axdr.enum(0))
    bench.set(LOCAL, axdr.u16(125), 9)
    assert bench.settings.get("local.baud") == "300"
    assert bench.settings.get("local.address") == bench.get(LOCAL, 9) == 125
    for number in (15, 126):
        assert result_of(bench.set, LOCAL, axdr.u16(number), 9) == DENIED
    assert bench.get(PORT_1) == 5 and bench.get(PORT_1, 9) == 0


def test_server_mode_has_a_port_and_limits():
    bench = connected()
    found = [bench.get(TCP, index) for index in range(2, 7)]
    assert found == [0, obis.parse("0.0.25.1.0.255"), 576, 4, 180]
    bench.set(TCP, axdr.u16(4059))
    assert bench.settings.get("server.tcp_port") == bench.get(TCP) == 4059
    assert result_of(bench.set, TCP, axdr.u32(65536)) == OUT_OF_SCOPE
    assert bench.settings.get("server.udp_port") == 0


def test_the_destinations_are_main_and_second_host():
    bench = connected()
    assert bench.get(CONNECT, 6) == []
    hosts = [axdr.octets(b"one:4059"), axdr.octets(b"two:4060")]
    bench.set(CONNECT, axdr.array(hosts), 6)
    assert bench.settings.get("hes.main") == "one:4059"
    assert bench.get(CONNECT, 6) == [b"one:4059", b"two:4060"]
    bench.set(CONNECT, axdr.array(hosts[1:]), 6)
    assert [bench.settings.get(key) for key in ("hes.main", "hes.sub")] == ["two:4060", ""]
    assert result_of(bench.set, CONNECT, axdr.array(hosts + hosts[:1]), 6) == OUT_OF_SCOPE
    for data in (axdr.array([axdr.u8(1)]), axdr.octets(b"one:4059")):
        assert result_of(bench.set, CONNECT, data, 6) == UNMATCHED
    assert result_of(bench.set, CONNECT, axdr.array([axdr.octets(b"no port")]), 6) == DENIED
    assert bench.get(CONNECT, 6) == [b"two:4060"]


def test_delays_are_settings_within_their_limits():
    bench = connected()
    for object_, index, key in ((CONNECT, 4, "hes.retry_max_s"), (PUSH, 7, "hes.repeat_alarm_s")):
        bench.set(object_, axdr.u16(60), index)
        assert bench.settings.get(key) == bench.get(object_, index) == 60
        assert result_of(bench.set, object_, axdr.u16(1), index) == DENIED


def test_a_push_can_be_asked_for():
    bench = connected(alarms=1)
    before = bench.alarms.pushes_asked
    bench.do(dialogue.action(40, obis.parse(PUSH[1]), 1, axdr.i8(0)))
    assert bench.alarms.pushes_asked == before + 1 and bench.alarms.raised.is_set()
