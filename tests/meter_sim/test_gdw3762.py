"""The simulated 376.2 module, by itself: what the protocol promises, and what may go wrong."""

import json
import random

from meter_sim import gdw3762_air, gdw3762_frame
from meter_sim.gdw3762_frame import PRM, UP, Frame, bcd
from meter_sim.gdw3762_world import World, digits_of
from tests.dual.codec_checks import vectors

MASTER = "000021200007"
ONE, TWO = digits_of(1), digits_of(2)


def down(sequence, afn, fn, data=b"", meter=None, control=0x41):
    """A frame of a concentrator: its octets made by hand, and not by what is tested."""
    body = bytes([control, 4 if meter else 0, 0, 0, 0, 0, sequence])
    if meter:
        body += bytes(reversed(bytes.fromhex(MASTER))) + bytes(reversed(bytes.fromhex(meter)))
    body += bytes([afn, 1 << (fn - 1) % 8, (fn - 1) // 8]) + data
    return b"\x68" + (len(body) + 5).to_bytes(2, "little") + body + bytes([sum(body) & 255, 0x16])


def up(octets):
    """(control, sequence, AFN, Fn, data) of what a module has said."""
    assert octets[-2] == sum(octets[3:-2]) & 255 and octets[1] | octets[2] << 8 == len(octets)
    at = 22 if octets[4] & 4 else 10
    fn = octets[at + 2] * 8 + octets[at + 1].bit_length()
    return octets[3], octets[9], octets[at], fn, octets[at + 3 : -2]


class Host:
    def __init__(self, meters=3, answer=lambda asked, now_ms: b"re " + asked[1], **nature):
        self.said = []
        self.world = World(
            meters,
            1,
            nature.pop("band", "broadband"),
            self._hear,
            random.Random(1).random,
            lambda number: answer,
            is_telling=nature.pop("is_telling", False),
            **nature,
        )
        self.module = self.world.module
        self.world.power_on()
        self._sequence = 0
        self.reads = lambda number: b""  # what 14 F1 is answered by

    def _hear(self, octets):
        control, sequence, afn, fn, data = up(octets)
        self.said.append((control, sequence, afn, fn, data))
        if not control & PRM:
            return
        answer = down(sequence, 0x00, 1, b"\xff\xff\xff\xff\x00\x00", control=0x01)
        if afn == 0x14:
            octets = self.reads(gdw3762_frame.digits(data[1:7]))
            words = bytes([2 if octets else 1, 0, len(octets)]) + octets + b"\x00"
            answer = down(sequence, 0x14, 1, words, control=0x01)
        self.module.hear(answer, self.module.baud)

    def wait(self, seconds):
        self.world.events.run_until(self.world.events.now_ms + 1000 * seconds)

    def ask(self, afn, fn, data=b"", meter=None, seconds=20):
        """(AFN, Fn, data) of the answer."""
        self._sequence += 1
        self.module.hear(down(self._sequence, afn, fn, data, meter), self.module.baud)
        before = len(self.said)
        self.wait(seconds)
        found = [each for each in self.said[before:] if each[1] == self._sequence]
        assert len(found) == 1 and not found[0][0] & PRM, found
        return found[0][2:]

    def add(self, *numbers):
        rows = b"".join([bcd(digits_of(number)) + b"\x00" for number in numbers])
        assert self.ask(0x11, 1, bytes([len(numbers)]) + rows) == DONE


DONE = (0x00, 1, b"\xff\xff\xff\xff\x00\x00")


def denied(code):
    return (0x00, 2, bytes([code]))


def test_every_published_request_is_understood_and_nothing_that_is_damaged():
    for vector in vectors("qgdw3762"):
        octets, known = bytes.fromhex(vector["hex"]), vector.get("decoded")
        found = gdw3762_frame.Ear().frames(octets, 0)
        if vector["valid"] and not known:
            continue
        if not known or known["dir"] == "up":
            assert not found
            continue
        ends = (known["src"], known["dst"]) if known.get("src") else None
        data = bytes.fromhex(known["data"])
        said = Frame(octets[3], known["seq"], ends, known["AFN"], known["fn"][0], data)
        assert found == [said], vector["meaning"]
        split = gdw3762_frame.Ear()
        assert [frame for each in octets for frame in split.frames(bytes([each]), 0)] == [said]
        broken = octets[:-3] + bytes([octets[-3] ^ 1]) + octets[-2:]
        assert not gdw3762_frame.Ear().frames(broken, 0)


def test_a_module_says_who_it_is_and_how_it_works():
    host = Host(drive=1)
    assert host.ask(0x03, 1)[2] == b"SMS1\x15\x06\x23\x00\x01"
    works = host.ask(0x03, 10)[2]
    assert len(works) == 41 and works[0] == 0x40 | 0x10 | 3
    assert host.ask(0x05, 1, bcd(MASTER)) == DONE
    assert host.ask(0x03, 4)[2] == bcd(MASTER)
    assert host.ask(0x03, 99) == denied(10)
    assert host.ask(0x77, 1) == denied(4)
    assert host.ask(0x05, 4, b"\x01\x02") == denied(2)


def test_nodes_are_added_once_listed_in_parts_and_deleted():
    host = Host(5)
    host.add(1, 2, 3)
    assert host.ask(0x11, 1, b"\x01" + bcd(TWO) + b"\x00") == denied(6)
    total, rows = host.ask(0x10, 1)[2], host.ask(0x10, 2, b"\x02\x00\x05")[2]
    assert total[:2] == b"\x03\x00" and rows[:3] == b"\x03\x00\x02" and rows[3:9] == bcd(TWO)
    assert host.ask(0x11, 2, b"\x01" + bcd(TWO)) == DONE
    assert host.ask(0x11, 2, b"\x01" + bcd(TWO)) == denied(7)
    assert sorted(host.module.nodes) == [ONE, digits_of(3)]
    assert host.ask(0x01, 2) == DONE and not host.module.nodes


def test_a_meter_is_read_by_13_and_by_02_and_a_silent_one_gives_nothing():
    host = Host()
    host.add(1)
    assert host.ask(0x13, 1, b"\x00\x00\x00\x02hi", ONE)[2][2:] == b"\x00\x05re hi"
    assert host.ask(0x02, 1, b"\x00\x02hi", ONE)[2] == b"\x00\x05re hi"
    assert host.ask(0x13, 1, b"\x00\x00\x00\x02hi", TWO) == denied(7)
    assert host.ask(0x13, 1, b"\x00\x00\x00\x02hi") == denied(1)
    assert host.world.command("silent 1") == "ok"
    assert host.ask(0x13, 1, b"\x00\x00\x00\x02hi", ONE, 70)[2][2:] == b"\x00\x00"
    host.world.command("off 1")
    assert host.ask(0x13, 1, b"\x00\x00\x00\x02hi", ONE, 70)[2][2:] == b"\x00\x00"


def test_one_meter_is_asked_at_a_time():
    host = Host()
    host.add(1, 2)
    for sequence, meter in ((200, ONE), (201, TWO)):
        host.module.hear(down(sequence, 0x13, 1, b"\x00\x00\x00\x01x", meter), 9600)
    host.wait(30)
    assert [each[1:4] for each in host.said[-2:]] == [(201, 0x00, 2), (200, 0x13, 1)]


def test_a_module_that_drives_asks_for_every_node_and_reports_what_it_was_told_to_read():
    host = Host(drive=2)
    host.add(1, 2, 3)
    wanted = [b"first", b"second"]
    host.reads = lambda number: wanted.pop(0) if number == TWO and wanted else b""
    assert host.ask(0x12, 1) == DONE
    host.wait(60)
    asked = [each[4][1:7] for each in host.said if each[2] == 0x14]
    assert asked == [bcd(ONE), bcd(TWO), bcd(TWO), bcd(TWO), bcd(digits_of(3))]
    reports = [each[4] for each in host.said if each[2:4] == (0x06, 2)]
    assert [each[6:] for each in reports] == [b"re first", b"re second"]
    assert reports[0][:2] == b"\x02\x00"
    assert host.said[-1][2:] == (0x06, 3, b"\x01")
    assert json.loads(host.world.command("stats"))["read"] == 3


def test_while_it_reads_a_meter_for_itself_it_is_busy_and_paused_it_is_not():
    host = Host(drive=3)
    host.add(1)
    host.world.node(1).reply_ms = 5_000
    host.reads = lambda number: b"x"
    host.ask(0x12, 1, seconds=2)
    assert host.ask(0x13, 1, b"\x00\x00\x00\x01x", ONE, 1) == denied(9)
    assert host.ask(0x12, 2, seconds=1) == DONE
    assert host.ask(0x13, 1, b"\x00\x00\x00\x01y", ONE)[2][-4:] == b"re y"


def test_what_nobody_answers_is_said_three_times_and_then_no_more():
    host = Host(is_telling=True)
    host._hear = None
    heard = []
    host.module._out = heard.append
    host.module.reboot()
    host.wait(60)
    assert [up(each)[:4] for each in heard] == [(UP | PRM | 3, 1, 0x03, 10)] * 3


def test_a_restart_keeps_the_nodes_unless_it_is_of_the_kind_that_does_not():
    for keeps in (True, False):
        host = Host(keeps_nodes=keeps)
        host.add(1)
        assert host.ask(0x01, 1) == DONE
        assert len(host.module.nodes) == keeps


def test_a_search_reports_who_is_there_and_not_listed():
    host = Host(6)
    host.add(2)
    host.world.command("off 3")
    found = []
    host.ask(0x11, 5, bytes(6) + b"\x05\x00\x03\x01")
    for each in host.said:
        if each[2:4] == (0x06, 4):
            found += [each[4][at : at + 6] for at in range(1, len(each[4]), 12)]
    assert sorted(found) == sorted([bcd(digits_of(number)) for number in (1, 4, 5, 6)])
    assert host.said[-1][2:] == (0x06, 3, b"\x02")


def test_far_meters_are_reached_over_others_and_take_longer():
    for band in gdw3762_air.BANDS:
        host = Host(120, band=band)
        ways = [host.world.air.way(number) for number in range(1, 121)]
        assert len([way for way in ways if way]) > 110
    host = Host(120, band="narrowband")
    levels = {len(host.world.air.way(number)): number for number in range(1, 121)}
    near, far = digits_of(levels[1]), digits_of(levels[2])
    for number in (levels[1], levels[2]):
        host.add(number)
    assert host.ask(0x10, 3, bcd(near))[2] == b"\x00"
    assert host.ask(0x10, 3, bcd(far))[2][1:7] == bcd(digits_of(host.world.air.way(levels[2])[0]))
    times = []
    for number in (near, far):
        before = len(host.said)
        host.module.hear(down(77, 0x13, 1, b"\x00\x00\x00\x01x", number), 9600)
        began_ms = host.world.events.now_ms
        while len(host.said) == before:
            host.wait(0.01)
        times.append(host.world.events.now_ms - began_ms)
    assert times[1] > 1.3 * times[0]


def test_at_another_rate_nothing_is_understood():
    host = Host()
    host.module.hear(down(1, 0x03, 1), 38400)
    host.wait(5)
    assert not host.said
