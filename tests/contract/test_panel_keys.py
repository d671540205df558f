"""The keypads of the device: events of Linux, and a matrix of switches."""

import os
import struct
import sys

from hal import coop
from hal.errors import PortError
from hal.event_keys import EventKeypad, _own, keys_in
from hal.files import Files
from hal.gpio import Line
from hal.matrix_keys import LAYOUT, SCAN_MS, MatrixKeypad
from tests.virtual import run_virtual

_made = []


def event(code, value=1, kind=1):
    return struct.pack("llHHi", 1_700_000_000, 5, kind, code, value)


def test_six_keys_are_known_however_often_they_repeat():
    codes = (103, 108, 105, 106, 28, 1)
    octets = b"".join([event(code) for code in codes])
    assert keys_in(octets) == ["up", "down", "left", "right", "enter", "back"]
    assert keys_in(event(103) + event(103, 2) + event(103, 0)) == ["up", "up"]
    assert keys_in(event(14) + event(158) + event(96) + event(353)) == ["back"] * 2 + ["enter"] * 2


def test_other_keys_scan_codes_and_halves_are_left_out():
    assert keys_in(event(30) + event(103, kind=4) + event(0, 0, 0)) == []
    for end in range(len(event(103))):
        assert keys_in(event(28) + event(103)[:end]) == ["enter"]
    for value in (-1, 0x7FFFFFFF):
        assert keys_in(event(28, value)) == ["enter"]


def pipe():
    path = "%s/keys-%d" % (os.getenv("DUAL_TMP") or "/tmp", len(_made))
    _made.append(path)
    assert os.system(f"mkfifo {path}") == 0
    return path


def test_keys_come_one_after_the_other_and_silence_is_none():
    path = pipe()
    ours = _own.open_raw(path, "r+b")  # a pipe that nobody writes to could not be opened

    async def main():
        keypad = EventKeypad(path)
        assert await keypad.read(1) is None
        ours.write(event(103) + event(108))
        assert [await keypad.read(1000), await keypad.read(0)] == ["up", "down"]
        assert await keypad.read(0) is None
        keypad.close()

    coop.run(main())
    ours.close()


def test_a_keypad_that_is_not_there_or_goes_is_said():
    try:
        EventKeypad("/nowhere/event0")
        raise AssertionError("opened")
    except PortError as error:
        assert "/nowhere/event0: does not exist" in str(error)
    path = pipe()
    ours = _own.open_raw(path, "r+b")

    async def main():
        keypad = EventKeypad(path)
        ours.close()
        try:
            await keypad.read(1000)
        except PortError as error:
            return str(error)

    assert "hung up" in coop.run(main())


def test_a_pipe_that_nobody_writes_to_holds_nobody_up():
    if sys.implementation.name == "cpython":  # MicroPython waits until somebody does

        async def main():
            keypad = EventKeypad(pipe())
            try:
                await keypad.read(10)
            except PortError as error:
                assert "hung up" in str(error)

        coop.run(main())


def lines_of(count):
    """Files that stand for lines: (folder, path of the level of each)."""
    folder = "%s/gpio-%d" % (os.getenv("DUAL_TMP") or "/tmp", len(_made))
    _made.append(folder)
    for number in range(count):
        files = Files(f"{folder}/gpio{number}")
        files.replace("direction", b"")
        files.replace("value", b"1\n")
    Files(folder).replace("export", b"")
    return folder


def text(path):
    with open(path) as file:
        return file.read()


def test_a_line_is_exported_turned_set_and_read():
    folder = lines_of(1)
    line = Line(0, "high", folder)
    assert text(folder + "/export") == "0" and text(folder + "/gpio0/direction") == "high"
    assert line() == 1 and line(0) == 0 and text(folder + "/gpio0/value") == "0"
    assert line() == 0
    line.turn("in")
    assert text(folder + "/gpio0/direction") == "in"
    try:
        Line(7, "in", folder)
        raise AssertionError("opened")
    except PortError as error:
        assert "gpio7" in str(error)


class Switches:
    """Two rows and three columns with switches between; `down` are the places pressed."""

    def __init__(self):
        self.down = set()
        self.low = set()
        self.shorted = 0

    def rows(self):
        return [Row(self, number) for number in range(2)]

    def columns(self):
        return [lambda at=at: 0 if self._reaches(at) else 1 for at in range(3)]

    def _reaches(self, column):
        return any([(row, column) in self.down for row in self.low])


class Row:
    def __init__(self, switches, number):
        self._switches = switches
        self._number = number

    def turn(self, direction):
        low = self._switches.low
        if direction == "low":
            assert not low, "two rows are driven at once"
            low.add(self._number)
        else:
            low.discard(self._number)


def keys_of(play, ms):
    """What is told while `play(switches, at ms)` presses."""
    switches = Switches()
    keypad = MatrixKeypad(switches.rows(), switches.columns())
    told = []

    async def main():
        for at in range(0, ms, SCAN_MS):
            switches.down = play(at)
            key = await keypad.read(SCAN_MS)
            if key:
                told.append((at, key))

    run_virtual(main())
    assert not switches.low
    return told


def test_each_place_of_the_matrix_has_its_key():
    for number, key in enumerate(LAYOUT):
        place = (number // 3, number % 3)
        told = keys_of(lambda at, place=place: {place} if 100 <= at < 200 else set(), 400)
        assert [each for _, each in told] == [key]


def test_a_contact_that_bounces_is_one_press():
    told = keys_of(lambda at: {(0, 0)} if at in (100, 140, 180, 200, 220) else set(), 400)
    assert [key for _, key in told] == ["up"]


def test_two_keys_at_once_are_none_until_one_is_left():
    both, one = {(0, 0), (1, 1)}, {(1, 1)}
    told = keys_of(lambda at: both if 100 <= at < 300 else one if 300 <= at < 400 else set(), 600)
    assert [key for _, key in told] == ["enter"]
    ghost = {(0, 0), (0, 1), (1, 0)}
    assert keys_of(lambda at: ghost, 500) == []


def test_a_key_that_is_held_comes_again_after_a_while_and_then_faster():
    told = [at for at, _ in keys_of(lambda at: {(0, 1)}, 2000)]
    gaps = [later - at for at, later in zip(told, told[1:])]
    assert told[0] <= 2 * SCAN_MS and 350 <= gaps[0] <= 450
    assert len(gaps) > 8 and set(gaps[1:]) == {120}
