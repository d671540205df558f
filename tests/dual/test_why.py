"""Why a reading is there or not, the holes and the rates, of a ledger made by hand."""

from dcu import ledger, reading, verbs_data
from dcu.alarm_codes import CLOCK_INVALID, DATA_CLEARED, STORAGE_DAMAGED
from dcu.alarms import Alarms
from dcu.attempts import Attempt, Attempts, frames_in_words
from dcu.columns import COLUMNS
from dcu.ledger import Entry, Ledger
from dcu.rates import CUTOFFS_S
from dcu.readings import Readings
from hal.errors import Refused
from storage.files import FileStore
from tests.disk import Disk
from tests.dual.cardboard import PERIOD_S, Plant
from tests.dual.phrases import left_in_english
from tests.virtual import UTC_S, run_virtual

DAY_S = 86_400


class Uplink:
    def status(self):
        return {"state": "dialling"}


class Bench:
    """As much of a Dcu as the verbs of data see, on a real store. MP 1 and 2 are on file."""

    def __init__(self):
        plant = Plant(2)
        store = FileStore(Disk())
        names = [column.name for column in COLUMNS]
        self.archive, self.states, self.tasks = self, plant.states, plant.tasks
        self.settings, self.clock = plant, plant.clock
        self.records_on_file = plant.records
        self.profile = store.profile("registers", PERIOD_S, 2000, names)
        self.readings = store.journal("readings", 1000)
        self.kept = Readings(
            store, self.profile, self.readings, plant.task_records, plant.alarm, plant.log
        )
        self.alarms = Alarms(store.journal("alarms", 1000), store, plant.clock, plant.log)
        self.attempts = Attempts(store.journal("attempts", 100), self.kept)
        self.ledger = Ledger(store.profile, self.kept, 2000, UTC_S - 14 * PERIOD_S)
        self.rounds = {}
        self.uplink = Uplink()
        self.said = []

    def meters(self, channel=None):
        return self.records_on_file

    def get(self, mp):
        for record in self.records_on_file:
            if record.mp == mp:
                return record
        raise Refused(f"no meter at MP {mp}")

    def enter(self, mp, slot, what, attempt=1, delay_s=3):
        """An entry for the slot number `slot` before now; with its reading if it is good."""
        slot_s = UTC_S - slot * PERIOD_S
        if what in ledger.GOOD:
            self.kept.put(mp, slot_s, (slot_s, 1000 + slot) + (None,) * 6)
        task = self.tasks.all()[0]
        self.ledger.put(task, mp, Entry(slot_s, what, attempt, slot_s + delay_s, None))
        self.kept.commit()
        return slot_s

    def ask(self, verb, *words):
        async def say(said):
            self.said.append(said)

        async def main():
            return await verb(self, say, *words)

        return run_virtual(main())[1]

    def story(self, mp, time_s):
        (story,) = self.ask(verbs_data.why_reading, str(mp), str(time_s))["stories"]
        for line in story["lines"]:
            assert left_in_english(line) == [], line
        return story["what"], "\n".join(story["lines"])


def test_a_reading_that_is_there_is_told_with_its_number_and_where_it_is():
    bench = Bench()
    slot_s = bench.enter(1, 5, ledger.RECEIVED)
    what, text = bench.story(1, slot_s + 10)
    assert what == "received" and "try 1" in text and "energy_import_wh=1005" in text
    assert "reading 1: waits for the HES, 1 to go; uplink: dialling" in text
    bench.readings.acknowledge(1)
    assert "reading 1: the HES has acknowledged it" in bench.story(1, slot_s)[1]


def test_the_number_of_an_old_reading_is_found_among_many():
    bench = Bench()
    first_s = bench.enter(1, 700, ledger.RECEIVED)
    for slot in range(699, 100, -1):
        bench.kept.put(2, UTC_S - slot * PERIOD_S, (None, slot) + (None,) * 6)
    bench.kept.commit()
    assert "reading 1: waits" in bench.story(1, first_s)[1]
    assert reading.unpack(bench.readings.read(0, 1)[0][1])[0] == 1


def test_a_missing_one_is_told_with_its_tries_and_their_frames_and_what_comes_next():
    bench = Bench()
    slot_s = bench.enter(1, 5, ledger.NO_ANSWER)
    text = "\n".join(["rs485-1 meter 17 does not answer", "sent  7E01", "heard nothing"])
    bench.attempts.put(Attempt(slot_s + 2, 0, 1, slot_s, 1, ledger.NO_ANSWER, text))
    bench.attempts.put(Attempt(slot_s + 2, 0, 2, slot_s, 1, ledger.NO_ANSWER, "of another"))
    bench.kept.commit()
    what, told = bench.story(1, slot_s)
    assert what == "no answer" and "of another" not in told
    for part in (
        "try 1: no answer: rs485-1 meter 17 does not answer",
        "    sent  7E01",
        "load profile, as soon",
    ):
        assert part in told, told
    bench.settings.values["collect.fill_obis"] = ""
    assert "holes are not filled" in bench.story(1, slot_s)[1]
    bench.states.of(bench.get(1)).probe_s = UTC_S + 60
    assert "quarantined" in bench.story(1, slot_s)[1]


def test_a_slot_without_an_entry_is_told_by_when_it_was():
    bench = Bench()
    assert "nothing of this meter" in bench.story(1, UTC_S - 5000)[1]
    bench.enter(1, 50, ledger.RECEIVED)
    assert "no such task then" in bench.story(1, UTC_S - 60 * PERIOD_S)[1]
    assert "the DCU was off; the last" in bench.story(1, UTC_S - 20 * PERIOD_S)[1]
    assert "no time on the bus; the last entry" in bench.story(1, UTC_S - 10 * PERIOD_S)[1]
    bench.kept.is_failing = True
    bench.kept.put(1, UTC_S - 12 * PERIOD_S, (None,) * 8)
    for mp in (1, 2):  # with entries and without any
        told = bench.story(mp, UTC_S - 10 * PERIOD_S)[1]
        assert "the disk takes nothing; kept in memory until it does: 1 reading" in told
    assert "no such task then" in bench.story(1, UTC_S - 60 * PERIOD_S)[1]
    assert "the DCU was off; the last" in bench.story(1, UTC_S - 20 * PERIOD_S)[1]
    assert "not done yet" in bench.story(1, UTC_S)[1]
    assert "in the future" in bench.story(1, UTC_S + 5000)[1]


def test_a_hole_between_two_slots_has_the_reason_that_the_gaps_give():
    for slot, reason in ((18, "the DCU was off"), (12, "no time on the bus")):
        bench = Bench()
        for at in (20, 10):
            bench.enter(1, at, ledger.RECEIVED)
        slot_s = UTC_S - slot * PERIOD_S
        span = (str(slot_s - 9 * PERIOD_S), str(slot_s + 1))
        assert bench.ask(verbs_data.data_gaps, *span, "1")[-1]["reason"] == reason
        assert reason + "; the last entry" in bench.story(1, slot_s)[1]
        assert "no such task then" in bench.story(1, UTC_S - 21 * PERIOD_S)[1]


def test_a_ledger_that_was_lost_since_then_is_named():
    for code in (STORAGE_DAMAGED, DATA_CLEARED):
        bench = Bench()
        bench.alarms.raise_alarm(CLOCK_INVALID, 0, "not this")
        assert "perhaps" not in bench.story(1, UTC_S - 5000)[1]
        bench.alarms.raise_alarm(code, 0, "dcu.db: damaged, set aside as dcu.db.damaged")
        for _ in range(300):
            bench.alarms.raise_alarm(CLOCK_INVALID, 0, "nor this")
        assert "perhaps it was known once" in bench.story(1, UTC_S - 5000)[1]
        assert "dcu.db: damaged, set aside as dcu.db.damaged" in bench.story(1, UTC_S - 5000)[1]
        slot_s = bench.enter(1, 50, ledger.NO_ANSWER)
        assert "perhaps" not in bench.story(1, slot_s)[1]  # of that one there is an entry
        bench.clock.set_utc(UTC_S + 2 * DAY_S)
        assert "perhaps" not in bench.story(1, UTC_S + DAY_S)[1]  # that was after the loss


def test_holes_next_to_one_another_with_one_reason_are_one():
    bench = Bench()
    whats = [ledger.RECEIVED, ledger.NO_ANSWER, ledger.NO_ANSWER, ledger.NO_TIME, None, None]
    whats += [ledger.FILLED, ledger.NO_ANSWER, ledger.RECEIVED]
    for slot, what in zip(range(20, 0, -1), whats):
        if what is not None:
            bench.enter(1, slot, what)
    span = (str(UTC_S - 20 * PERIOD_S), str(UTC_S - 11 * PERIOD_S))
    rows = bench.ask(verbs_data.data_gaps, *span)
    words = [(row["slots"], row["reason"]) for row in rows]
    assert words == [
        (2, "no answer"),
        (1, "no time on the bus"),
        (2, "the DCU was off"),
        (1, "no answer"),
    ]
    assert rows[0]["from_s"] == UTC_S - 19 * PERIOD_S
    assert rows[0]["to_s"] == UTC_S - 18 * PERIOD_S
    assert bench.ask(verbs_data.data_gaps, *span, "2") == []


def test_a_hole_without_an_entry_is_told_by_whether_the_dcu_was_on_and_its_disk_took_anything():
    bench = Bench()
    bench.enter(1, 20, ledger.RECEIVED)
    span = (str(UTC_S - 20 * PERIOD_S), str(UTC_S - 11 * PERIOD_S))
    off = (5, "the DCU was off")  # it was started 14 slots ago
    for is_failing, reason in ((False, "no time on the bus"), (True, "the disk took nothing")):
        bench.kept.is_failing = is_failing
        rows = bench.ask(verbs_data.data_gaps, *span)
        assert [(row["slots"], row["reason"]) for row in rows] == [off, (3, reason)]


def test_rates_count_what_came_in_by_each_time():
    bench = Bench()
    for slot, delay_s in zip(range(20, 10, -1), (1, 300, 301, 900, 3600, 3601, 90_000, 5, 5, 5)):
        bench.enter(1, slot, ledger.RECEIVED, 1, delay_s)
    for slot in range(20, 10, -1):
        bench.enter(2, slot, ledger.NO_ANSWER)
    span = (str(UTC_S - DAY_S), str(UTC_S - 10 * PERIOD_S))
    answer = bench.ask(verbs_data.data_rates, *span, "meter")
    one, two = answer["rows"]
    assert CUTOFFS_S == (300, 900, 3600, 21_600, 86_400)
    assert (one["expected"], one["good"], one["by"]) == (10, 10, [5, 7, 8, 9, 9])
    assert (two["expected"], two["good"], two["by"]) == (10, 0, [0] * 5)
    (all_of_them,) = bench.ask(verbs_data.data_rates, *span, "")["rows"]
    assert (all_of_them["expected"], all_of_them["good"]) == (20, 10)
    assert [row["channel"] for row in bench.ask(verbs_data.data_rates, *span, "port")["rows"]] == [
        "rs485-1"
    ]


def test_readings_are_shown_and_exported():
    bench = Bench()
    for slot in range(20, 10, -1):
        bench.enter(1, slot, ledger.RECEIVED)
    shown = bench.ask(verbs_data.data_show, "1", str(UTC_S - 15 * PERIOD_S), "")
    assert [row[2] for row in shown["rows"]] == [1015, 1014, 1013, 1012, 1011]
    assert bench.ask(verbs_data.data_export, "", "") == "10 readings"
    assert bench.said[0]["columns"][:3] == ["mp", "utc_s", "clock_s"]
    assert bench.said[1]["rows"][0][:2] == [1, UTC_S - 20 * PERIOD_S]


def test_an_export_of_all_time_comes_in_pieces_and_looks_at_no_empty_day():
    bench = Bench()
    count = 2 * verbs_data.ROWS_SAID + 1
    for slot in range(count, 0, -1):
        bench.enter(1, slot, ledger.RECEIVED)
    looked, real = [], bench.profile.query
    bench.profile.query = lambda *span: looked.append(span) or real(*span)
    assert bench.ask(verbs_data.data_export, "0", "") == f"{count} readings"
    pieces = [said["rows"] for said in bench.said[1:]]
    assert [len(rows) for rows in pieces] == [verbs_data.ROWS_SAID] * 2 + [1]
    times = [row[1] for rows in pieces for row in rows]
    assert times == sorted(set(times)) and len(looked) == len(bench.meters())


def test_what_is_no_span_of_time_is_refused():
    bench = Bench()
    for first, last in (("5", "5"), ("x", "5"), ("5", "-1"), ("9", "4")):
        try:
            bench.ask(verbs_data.data_gaps, first, last)
            raise AssertionError("taken")
        except Refused:
            pass


def test_frames_are_shortened_and_silence_is_told():
    lines = frames_in_words([(True, bytes(3)), (False, bytes(100)), (True, b"\x01")])
    assert lines[0] == "sent  000000" and lines[1].endswith("… 100 octets")
    assert lines[2:] == ["sent  01", "heard nothing"]
    assert frames_in_words([]) == []
