"""What the panel remembers over a restart: wrong passwords, and a change nobody has confirmed."""

import json

from boards.panel_memory import PANEL, WEB, Memory
from hal.errors import PortError
from lcd_menu.lock import Lock
from tests.dual.panel_plant import Plant
from tests.kept import Kept

CHANNEL = "enter down*4 enter"


class PowerCut(Exception):
    pass


class Power:
    """Goes at the save number `cut`, before or after it reaches the disk."""

    def __init__(self, cut, is_after):
        self.left = cut
        self.is_after = is_after

    def save(self, kept, data):
        self.left -= 1
        if self.left == 0 and not self.is_after:
            raise PowerCut()
        kept.data = data
        if self.left == 0:
            raise PowerCut()


class Disk:
    def __init__(self, kept, power):
        self.data = kept.data
        self.power = power

    def load(self):
        return self.data

    def save(self, data):
        self.power.save(self, data)


def channel_after_a_cut(cut, is_after):
    """uplink.channel after a power cut at some save, and a start; None when there was none."""
    plant = Plant(1).press(CHANNEL).unlock()
    power = Power(cut, is_after)
    settings = plant.dcu.settings._kept = Disk(plant.kept, power)
    notes = plant.memory._kept = Disk(plant.notes, power)
    try:
        plant.press("down enter down enter")
        return None
    except PowerCut:
        pass
    stored = b"\n" + (settings.data or b"")
    plant.dcu.settings._kept = plant.kept
    channel = "modem" if b"\nuplink.channel=modem\n" in stored else "ethernet"
    plant.dcu.settings.put("uplink.channel", channel)
    plant.notes = Kept(notes.data)
    plant.start().wait(0)
    assert plant.memory.remembered() is None
    return plant.dcu.settings.get("uplink.channel")


def test_a_power_cut_before_the_yes_leaves_the_old_value_and_after_it_the_new_one():
    after = []
    for cut in range(1, 6):
        after.append((channel_after_a_cut(cut, False), channel_after_a_cut(cut, True)))
    old = "ethernet"
    assert after == [(old, old), (old, old), (old, old), (old, "modem"), (None, None)]


def test_what_the_hes_has_set_before_the_power_cut_stays():
    plant = Plant(1).press("enter down*5 enter enter").unlock().press("up enter")
    assert plant.rows()[1] == "Keep? 60 s"
    plant.dcu.settings.put("hes.main", "10.0.0.1:4059")
    plant.start().wait(0)
    assert plant.dcu.settings.get("hes.main") == "10.0.0.1:4059"
    assert plant.memory.remembered() is None


def test_a_change_that_cannot_be_remembered_is_not_made():
    plant = Plant(1).press(CHANNEL).unlock()
    plant.notes.full = True
    plant.press("down enter")
    assert "no space" in " ".join(plant.rows())
    assert plant.dcu.settings.get("uplink.channel") == "ethernet"


def test_a_yes_that_cannot_be_kept_is_said_and_the_change_taken_back():
    plant = Plant(1).press(CHANNEL).unlock().press("down enter")
    plant.notes.full = True
    plant.press("down enter")
    assert "no space" in " ".join(plant.rows())
    plant.wait(60)
    assert plant.dcu.settings.get("uplink.channel") == "ethernet"
    plant.notes.full = False
    plant.wait(10)
    assert plant.memory.remembered() is None and Memory(plant.notes).remembered() is None


def test_a_second_change_of_the_network_takes_the_first_one_back():
    plant = Plant(1).press(CHANNEL).unlock().press("down enter")
    plant.menu.leave()
    plant.press(CHANNEL).unlock()
    assert plant.dcu.settings.get("uplink.channel") == "ethernet"
    plant.press("down enter down enter")
    assert plant.dcu.settings.get("uplink.channel") == "modem"
    assert plant.wait(100).dcu.settings.get("uplink.channel") == "modem"


def test_a_restart_does_not_shorten_the_wait_for_another_try():
    plant = Plant(1).press(CHANNEL)
    for _ in range(3):
        plant.type("999999")
    assert plant.rows()[2] == "Wait 60 s"
    plant.start().press(CHANNEL)
    wait_s = int(plant.rows()[2].split()[1])
    assert 55 <= wait_s <= 60
    plant.wait(60 - 30).press("up").wait(30).press("back enter")
    plant.type("999999")
    assert "Wait 120 s" in plant.rows()
    plant.start()
    assert plant.menu.lock.wait_ms(plant.dcu.clock.ms) == 120_000
    plant.wait(120).press("enter").press(CHANNEL).unlock()
    assert plant.menu.lock.is_open and Memory(plant.notes).wrong(PANEL) == 0


def test_the_page_and_the_panel_are_counted_apart():
    notes = Kept()
    memory = Memory(notes)
    memory.note_wrong(WEB)(7)
    memory.note_wrong(PANEL)(2)
    again = Memory(notes)
    assert (again.wrong(WEB), again.wrong(PANEL)) == (7, 2)


def test_a_full_disk_keeps_nobody_from_trying():
    notes = Kept()
    notes.full = True
    memory = Memory(notes)
    memory.note_wrong(PANEL)(3)
    assert memory.wrong(PANEL) == 3
    try:
        memory.remember(["a", None, "b", None])
        raise AssertionError("kept")
    except PortError:
        pass
    assert memory.remembered() is None


def test_a_right_password_writes_nothing_when_none_was_wrong():
    plant = Plant(1).press(CHANNEL).unlock()
    assert plant.menu.lock.is_open and plant.notes.saves == 0


def test_what_is_kept_has_no_secret_and_what_is_damaged_is_nothing():
    plant = Plant(1).press(CHANNEL).type("999999").unlock().press("down enter")
    stored = plant.notes.data.decode()
    assert json.loads(stored)["change"] == ["uplink.channel", None, "ethernet", "modem"]
    assert "135792" not in stored and "999999" not in stored
    for text in (b"", b"{", b"[1]", b"7", b'{"panel": "x", "web": -1, "change": [1, 2, 3, 4]}'):
        memory = Memory(Kept(text))
        assert (memory.wrong(PANEL), memory.wrong(WEB), memory.remembered()) == (0, 0, None)
    for text in (b'{"panel": 99999}', b'{"change": ["a"]}', b'{"change": {}}'):
        memory = Memory(Kept(text))
        assert memory.wrong(PANEL) in (0, 1000) and memory.remembered() is None


def test_a_change_of_something_that_is_no_more_is_forgotten():
    plant = Plant(1)
    plant.notes = Kept(b'{"change": ["no.such", null, "a", "b"]}')
    plant.start().wait(0)
    assert not plant.menu._unconfirmed.is_there and plant.title() == "OpenDCU"


def test_a_change_that_is_refused_leaves_nothing_to_take_back():
    plant = Plant(1).press("enter down*5 enter enter").unlock().press("up*3 enter")
    assert "each part 0 - 255" in plant.rows()
    assert plant.notes.saves == 2 and plant.memory.remembered() is None
    assert not plant.menu._unconfirmed.is_there


def test_a_disk_that_refuses_is_asked_every_ten_seconds():
    plant = Plant(1).press(CHANNEL).unlock().press("down enter")
    asked = []
    plant.kept.full = True
    real = plant.model.put

    def put(key, row, text):
        asked.append(plant.dcu.clock.ms)
        real(key, row, text)

    plant.model.put = put
    for _ in range(95):
        plant.wait(1)
    assert len(asked) == 4


def test_only_who_gives_the_right_password_has_come_in():
    came = []
    lock = Lock(entered=lambda: came.append(1))
    for typed, password, expected in (
        ("111111", "123456", 0),
        ("000000", "", 0),  # in factory state it opens only the setting of one
        ("123456", "123456", 1),
    ):
        lock.take(typed, password, 0)
        assert len(came) == expected, typed
