"""The task list, its plan and what tasks bring, as the HES sees them."""

import json

from dcu import record
from dcu.buffers import TASK_OCTETS_MAX
from dcu.record import DATA_MAX, Record
from storage.files import FileStore
from tests.disk import Disk
from tests.dual.hes_client import CosemBench, connected, result_of
from tests.kept import refusal
from wire import axdr

LIST, REFUSED, PLAN = [(1, f"0.0.96.131.{e}.255") for e in (1, 2, 3)]
RECORDS, NEWEST, MARK = (7, "0.0.99.128.3.255"), (1, "0.0.96.128.3.255"), (1, "0.0.96.129.3.255")
CSV = b"id,kind,period\n3,profile,1h\n"
OTHER_REASON, UNMATCHED = 250, 12


def with_records(taken):
    store = FileStore(Disk())
    journal = store.journal("records", 100)
    for each in taken:
        journal.append(record.pack(each))
    store.commit()
    bench = CosemBench()
    bench.records = journal
    bench.reconnect()
    bench.associate()
    return bench


def test_a_list_is_stored_before_it_is_acknowledged():
    bench = connected()
    bench.set(LIST, axdr.octets(CSV))
    assert b"3,profile,all" in bench.get(LIST)
    assert [task.id for task in bench.tasks.all()] == [0, 3]
    assert bench.get(REFUSED) == b""


def test_a_list_that_is_wrong_is_denied_and_its_reason_can_be_read():
    bench = connected()
    bench.set(LIST, axdr.octets(CSV))
    before = bench.get(LIST)
    wrong = axdr.octets(b"id,kind,period\n3,profile,7h\n")
    assert result_of(bench.set, LIST, wrong) == OTHER_REASON
    assert b"line 2" in bench.get(REFUSED) and bench.get(LIST) == before
    bench.set(LIST, axdr.octets(CSV))
    assert bench.get(REFUSED) == b""


def test_what_is_no_text_is_denied():
    for data in (
        axdr.u8(1),
        axdr.u64(1 << 62),
        axdr.octets(b"\xff\xfe"),
        axdr.array([]),
        axdr.null(),
    ):
        assert result_of(connected().set, LIST, data) in (UNMATCHED, OTHER_REASON), data


def test_the_plan_is_a_document():
    bench = connected(meters=2)
    bench.set(LIST, axdr.octets(CSV))
    assert sorted(json.loads(bench.get(PLAN).decode())) == ["ports", "refusals", "warnings"]


def test_records_are_fetched_by_number_and_acknowledged():
    times = (1_735_689_600, 1_735_689_000)
    bench = with_records([Record(3, n, *times, axdr.u8(n)) for n in range(1, 6)])
    rows = bench.range(RECORDS, 2, 4)
    assert [row[:3] for row in rows] == [(2, 3, 2), (3, 3, 3), (4, 3, 4)]
    assert axdr.decode_all(rows[0][5]) == 2
    assert bench.get(NEWEST) == 5
    bench.set(MARK, axdr.u32(4))
    assert bench.get(MARK) == 4


def test_an_answer_of_large_records_has_an_end_and_one_row_at_least():
    data = axdr.octets(bytes(DATA_MAX - 4))
    bench = with_records([Record(3, n, 1, 1, data) for n in range(1, 30)])
    rows = bench.range(RECORDS, 1, 100)
    assert 1 <= len(rows) <= TASK_OCTETS_MAX // DATA_MAX


def test_what_is_no_record_is_refused():
    good = record.pack(Record(3, 1, 2, 3, b"\x00"))
    assert record.unpack(good).time_s == 3
    for octets in (b"", good[:11], b"\x02" + good[1:]):
        assert "not a record" in refusal(record.unpack, octets)
