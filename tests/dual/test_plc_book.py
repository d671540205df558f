"""What is kept of a G3 network: addresses, the group key, the frame counters, rows of the archive;
and its totals."""

from dcu import plc_book
from dcu.archive import Archive
from dcu.plc_book import Book
from dcu.plc_totals import Totals
from drivers.g3_note import Note
from drivers.g3_start import FrameCounters
from tests.kept import Kept, refusal


def eui(number):
    return b"\x02\x53\x49\xff\xfe" + number.to_bytes(3, "big")


def book_of(kept, count):
    book = Book(kept)
    for number in range(1, count + 1):
        book.joined(eui(number), book.place(eui(number)))
    return book


def test_a_meter_keeps_its_address_over_restarts():
    kept = Kept()
    book_of(kept, 3)
    again = Book(kept)
    assert again.members() == [(1, eui(1)), (2, eui(2)), (3, eui(3))]
    assert again.place(eui(2)) == 2 and again.place(eui(4)) == 4
    assert again.eui(3) == eui(3) and again.eui(9) is None


def test_who_was_given_an_address_is_a_member_once_it_has_joined():
    book = Book(Kept())
    short = book.place(eui(1))
    assert book.short(eui(1)) is None
    assert not book.joined(eui(1), short + 1) and not book.joined(eui(2), short)
    assert book.joined(eui(1), short) and book.short(eui(1)) == short


def test_an_address_is_durable_before_the_meter_is_told():
    kept = Kept()
    book = book_of(kept, 1)
    kept.full = True
    assert "no space left" in refusal(book.place, eui(2))
    assert len(book) == 1 and book.eui(2) is None
    kept.full = False
    assert book.place(eui(2)) == 2 and len(Book(kept)) == 2


def test_who_joins_again_costs_no_writing():
    kept = Kept()
    book = book_of(kept, 2)
    saves = kept.saves
    book.joined(eui(1), book.place(eui(1)))
    assert kept.saves == saves


def test_who_was_put_out_is_out_after_a_restart_and_comes_back_to_its_address():
    kept = Kept()
    book_of(kept, 2).put_out(eui(1))
    book = Book(kept)
    assert book.short(eui(1)) is None and book.members() == [(2, eui(2))]
    assert book.joined(eui(1), book.place(eui(1)))
    assert Book(kept).short(eui(1)) == 1


def test_a_full_book_makes_room_for_none_but_in_the_place_of_one_that_is_out():
    kept = Kept()
    most = plc_book.ENTRIES_MAX
    lines = [str(most)] + [f"{eui(n).hex()} {n} in" for n in range(1, most + 1)]
    kept.data = "\n".join(lines).encode()
    book = Book(kept)
    assert len(book) == most
    assert "members, the most" in refusal(book.place, eui(most + 1))
    book.put_out(eui(7))
    assert book.place(eui(most + 1)) == most + 1  # 7 rests: routes may still lead there
    assert len(book) == most and book.eui(7) is None


def test_addresses_begin_anew_after_the_last_and_no_two_meters_share_one():
    kept = Kept(f"{plc_book.SHORT_MAX - 1}\n{eui(1).hex()} 1 in".encode())
    book = Book(kept)
    assert [book.place(eui(n)) for n in (2, 3)] == [plc_book.SHORT_MAX, 2]


def test_a_damaged_book_is_read_as_far_as_it_is_one():
    text = f"x\n{eui(1).hex()} 5 in\n{eui(2).hex()} 0 in\n{eui(3).hex()} 32768 in\nzz 7 in\n1 2"
    assert Book(Kept(text.encode())).members() == [(5, eui(1))]


def test_frame_counters_are_kept():
    kept = Kept()
    assert Note(kept).load() is None
    Note(kept).save(FrameCounters(4_000_000_000, 7, 1))
    assert Note(kept).load() == FrameCounters(4_000_000_000, 7, 1)


def test_counters_that_wrap_are_counted_on_and_those_that_begin_anew_too():
    totals = Totals()
    for sent, dropped in ((5, 65_530), (9, 65_535), (4_294_967_290, 3), (10, 4)):
        totals.add({"sent": sent, "dropped_route": dropped})
    assert totals.values == {"sent": 4_294_967_290 - 5 + 16, "dropped_route": 10}
    totals.add({"sent": 20, "dropped_route": 4})
    totals.add({"sent": 3, "dropped_route": 1})  # not near its end: it was set to 0
    assert totals.values == {"sent": 4_294_967_301 + 13, "dropped_route": 11}
    totals.restarted()
    totals.add({"sent": 100, "dropped_route": 1})
    assert totals.values == {"sent": 4_294_967_314 + 100, "dropped_route": 12}


def test_a_meter_behind_the_slot_has_a_number_an_eui_and_a_key_that_is_not_shown():
    archive = Archive(Kept())
    text = "mp,address,channel,eui,psk\n1,123456789012,plc,025349FFFE000001," + "AB" * 16
    archive.import_csv(text)
    meter = archive.find_eui(bytes.fromhex("025349fffe000001"))
    assert (meter.mp, meter.address, meter.psk) == (1, 123_456_789_012, b"\xab" * 16)
    assert archive.find_eui(bytes(8)) is None
    assert "ab" * 16 not in archive.export_csv().lower()
    archive.import_csv(archive.export_csv())  # a masked key is kept
    assert archive.get(1).psk == b"\xab" * 16


def test_no_two_meters_have_one_eui_and_none_on_a_bus_has_any():
    archive = Archive(Kept())
    archive.import_csv("mp,address,channel,eui\n1,5,plc,025349FFFE000001\n3,7,plc,\n4,8,plc,")
    for row, words in (
        ("2,6,plc,025349fffe000001", "duplicate eui: MP 1 and MP 2"),
        ("2,6,rs485-1,025349fffe000002", "channel plc alone"),
        ("2,16382,rs485-1,", "at most 16381"),
        ("2,1000000000000,plc,", "999999999999"),
        ("2,6,plc,0253", "16 hex digits"),
    ):
        assert words in refusal(archive.import_csv, "mp,address,channel,eui\n" + row), row
