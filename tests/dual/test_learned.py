"""What was learned of each meter: kept, forgotten with it, bounded. Runs on both interpreters."""

from dcu.learned import Learned
from tests.kept import Kept


class Bench:
    def __init__(self, data=None):
        self.kept = Kept(data)
        self.said = []
        self.learned = self.restarted()

    def restarted(self):
        return Learned(self.kept, lambda part, text: self.said.append(text))


def values(known):
    return known.info, known.window, known.lists, known.access


def test_what_is_stored_is_there_after_a_restart():
    bench = Bench()
    known = bench.learned.of(5)
    known.info, known.window, known.lists = 512, 3, True
    bench.learned.of(6).access = False
    bench.learned.seen(5, b"47110815")
    bench.learned.store()
    after = bench.restarted()
    assert values(after.of(5)) == (512, 3, True, None)
    assert values(after.of(6)) == (None, None, None, False)
    assert values(after.of(7)) == (None, None, None, None)
    assert after.serial(5) == "47110815" and after.serial(6) == ""


def test_nothing_new_is_not_written():
    bench = Bench()
    bench.learned.of(5)
    bench.learned.store()
    assert bench.kept.saves == 0
    bench.learned.of(5).lists = False
    for _ in range(3):
        bench.learned.store()
    assert bench.kept.saves == 1


def test_a_disk_that_refuses_is_asked_again():
    bench = Bench()
    bench.learned.of(5).lists = True
    bench.kept.full = True
    bench.learned.store()
    assert "not stored yet" in bench.said[0]
    bench.kept.full = False
    bench.learned.store()
    assert bench.kept.saves == 1


def test_another_serial_number_is_another_meter():
    bench = Bench()
    known = bench.learned.of(5)
    for serial in (b"4711", "4711", None, (), True):
        bench.learned.seen(5, serial)
        known.lists = True
    bench.learned.seen(5, b"4712")
    assert known.lists is None and bench.learned.of(5) is known
    assert len(bench.said) == 1 and "4712, was 4711" in bench.said[0]


def test_a_serial_number_is_kept_short_and_in_its_column():
    bench = Bench()
    bench.learned.seen(5, b"1,2," + bytes([65]) * 99)
    assert bench.learned.serial(5) == "1.2." + "A" * 28
    bench.learned.seen(6, b"\x00\n")
    assert bench.learned.serial(6) == "000a"
    bench.learned.store()
    assert bench.restarted().serial(5) == "1.2." + "A" * 28


def test_a_serial_number_that_is_text_forges_no_line_of_the_log_or_the_file():
    bench = Bench()
    bench.learned.of(5).lists = True
    for serial in ("4711", "1\n6,x,2030,7,1,1\r", "2\x1b[2J", "é"):
        bench.learned.seen(5, serial)
    assert bench.learned.serial(5) == "."
    assert [text for text in bench.said if "1.6.x.2030" in text]
    assert all([" " <= each <= "~" for text in bench.said for each in text])
    bench.learned.seen(5, "1\n6,x,2030,7,1,1\r")
    bench.learned.store()
    after = bench.restarted()
    assert after.serial(5) == bench.learned.serial(5) and after.serial(6) == ""
    assert values(after.of(6)) == (None, None, None, None)


def test_what_does_not_fit_in_what_is_stored_is_not_known():
    head = b"mp,serial,info,window,lists,access\n"
    for row, expected in (
        (b"5,x,8,1,1,0", (8, 1, True, False)),
        (b"5,x,2030,7,,", (2030, 7, None, None)),
        (b"5,x,7,1,,", (None, None, None, None)),
        (b"5,x,2031,1,,", (None, None, None, None)),
        (b"5,x,128,8,,", (None, None, None, None)),
        (b"5,x,128,0,2,y", (None, None, None, None)),
        (b"5,x,128,1", (None, None, None, None)),
        (b"0,x,128,1,,", (None, None, None, None)),
        (b"", (None, None, None, None)),
    ):
        assert values(Bench(head + row).learned.of(5)) == expected, row


def test_it_says_in_words_what_is_known():
    bench = Bench()
    known = bench.learned.of(5)
    assert bench.learned.words(5) == ""
    known.info, known.window, known.lists, known.access = 512, 3, True, False
    assert bench.learned.words(5) == "512×3, lists"
