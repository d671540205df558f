"""What has gone over each bearer, by day and month. In virtual time."""

from dcu.alarm_codes import TEXT, VOLUME_EXCEEDED
from dcu.tally import NAMES, SAVE_S, Tally
from tests.dual.scripted_hes import answers, ask_and_see, run, seconds
from tests.kept import Kept

DAY_S = 86_400


class Clock:
    now_s = 1_735_689_600  # 2025-01-01

    def utc_s(self):
        return self.now_s


class Bench:
    def __init__(self):
        self.clock, self.kept, self.figures = Clock(), Kept(), {"uplink.month_kib": 0}
        self.events = []
        self.tally = self.anew()

    def anew(self):
        return Tally(
            self.kept, self.clock, self.figures.get, lambda *told: self.events.append(told)
        )

    def row(self, period, bearer="modem"):
        rows = [row for row in self.tally.status() if row["bearer"] == bearer]
        return [row for row in rows if row["period"] == period][0]


def test_octets_and_logins_are_counted_for_the_bearer_the_day_and_the_month():
    bench = Bench()
    assert bench.tally.status() == []
    for n, name in enumerate(NAMES, 1):
        bench.tally.count("modem", name, n)
        bench.tally.count("modem", name, n)
    bench.tally.count("ethernet", "sent", 7)
    for period, when in (("day", "2025-01-01"), ("month", "2025-01")):
        row = bench.row(period)
        assert row["when"] == when and [row[name] for name in NAMES] == [2, 4, 6, 8, 10, 12, 14]
    assert bench.row("day", "ethernet")["sent"] == 7


def test_another_day_and_another_month_begin_at_nothing_and_the_last_ones_stay():
    bench = Bench()
    for day in range(33):
        bench.tally.count("modem", "sent", 100 + day)
        bench.clock.now_s += DAY_S
    assert (bench.row("day")["when"], bench.row("day")["sent"]) == ("2025-02-02", 132)
    assert (bench.row("last day")["when"], bench.row("last day")["sent"]) == ("2025-02-01", 131)
    assert (bench.row("month")["when"], bench.row("month")["sent"]) == ("2025-02", 131 + 132)
    assert bench.row("last month")["sent"] == sum(range(100, 131))


def test_they_outlive_a_restart_and_are_written_once_an_hour_at_most():
    bench = Bench()
    saves = []
    save, bench.kept.save = bench.kept.save, lambda data: (saves.append(data), save(data))
    for _ in range(SAVE_S * 5 // 100):
        bench.tally.count("modem", "received", 1)
        bench.clock.now_s += 100
    assert len(saves) == 4
    assert len(saves[-1]) < 200
    bench.tally.save()
    before = bench.tally.status()
    bench.tally = bench.anew()
    assert bench.tally.status() == before and bench.row("day")["received"] == 180


def test_a_damaged_line_of_the_file_is_passed_over():
    bench = Bench()
    good = b"modem,day,2025-01-01,1,2,3,4,5,6,7\n"
    for bad in (b"", b"\n", b"modem,day\n", good.replace(b"7", b"x"), good.replace(b"day", b"d")):
        bench.kept.save(bad + good + bad)
        bench.tally = bench.anew()
        assert [row["online_s"] for row in bench.tally.status()] == [7], bad
        bench.tally.save()
        assert bench.kept.data == good


def test_the_signal_of_a_day_is_its_weakest_its_mean_and_its_strongest():
    bench = Bench()
    bench.tally.count("modem", "sent", 5)
    assert "signal_mean_dbm" not in bench.row("day")
    for dbm in (-80, -95, -71, -80):
        bench.tally.hears("modem", dbm)
    for period in ("day", "month"):
        row = bench.row(period)
        found = [row["signal_" + name + "_dbm"] for name in ("min", "mean", "max")]
        assert found == [-95, -82, -71] and row["sent"] == 5  # 81.5
    bench.tally.save()
    before = bench.tally.status()
    bench.tally = bench.anew()
    assert bench.tally.status() == before
    bench.clock.now_s += DAY_S
    bench.tally.hears("modem", -60)
    assert bench.row("day")["signal_min_dbm"] == bench.row("day")["signal_max_dbm"] == -60
    assert bench.row("last day")["signal_min_dbm"] == -95
    assert bench.row("month")["signal_max_dbm"] == -60
    bench.clock.now_s += SAVE_S
    bench.kept.save(b"")
    bench.tally.hears("modem", -60)
    assert bench.kept.load(), "written once an hour, too"


def test_a_month_past_its_limit_is_an_event_once():
    bench = Bench()
    bench.figures["uplink.month_kib"] = 2
    for name, amount in (("sent", 1000), ("received", 1047), ("online_s", 5000), ("logins", 1)):
        bench.tally.count("modem", name, amount)
    assert bench.events == []
    for _ in range(3):
        bench.tally.count("modem", "sent", 1)
        bench.tally.count("modem", "online_s", 5000)
    assert bench.events == [(VOLUME_EXCEEDED, 0, "modem: 2 KiB in this month")]
    assert VOLUME_EXCEEDED in TEXT
    bench.clock.now_s += 31 * DAY_S
    bench.tally.count("modem", "received", 5000)
    assert len(bench.events) == 2


def test_the_uplink_counts_what_it_sends_hears_and_loses():
    async def scene(bench):
        await seconds(1_000)
        await ask_and_see(bench)
        row = bench.tally.status()[0]
        assert row["sent"] == len(bench.stream.written) and 90 < row["received"] < 200
        assert row["logins"] == 1 and 990 <= row["online_s"] <= 1_002
        bench.answers.clear()
        bench.answers.update({1: None, 3: None})
        bench.unplugged.append("main")
        await seconds(1_000)
        row = bench.tally.status()[0]
        assert (row["logins"], row["heartbeats_missed"]) == (1, 3)
        assert row["redials"] >= 3 and row["resets"] >= 1
        assert len(answers(bench)) == 1

    bench = run(scene)
    assert bench.new_tally().status() == bench.tally.status(), "kept when it is stopped"
