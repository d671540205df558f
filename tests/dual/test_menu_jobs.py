"""What is begun at the panel and takes its time: reading a meter, searching a bus."""

from hal import coop
from hal.errors import NoReply
from tests.dual.console_bench import Found
from tests.dual.panel_plant import Plant
from tests.virtual import run_virtual
from wire import axdr

READ_NOW = "enter enter enter enter down*7 enter"
SEARCH = "enter enter down*2 enter enter"


def shown_after(plant, keys):
    """(rows at once, rows when the job has ended)"""

    async def main():
        before = plant.press(keys).rows()
        await coop.sleep_ms(1000)
        return before, plant.rows()

    return run_virtual(main())


def test_a_meter_is_read_without_a_password():
    plant = Plant(2)
    plant.bench.values = {"1.0.1.8.0.255/2": 1234, "1.0.1.8.0.255/3": (0, 30)}
    before, after = shown_after(plant, READ_NOW)
    assert before[:2] == ["Read now", "..."]
    assert "1234 Wh" in " ".join(after), after


def test_the_time_of_a_meter_is_shown_as_the_clock_of_the_panel_is():
    plant = Plant(2)
    plant.dcu.settings.put("clock.zone", "CET-1")
    noon = axdr.date_time(1_795_435_207, 0)  # 12:00:07 UTC
    plant.bench.values = {
        "0.0.1.0.0.255/2": noon,
        "1.0.1.8.0.255/2": 7,
        "1.0.1.8.0.255/3": (0, 30),
    }
    _, after = shown_after(plant, READ_NOW)
    told = " ".join(after[1:])
    assert told.split() == "0.0.1.0.0.255: 2026-11-23 13:00:07; 1.0.1.8.0.255: 7 Wh".split(), after


def test_why_a_meter_cannot_be_read_is_said():
    plant = Plant(2)
    plant.bench.values = NoReply("MP 1: no answer")
    _, after = shown_after(plant, READ_NOW)
    assert "MP 1: no answer" in after


def test_a_bus_is_searched_and_what_is_there_is_listed():
    plant = Plant(2)
    plant.bench.found = {18: Found(18, 1, "ODC", "1"), 99: Found(99, 1, "ODC", "2")}
    _, after = shown_after(plant, SEARCH)
    assert after[:2] == ["RS485-1", "18 new; 99 new"], after
    plant = Plant(3)
    plant.bench.found = {19: Found(19, 1, "ODC", "1")}
    _, after = shown_after(plant, SEARCH)
    assert after[1] == "19 MP 3", after


def test_an_empty_bus_is_said_to_be_one():
    _, after = shown_after(Plant(2), SEARCH)
    assert "no meter answers" in " ".join(after)


def test_one_job_at_a_time_and_the_same_one_is_not_begun_twice():
    plant = Plant(2)

    async def main():
        again = plant.press(READ_NOW + " back enter").rows()
        plant.press("back back down enter down*7 enter")
        told = " ".join(plant.rows())
        await coop.sleep_ms(1000)
        opened = list(plant.bench.opened)
        plant.press("back enter")
        await coop.sleep_ms(1000)
        return again, told, opened, plant.bench.opened

    again, told, opened, afterwards = run_virtual(main())
    assert again[1] == "..."
    assert "one at a time" in told
    assert opened == [1] and afterwards == [1, 2]


def test_what_came_of_it_is_there_when_one_comes_back():
    plant = Plant(2)
    plant.bench.values = NoReply("MP 1: no answer")
    shown_after(plant, READ_NOW)
    assert plant.model.show("meter.read", 1) == "MP 1: no answer"
    assert plant.model.show("meter.read", 2) == ""
