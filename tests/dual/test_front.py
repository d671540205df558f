"""The display and the keypad of the device: opened, lost, opened again; the DCU runs on."""

import os

from boards import front, gpio_line
from boards.panel import Panel
from dcu.alarm_codes import PORT_BACK, PORT_LOST
from hal import coop
from hal.errors import PortError
from hal.files import Files
from hal.lamps import Lamps
from lcd_menu.owner import WEB
from tests.dual.panel_plant import Plant
from tests.kept import refusal
from tests.part import Part
from tests.virtual import run_virtual


class Gadget:
    """A display and a keypad of cardboard; `gone` unplugs it."""

    WANTS = "frame"

    def __init__(self):
        self.keys = []
        self.shown = []
        self.told = []
        self.gone = False
        self.opened = self.closed = 0

    def open(self, text):
        if self.gone:
            raise PortError(f"{text}: no such device")
        self.opened += 1
        return self

    def close(self):
        self.closed += 1

    def _check(self):
        if self.gone:
            raise PortError("gadget: no such device")

    async def read(self, timeout_ms):
        await coop.sleep_ms(timeout_ms if not self.keys else 1)
        self._check()
        return self.keys.pop(0) if self.keys else None

    def contrast(self, level):
        self.told.append(("contrast", level))

    def light(self, is_lit):
        self.told.append(("light", is_lit))

    def show(self, frame):
        self._check()
        if not self.shown or self.shown[-1] != frame:
            self.shown.append(frame)


class Bench:
    def __init__(self):
        self.plant = Plant(2)
        self.dcu = self.plant.dcu
        self.dcu.panel = Panel(self.dcu, self.plant.memory)
        self.alarms = []
        self.dcu.alarms.raise_alarm = lambda code, mp, text: self.alarms.append((code, text))
        self.gadget = Gadget()

    def run(self, make, play):
        async def main():
            running = coop.spawn(make(self.dcu, self.gadget.open).run(Part()))
            await play()
            await coop.stop(running)

        run_virtual(main())


async def later(ms=1_100):
    await coop.sleep_ms(ms)


def test_keys_of_the_keypad_are_taken_and_go_before_all_others():
    bench = Bench()
    bench.dcu.settings.put("panel.keypad", "/dev/input/event0")
    bench.dcu.panel.press("wake", "w", WEB)

    async def play():
        bench.gadget.keys = ["up", "enter", "down"]
        await later()

    bench.run(front.keypad, play)
    assert "> Time" in bench.dcu.panel.press("")["text"]
    assert "the panel itself" in refusal(bench.dcu.panel.press, "up", "w", WEB)


def test_what_others_press_is_seen_on_the_display_at_once():
    bench = Bench()
    bench.dcu.settings.put("panel.display", "/dev/fb0")

    async def play():
        await later(10)
        before = len(bench.gadget.shown)
        bench.dcu.panel.press("enter")
        await later(10)
        assert len(bench.gadget.shown) == before + 1

    bench.run(front.display, play)
    assert bench.gadget.shown[-1] == bench.dcu.panel.shown()["frame"]


def test_contrast_and_light_are_told_when_they_change():
    bench = Bench()
    bench.dcu.settings.put("panel.display", "/dev/fb0")

    async def play():
        await later()
        bench.dcu.settings.put("panel.contrast", "3")
        await later()
        bench.dcu.clock.ms += 60_000
        await later()

    bench.run(front.display, play)
    assert bench.gadget.told == [
        ("contrast", 8),
        ("light", True),
        ("contrast", 3),
        ("light", False),
    ]


def machine():
    """A folder with three LEDs, as Linux shows them."""
    folder = os.getenv("DUAL_TMP") + "/leds"
    for name, most in (("led0", b"1\n"), ("led1", b"255\n"), ("led2", b"255\n")):
        files = Files(folder + "/" + name)
        files.replace("max_brightness", most)
        files.replace("brightness", b"7")
    return folder


def test_lamps_show_what_is_so_and_all_light_when_they_are_tried():
    bench, folder, seen = Bench(), machine(), []
    bench.dcu.settings.put("panel.lamps", "run=led0,hes=led1,alarm=led2")
    bench.dcu.uplink.state = "off"

    def open_(text):
        return Lamps({"run": "led0", "hes": "led1", "alarm": "led2"}, folder)

    def brightness():
        return [Files(f"{folder}/led{n}").read("brightness").decode() for n in range(3)]

    async def main():
        running = coop.spawn(front.lamps(bench.dcu, open_).run(Part()))
        await later()
        seen.append(brightness())
        bench.dcu.uplink.state = "online"
        await later()
        seen.append(brightness())
        Files(folder + "/led0").replace("brightness", b"9")
        await later()
        seen.append(brightness())
        await coop.stop(running)

    run_virtual(main())
    assert seen == [["1", "0", "0"], ["1", "255", "0"], ["9", "255", "0"]]
    assert bench.alarms == []


def test_an_unplugged_device_is_an_event_and_so_is_its_return():
    for make, key in ((front.keypad, "panel.keypad"), (front.display, "panel.display")):
        bench = Bench()
        bench.dcu.settings.put(key, "/dev/it")

        async def play(bench=bench):
            await later()
            bench.gadget.gone = True
            await later(60_000)
            bench.gadget.gone = False
            await later(10_000)

        bench.run(make, play)
        assert [code for code, _ in bench.alarms] == [PORT_LOST, PORT_BACK], bench.alarms
        assert bench.alarms[0][1] == f"{key}: gadget: no such device"
        assert bench.gadget.opened == bench.gadget.closed == 2


def test_a_device_that_opens_and_does_not_work_is_one_event():
    bench = Bench()
    bench.dcu.settings.put("panel.display", "/dev/it")

    def broken(frame):
        raise PortError("gadget: no such device")

    bench.gadget.show = broken

    async def play():
        await later(60_000)

    bench.run(front.display, play)
    assert [code for code, _ in bench.alarms] == [PORT_LOST]
    assert bench.gadget.opened == bench.gadget.closed > 10


def test_a_device_is_used_as_long_as_it_is_set():
    bench = Bench()

    async def play():
        await later()
        assert bench.gadget.opened == 0
        bench.dcu.settings.put("panel.keypad", "/dev/a")
        await later(2_200)
        bench.dcu.settings.put("panel.keypad", "/dev/b")
        await later(2_200)
        bench.dcu.settings.put("panel.keypad", "")
        await later(2_200)

    bench.run(front.keypad, play)
    assert (bench.gadget.opened, bench.gadget.closed, bench.alarms) == (2, 2, [])


def test_a_setting_that_names_nothing_is_said_once():
    for make, key, text in (
        (front.keypad, "panel.keypad", "gpio:1,x:3"),
        (front.keypad, "panel.keypad", "gpio:1"),
        (front.keypad, "panel.keypad", "gpio:1/2/3:4"),
        (front.keypad, "panel.keypad", "gpio:99/1:99/2"),
        (front.keypad, "panel.keypad", "/nowhere/event0"),
        (front.lamps, "panel.lamps", "run"),
        (front.lamps, "panel.lamps", "run=led0,fan=led1"),
        (front.lamps, "panel.lamps", "run=../../etc"),
        (front.lamps, "panel.lamps", "run=led-of-nobody"),
        (front.display, "panel.display", "oled"),
        (front.display, "panel.display", "luma:"),
        (front.display, "panel.display", "luma:ssd1306:usb"),
        (front.display, "panel.display", "/nowhere/fb0"),
    ):
        bench = Bench()
        bench.dcu.settings.put(key, text)
        bench.run(lambda dcu, open_, make=make: make(dcu), lambda: later(20_000))
        assert [code for code, _ in bench.alarms] == [PORT_LOST], (text, bench.alarms)


def test_another_name_that_is_none_either_is_said_too():
    bench = Bench()

    async def play():
        bench.gadget.gone = True
        for name in ("/dev/a", "/dev/b"):
            bench.dcu.settings.put("panel.keypad", name)
            await later(20_000)
        bench.gadget.gone = False
        await later(9_000)

    bench.run(front.keypad, play)
    assert [code for code, _ in bench.alarms] == [PORT_LOST, PORT_LOST, PORT_BACK]


def test_lines_of_a_keypad_that_cannot_be_opened_in_full_are_closed():
    opened, closed = [], []

    class Line:
        def __init__(self, number, direction):
            if number == 9:
                raise PortError("GPIO 9: no such device")
            opened.append(number)
            self.close = lambda: closed.append(number)

    real, gpio_line.Line = gpio_line.Line, Line
    try:
        assert "GPIO 9" in refusal(front._keypad_of, "gpio:1,2:3,4,9")
        assert opened == closed == [1, 2, 3, 4]
        front._keypad_of("gpio:1,2:3,4,5").close()
        assert closed == [1, 2, 3, 4] + [1, 2, 3, 4, 5]
    finally:
        gpio_line.Line = real
    assert "6 keys need" in refusal(front._keypad_of, "gpio:1:3,4,5,6,7")


def test_a_lamp_is_no_path():
    for text in ("run=../x", "run=", "run"):
        assert "write LAMP=LED" in refusal(front._lamps_of, text)


def test_a_smaller_display_has_a_smaller_menu():
    bench = Bench()
    panel = bench.dcu.panel
    panel.press("enter")
    bench.dcu.settings.put("panel.size", "128x64")
    shown = panel.press("enter")
    assert shown["size"] == (128, 64) and len(shown["frame"]) == 2 * 128 * 64 // 8
    assert [len(row) for row in shown["rows"]] == [16] * 4 and shown["rows"][0].startswith("Menu")
    assert len(panel.shown()["frame"]) == 1024
