"""Whatever the keys: the panel never fails, changes nothing unasked, and comes back to idle; and
with the right ones everything can be set."""

import json
import sys

from dcu.cosem_settings import settings_rows
from dcu.schema import AFTER_RESTART, SCHEMA, SECRETS, find
from lcd_menu.cells import DIGITS, HEX_DIGITS, PRINTABLE
from lcd_menu.engine import ICONS_MAX, KEYS
from lcd_menu.lines import width
from lcd_menu.render import frame
from tests.dual.panel_plant import Plant
from tests.dual.panel_screens import plant_at
from wire import axdr

MONKEY_KEYS = 100_000 if sys.implementation.name == "cpython" else 10_000
DRAWN_EVERY = 16
LEFT_ALONE_EVERY = 4096
ALL_SETTINGS = "enter down*11 enter down*3 enter"

SAMPLES = {  # of each kind of setting, not the default of any
    "text": "Ab9",
    "secret": "Ab9",
    "sim_pin": "4711",
    "bcd": "1234",
    "terminal": "00A1",
    "host": "h.example:81",
    "addresses": "10.0.0.7,::1",
    "zone": "CET-1",
    "key": "0123456789ABCDEF" * 2,
    "numbers": "7,47",
    "severities": "1=alarm,22=info",
    "ipv4": "dhcp",
}


class Dice:
    """The same on both interpreters: x' = 1664525 x + 1013904223 mod 2^32."""

    def __init__(self, seed):
        self._x = seed

    def below(self, sides):
        self._x = (1664525 * self._x + 1013904223) & 0xFFFFFFFF
        return (self._x >> 8) % sides


def wild(plant, dice, keys):
    """Random keys at random times, and the world changes meanwhile."""
    dcu = plant.dcu
    plant.model.start = lambda key, row: None  # there is no task loop here
    for number in range(1, keys + 1):
        dcu.clock.ms += (0, 20, 200, 1500)[dice.below(4)]
        plant.menu.press(KEYS[dice.below(6)], dcu.clock.ms)
        plant.kept.full = number % 64 < 8
        if number % DRAWN_EVERY == 0:
            screen = plant.screen()
            assert [width(row) for row in screen.rows] == [20] * 10
            assert screen.inverted is None or 1 <= screen.inverted < 10
            assert len(screen.icons) <= ICONS_MAX
        if number % LEFT_ALONE_EVERY == 0:
            plant.wait(60)
            assert plant.title() == "OpenDCU" and not plant.screen().is_lit
            assert not plant.menu.lock.is_open
            plant.set_meters(dice.below(20))


def test_a_monkey_without_the_password_changes_nothing():
    plant = Plant(5)
    before = plant.kept.data, plant.kept.saves
    wild(plant, Dice(2026), MONKEY_KEYS)
    assert (plant.kept.data, plant.kept.saves) == before
    assert plant.dcu.ending == "" and plant.dcu.clock.shift_s == Plant(0).dcu.clock.shift_s


def test_a_monkey_behind_the_password_never_fails_and_stores_what_is_allowed():
    plant, dice = Plant(5), Dice(7)
    for _ in range(MONKEY_KEYS // 500):
        plant.kept.full = False
        plant.menu.lock.is_open = True
        plant.dcu.settings.put("panel.language", "en")
        wild(plant, dice, 100)
        bytes(frame(plant.screen()))
    assert plant.kept.saves > 10, "the monkey has set next to nothing"


def typed(plant, text, alphabets):
    """Puts `text` into the cells of the editor that is open, from the first one on."""
    editor = plant.menu._stack[-1]._editor
    for at in range(max(len(text), len(editor.text()))):
        wanted = text[at] if at < len(text) else " "
        alphabet = alphabets[min(at, len(alphabets) - 1)]
        plant.press("right" if at else "")
        now = editor._cells[at]
        if now == wanted or not alphabet:
            continue
        steps = alphabet.index(wanted) - (alphabet.index(now) if now in alphabet else -1)
        plant.press(("up*%d" if steps > 0 else "down*%d") % abs(steps))


def other_value(setting, now):
    """A value that the setting does not have yet."""
    if setting.kind == "number":
        return str(setting.high - 1 if now != str(setting.high - 1) else setting.high)
    return SAMPLES[setting.kind][: setting.high or 12]


def set_one(plant, index, setting):
    plant.press("back*9 " + ALL_SETTINGS + " down*%d enter" % index)
    if plant.title() == "Password":
        plant.unlock()
    now = plant.dcu.settings._texts.get(setting.key, setting.default)
    if setting.kind == "choice":
        plant.press("down enter")
        wanted = setting.low[(setting.low.index(now) + 1) % len(setting.low)]
    else:
        wanted = other_value(setting, now)
        places = len(str(setting.high)) if setting.kind == "number" else 0
        text = "0" * (places - len(wanted)) + wanted
        alphabet = {"number": DIGITS, "bcd": DIGITS, "terminal": HEX_DIGITS}.get(setting.kind)
        alphabet = " " + HEX_DIGITS if setting.kind == "key" else alphabet or PRINTABLE
        typed(plant, text, [alphabet])
        plant.press("enter")
    if setting.kind != "choice":
        is_later = setting.key.split(".")[0] in AFTER_RESTART
        said = plant.menu.say("Stored; in use after a restart")[:14]
        assert (said in plant.rows()[1]) == is_later, setting.key
    if plant.rows()[1] == plant.menu.say("Keep? 60 s"):
        plant.press("down enter")
    return wanted


def in_the_hes(settings):
    """{key: value} as the HES reads them, by COSEM."""
    (row, _) = settings_rows(settings)
    text = axdr.decode_all(row.cells[2].read(None)).decode()
    return dict([line.split("=", 1) for line in text.split("\n")])


def test_every_setting_can_be_set_by_keys_alone_and_is_then_in_the_store_and_at_the_hes():
    plant, set_ = walked()
    shown = {key: "(set)" if find(key).kind in SECRETS else set_[key] for key in set_}
    found = in_the_hes(plant.dcu.settings)
    assert {key: found[key] for key in shown} == shown
    if sys.implementation.name == "cpython":
        from tests.contract.web_bench import Bench

        bench = Bench(plant)
        _, _, body = bench.ask("GET", "/settings", token=bench.login())
        on_the_web = {key: value for key, value, _ in json.loads(body)}
        assert {key: on_the_web[key] for key in shown} == shown


def walked():
    """(a plant on which every setting was set by keys, {key: value})"""
    plant, set_ = Plant(0), {}
    settings = [setting for setting in SCHEMA if setting.key != "panel.password"]
    assert plant.press(ALL_SETTINGS).title().startswith("All settings")
    for index, setting in enumerate(settings):
        if setting.key == "panel.idle_s":
            continue  # below: it is how long this walk may stand still
        wanted = set_[setting.key] = set_one(plant, index, setting)
        stored = f"\n{setting.key}={wanted}\n".encode()
        assert stored in b"\n" + plant.kept.data, (setting.key, wanted, plant.rows())
    index = [setting.key for setting in settings].index("panel.idle_s")
    set_["panel.idle_s"] = wanted = set_one(plant, index, settings[index])
    assert plant.dcu.settings.get("panel.idle_s") == int(wanted)
    assert len(set_) == len(settings)
    return plant, set_


def test_a_screen_is_reached_by_the_same_keys_each_time():
    assert plant_at("enter down*7 enter").title() == "Version"
