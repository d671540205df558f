"""The objects of docs/cosem-objects.md, as a DLMS client sees them: who may what, and marks."""

from dcu import cosem
from tests.dual.hes_client import (
    ALARMS,
    ALARMS_LAST,
    ALARMS_MARK,
    ARCHIVE,
    CLOCK,
    FIRMWARE,
    MANAGEMENT,
    METER_PASSWORD,
    NAME,
    OTHERS,
    PASSWORD,
    PUBLIC,
    PUBLIC_ONES,
    READER,
    READINGS,
    READINGS_LAST,
    READINGS_MARK,
    TERMINAL,
    VERSION,
    CosemBench,
    attribute,
    connected,
    result_of,
)
from wire import apdu, association, axdr, dialogue, obis, wrapper
from wire.dialogue import AccessRefused, AssociationRefused

DENIED, UNDEFINED, INCONSISTENT, UNMATCHED, OUT_OF_SCOPE = 3, 4, 9, 12, 13
TEMPORARY = 2


def test_what_anybody_may_know_of_a_dcu():
    bench = connected(PUBLIC)
    assert bench.get(NAME, sap=PUBLIC) == b"ODC07310001"
    assert bench.get(TERMINAL, sap=PUBLIC) == "07310001"
    assert bench.get(FIRMWARE, sap=PUBLIC) == VERSION
    octets = bench.get(CLOCK, sap=PUBLIC)
    assert axdr.parse_date_time(octets) == bench.clock.utc_s()
    assert octets[9:] == b"\x00\x00\x00"  # UTC, and the clock is good


def test_the_public_client_sees_nothing_else_and_sets_nothing():
    bench = connected(PUBLIC, readings=2)
    for object_ in OTHERS:
        for index in (1, 2, 3, 7):
            refused = result_of(bench.get, object_, index, sap=PUBLIC)
            assert refused == UNDEFINED, object_
        assert result_of(bench.set, object_, axdr.u32(1), sap=PUBLIC) == UNDEFINED
    for object_ in PUBLIC_ONES:
        assert result_of(bench.set, object_, axdr.u32(1), sap=PUBLIC) == DENIED
    assert bench.readings.marks == []


def test_the_management_client_reads_all():
    bench = connected(readings=3, alarms=2, meters=1)
    for object_ in PUBLIC_ONES + OTHERS:
        assert bench.get(object_, 1) == obis.parse(object_[1])
        assert result_of(bench.get, object_) == 0, object_
    counts = [bench.get(each) for each in (READINGS_LAST, ALARMS_LAST)]
    assert counts == [3, 2]
    assert [bench.get(each) for each in (READINGS_MARK, ALARMS_MARK)] == [0, 0]
    entries = [bench.get(each, 7) for each in (READINGS, ALARMS, ARCHIVE)]
    assert entries == [3, 2, 1]
    for object_ in (READINGS, ALARMS, ARCHIVE):
        assert bench.get(object_, 4) == 0 and bench.get(object_, 8) == 0xFFFFFFFF


def test_an_empty_dcu_has_empty_buffers():
    bench = connected()
    for object_ in (READINGS, ALARMS, ARCHIVE):
        assert (bench.get(object_), bench.get(object_, 7)) == ([], 0)
        assert bench.range(object_, 1, 0xFFFFFFFF) == []
        if object_ != ARCHIVE:
            assert bench.entries(object_, 1, 0) == []
    assert [bench.get(each) for each in (READINGS_LAST, ALARMS_LAST)] == [0, 0]


def test_the_objects_named_in_attribute_3_are_as_many_as_a_row_has_columns():
    bench = connected(readings=1, alarms=1, meters=1)
    for object_ in (READINGS, ALARMS, ARCHIVE):
        columns, row = bench.get(object_, 3), bench.get(object_)[0]
        assert len(columns) == len(row)
        for class_id, ln, index, _ in columns:
            assert class_id in (1, 3, 8) and len(ln) == 6 and index == 2
        assert len({ln + bytes([n]) for n, (_, ln, _, _) in enumerate(columns)}) == len(row)


def test_what_is_not_there_is_told_from_what_is_of_another_class():
    bench = connected()
    for index in (0, 3, 4, 8, 9, 127, 255):
        assert result_of(bench.get, READINGS_MARK, index) == UNDEFINED, index
    assert result_of(bench.get, (1, "0.0.96.129.9.255")) == UNDEFINED
    assert result_of(bench.get, (1, READINGS[1])) == INCONSISTENT
    assert result_of(bench.set, (3, READINGS_MARK[1]), axdr.u32(0)) == INCONSISTENT


def test_of_the_records_nothing_can_be_set_but_the_marks_and_no_method_called():
    bench = connected(readings=1)
    for object_ in (NAME, TERMINAL, FIRMWARE) + (
        READINGS,
        READINGS_LAST,
        ALARMS,
        ALARMS_LAST,
        ARCHIVE,
    ):
        assert result_of(bench.set, object_, axdr.u32(0)) == DENIED, object_
    assert result_of(bench.set, READINGS_MARK, axdr.octets(b""), 1) == DENIED
    for method in (1, 2, 127):
        call = dialogue.action(7, obis.parse(READINGS[1]), method, axdr.i8(0))
        assert result_of(bench.do, call) == UNDEFINED


def test_a_mark_goes_forward_up_to_the_last_record_and_never_back():
    for object_, options in ((READINGS_MARK, {"readings": 5}), (ALARMS_MARK, {"alarms": 5})):
        bench = connected(**options)
        for given, then in ((0, 0), (3, 3), (3, 3), (1, 3), (0, 3), (5, 5)):
            bench.set(object_, axdr.u32(given))
            assert bench.get(object_) == then, (object_, given)


def test_a_mark_beyond_the_last_record_or_below_none_is_refused():
    bench = connected(readings=5, alarms=5)
    for object_ in (READINGS_MARK, ALARMS_MARK):
        for data in (axdr.u32(6), axdr.u32(0xFFFFFFFF), axdr.i8(-1), axdr.u64((1 << 64) - 1)):
            assert result_of(bench.set, object_, data) == OUT_OF_SCOPE, data
    assert bench.readings.marks == [] and bench.alarm_journal.marks == []


def test_a_mark_that_is_no_number_is_refused_and_any_integer_type_will_do():
    bench = connected(readings=5)
    for data in (
        axdr.null(),
        axdr.boolean(True),
        axdr.visible("3"),
        axdr.octets(b"\x03"),
        axdr.array([axdr.u32(3)]),
        axdr.structure([axdr.u32(3)]),
        b"\x17\x40\x40\x00\x00",  # float32 3.0
    ):
        assert result_of(bench.set, READINGS_MARK, data) == UNMATCHED, data
    assert bench.readings.marks == []
    for value, data in enumerate((axdr.u8(1), axdr.u16(2), axdr.i32(3), axdr.u64(4)), 1):
        bench.set(READINGS_MARK, data)
        assert bench.get(READINGS_MARK) == value


def test_a_mark_that_the_disk_refuses_is_refused_and_set_when_there_is_room():
    bench = connected(readings=5, alarms=5)
    for object_, journal in ((READINGS_MARK, bench.readings), (ALARMS_MARK, bench.alarm_journal)):
        journal.full = True
        assert result_of(bench.set, object_, axdr.u32(3)) == TEMPORARY
        assert bench.get(object_) == 0
        journal.full = False
        bench.set(object_, axdr.u32(3))
        assert bench.get(object_) == 3


def test_rows_that_the_disk_does_not_give_are_refused_for_now():
    bench = connected(readings=5, alarms=5)
    for object_, journal in ((READINGS, bench.readings), (ALARMS, bench.alarm_journal)):
        journal.broken = True
        assert result_of(bench.get, object_) == TEMPORARY
        journal.broken = False
        assert len(bench.get(object_)) == 5


def refused(bench, **options):
    try:
        bench.associate(**options)
    except AssociationRefused as refusal:
        return refusal.diagnostic
    return None


def test_with_a_password_set_the_right_one_opens_and_any_other_does_not():
    bench = CosemBench(readings=1, password=PASSWORD)
    assert refused(bench) == association.MECHANISM_REQUIRED
    wrong = ("", "x", PASSWORD[:-1], PASSWORD + "x", PASSWORD.upper(), METER_PASSWORD)
    for password in wrong:
        assert refused(bench, password=password) == association.AUTHENTICATION_FAILURE, password
        assert not_associated(bench)
    assert refused(bench, password=PASSWORD) is None
    assert bench.get(READINGS_LAST) == 1


def not_associated(bench):
    try:
        bench.get(READINGS_LAST)
    except AccessRefused as refusal:
        return refusal.exception.state == apdu.NOT_ALLOWED
    return False


def test_a_password_of_the_longest_size_opens_too():
    longest = "p" * 64
    bench = CosemBench(password=longest)
    assert refused(bench, password=longest[:-1]) == association.AUTHENTICATION_FAILURE
    assert refused(bench, password=longest) is None


def test_the_public_client_needs_no_password_and_other_clients_do_not_exist():
    bench = CosemBench(password=PASSWORD)
    assert refused(bench, sap=PUBLIC) is None
    assert bench.get(TERMINAL, sap=PUBLIC) == "07310001"
    for sap in (0, 2, 15, 17, 0x7F, 0xFFFF):
        assert refused(bench, sap=sap) == association.NO_REASON
        assert refused(bench, sap=sap, password=PASSWORD) == association.NO_REASON


def test_a_changed_password_is_asked_for_in_the_next_connection():
    bench = CosemBench()
    assert refused(bench) is None
    bench.settings.put("cosem.password", PASSWORD)
    assert bench.get(READINGS_LAST) == 0
    bench.reconnect()
    assert refused(bench) == association.MECHANISM_REQUIRED
    assert refused(bench, password=PASSWORD) is None


def test_no_password_is_in_anything_that_can_be_read():
    bench = CosemBench(readings=2, alarms=2, meters=3, password=PASSWORD)
    bench.associate(password=PASSWORD)
    for object_ in PUBLIC_ONES + OTHERS:
        for index in range(1, 12):
            request = apdu.GetRequest(0xC1, attribute(object_, index), None)
            octets = bench.server.answer(MANAGEMENT, 1, apdu.encode(request))
            for secret in (PASSWORD, METER_PASSWORD):
                assert octets.find(secret.encode()) < 0, (object_, index)


def test_no_answer_is_longer_than_the_wrapper_carries_whatever_the_client_takes():
    bench = CosemBench(readings=64, alarms=64, meters=256)
    wanted = [attribute(each) for each in (ARCHIVE, READINGS, ALARMS, ARCHIVE)]
    for max_pdu in (0, 0xFFFF, wrapper.LENGTH_MAX + 1, 100):
        bench.associate(max_pdu=max_pdu)
        request = apdu.encode(apdu.GetListRequest(0xC1, [(each, None) for each in wanted]))
        answer = bench.server.answer(MANAGEMENT, 1, request)
        wrapper.encode(wrapper.Wrapper(1, 1, answer))
        rows = [value for _, value in bench.do(dialogue.get_list(wanted))]
        assert [len(each) for each in rows] == [256, 64, 64, 256]


def test_the_terminal_id_is_that_of_the_settings_now():
    bench = connected()
    bench.settings.put("terminal.number", "00FF")
    assert bench.get(TERMINAL) == "073100FF" and bench.get(NAME) == b"ODC073100FF"


def known(bench):
    found = cosem.clients(bench.settings, bench.keys)
    return {sap: (found[sap].mechanism, found[sap].secret) for sap in found}


def test_each_client_has_its_own_password_and_the_reader_none_by_default():
    bench = CosemBench(password=PASSWORD)
    assert known(bench) == {
        PUBLIC: (association.NONE, b""),
        MANAGEMENT: (association.LLS, PASSWORD.encode()),
    }
    bench.settings.put("cosem.reader_password", "other")
    assert known(bench)[READER] == (association.LLS, b"other")
    bench.settings.put("cosem.password", "")
    assert known(bench)[MANAGEMENT] == (association.NONE, b"")
