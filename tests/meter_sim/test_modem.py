"""The simulated module, by sessions that are on file, and by what goes wrong with it."""

import heapq
import pathlib

import pytest

from meter_sim import modem_commands
from meter_sim.modem import LINE_MAX, Module, Nature
from meter_sim.modem_cli import DIALECTS
from tests.dual.modem_town import Town, echo

SESSIONS = pathlib.Path(__file__).parents[1] / "vectors" / "modem"
WAIT_MS = 20_000


class Moments:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self._todo = []
        self._now_ms = 0

    def now_ms(self):
        return self._now_ms

    def at(self, when_ms, act, octets=b""):
        heapq.heappush(self._todo, (when_ms, len(self._todo), id(act), act, octets))

    def go_on(self, ms):
        ends_ms = self._now_ms + ms
        while self._todo and self._todo[0][0] <= ends_ms:
            self._now_ms, _, _, act, octets = heapq.heappop(self._todo)
            act(octets)
        self._now_ms = ends_ms


class Desk:
    """A person at the module."""

    def __init__(self, dialect="quectel", **nature):
        self.moments = Moments()
        self.town = Town(self.moments)
        self.town.hosts[4000] = echo
        self.said = b""
        own = Nature()
        own.baud = 38400
        vars(own).update(nature)
        self.module = Module(DIALECTS[dialect], self.moments, self.town, self._hear, own)

    def _hear(self, octets):
        self.said += octets

    def types(self, octets, baud=38400):
        self.module.hear(octets, baud)

    def reads(self, ms=WAIT_MS):
        """The lines that have come."""
        self.moments.go_on(ms)
        said, self.said = self.said, b""
        return [line.strip() for line in said.decode().replace("\r", "\n").split("\n") if line]

    def happens(self, words):
        peers = [peer for peer in self.town.peers if peer.is_open]
        acts = {
            "hang up": lambda: peers[0].hang_up(),
            "call 4059": lambda: self.town.call_in(4059),
            "dark": lambda: setattr(self.town, "is_dark", True),
            "context": lambda: self.module.dialect.lose_context(self.module),
        }
        acts[words]()


@pytest.mark.parametrize("dialect", ["sim800", "sim76", "quectel"])
def test_a_session_goes_as_it_is_on_file(dialect):
    desk, wanted = Desk(dialect), []
    for line in [*(SESSIONS / f"{dialect}.txt").read_text().splitlines(), "! end"]:
        mark, _, text = line.partition(" ")
        if mark == "<":
            wanted.append(text)
        elif mark != "#":
            assert desk.reads() == wanted, line
            wanted = []
            if mark == ">":
                desk.types(text.encode() + b"\r")
            elif mark == ">>":
                desk.types(text.replace("\\n", "\n").encode())
            elif text != "end":
                desk.happens(text)


def test_another_rate_is_not_understood_and_the_change_is_answered_at_the_old_one():
    desk = Desk(baud=115200)
    desk.types(b"AT\r", 38400)
    assert desk.reads() == []
    desk.types(b"ATE0\rAT+IPR=38400\r"[:5], 115200)
    desk.reads()
    desk.types(b"AT+IPR=38400\r", 115200)
    assert desk.reads(10) == ["OK"]
    desk.types(b"AT\r", 38400)
    assert desk.reads(5) == [], "not yet"
    desk.reads()
    desk.types(b"AT\r", 38400)
    assert desk.reads() == ["OK"]
    desk.module.restart()
    assert desk.module.baud == 115200, "it was not saved"


def test_a_data_connection_is_left_by_plus_signs_with_silence_around():
    desk = Desk(echo=False)
    desk.module.answer_data()
    desk.reads()
    for early in (b"AT\r", b"+++AT\r", b"++"):
        desk.types(early)
        assert desk.reads(2_000) == []
    desk.types(b"x")
    desk.types(b"+++")
    assert desk.reads(2_000) == [], "no silence before"
    desk.types(b"+++")
    desk.moments.go_on(500)
    desk.types(b"y")
    assert desk.reads(2_000) == [], "no silence after"
    desk.types(b"+++")
    assert desk.reads(2_000) == ["OK"]


def test_what_is_said_to_a_module_at_work_is_lost():
    desk = Desk(echo=False, answer_ms=100)
    desk.types(b"AT\rAT\r")
    assert desk.reads() == ["OK"]


def test_that_octets_wait_is_said_once_until_they_are_fetched():
    desk = Desk(echo=False)
    desk.types(b'AT+QICSGP=1,1,"x","","",0\r')
    desk.reads()
    desk.types(b"AT+QIACT=1\r")
    desk.reads()
    desk.types(b'AT+QIOPEN=1,0,"TCP","192.0.2.1",4000,0,0\r')
    desk.reads()
    (peer,) = desk.town.peers
    for _ in range(2):
        peer.say(b"one")
        peer.say(b"two")
        assert desk.reads() == ['+QIURC: "recv",0']
        desk.types(b"AT+QIRD=0,1500\r")
        assert desk.reads() == ["+QIRD: 6", "onetwo", "OK"]


def test_a_line_that_is_too_long_is_forgotten():
    desk = Desk(echo=False)
    desk.types(b"AT" + b"x" * LINE_MAX + b"AT\r")
    assert desk.reads() == ["OK"]


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_whatever_is_typed_is_answered(dialect):
    for name in sorted({**DIALECTS[dialect].COMMANDS, "+CPIN": 0, "+IPR": 0, "+CMEE": 0}):
        for tail in ("", "?", "=?", "=", "=x", "=1", '="', "=9,9,9,9,9,9,9", "=,,,,,,,", "=-1,5"):
            desk = Desk(dialect, echo=False)
            desk.types(f"AT{name}{tail}\r".encode())
            said = desk.reads()
            assert said, name + tail


def test_the_commands_of_the_person_at_the_module():
    desk = Desk(echo=False)

    def told(line):
        return modem_commands.command(desk.module, line)

    assert "EC25 38400 bit/s" in told("status")
    for line in ("registration 5", "signal 31", "operator X", "late 7", "split 3", "chatter 20"):
        assert told(line) == "ok"
    assert (desk.module.registration, desk.module.csq) == (5, 31)
    assert told("notify +CREG: 1") == "ok" and desk.reads() == ["+CREG: 1"]
    assert told("no-carrier") == "ok" and desk.reads() == ["NO CARRIER"]
    assert told("mute 5") == "ok"
    desk.types(b"AT\r")
    assert desk.reads(4_900) == []
    desk.moments.go_on(200)
    desk.module.nature.chatter = 0
    desk.types(b"AT\r")
    assert desk.reads() == ["OK"]
    assert told("ping no") == "ok" and desk.town.is_dark
    assert told("reboot") == "ok" and "RDY" in desk.reads()
    for wrong in ("", "nonsense", "signal", "signal 100", "sim lost", "baud 7", "ping maybe"):
        assert told(wrong).startswith("error: "), wrong
