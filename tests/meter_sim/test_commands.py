"""Commands to running meters: what each of them changes, and what it refuses."""

import pytest

from meter_sim import commands
from meter_sim.meter import Meter
from meter_sim.plant import Plant
from meter_sim.push import TCP, UDP
from tests.meter_sim.reader import Reader

STANDARD = bytes((0, 0, 99, 98, 0, 255))
CODES = (7, "0.0.99.98.0.255", 2)


@pytest.fixture
def plant():
    return Plant([Meter(17), Meter(18)])


def objects(plant):
    return plant.meters()[0].objects


GOOD = (
    (
        "event 17 255",
        lambda o: o.events.logs[bytes((0, 0, 99, 98, 0, 255))].newest(2**33) == b"\x11\xff",
    ),
    ("alarm 17 0xffffffff", lambda o: o.alarms.bits(bytes((0, 0, 97, 98, 20, 255))) == 2**32 - 1),
    ("error 17 3", lambda o: o.alarms.bits(bytes((0, 0, 97, 97, 0, 255))) == 3),
    ("serial 17 AB-4711", lambda o: o.serial == b"AB-4711"),
    ("clock 17 -7200", lambda o: o.clock.offset_s == -7200),
    ("clock-limit 17 60", lambda o: o.clock.jump_max_s == 60),
    ("clock-limit 17 0", lambda o: o.clock.jump_max_s is None),
    ("image-lose 17 0.1", lambda o: o.image.lose == 0.1),
    ("image-busy 17 2", lambda o: (o.image.verify_busy, o.image.activate_busy) == (2, 2)),
    ("image-fail 17 verify", lambda o: o.image.fails == "verify"),
    ("image-fail 17 none", lambda o: o.image.fails == ""),
    ("push-to 17 tcp:127.0.0.1:4059", lambda o: o.push.destination == (TCP, b"127.0.0.1:4059")),
    ("push-to 17 udp:127.0.0.1:1", lambda o: o.push.destination == (UDP, b"127.0.0.1:1")),
    ("push-to 17 hdlc:102", lambda o: o.push.destination == (5, b"\x66")),
    ("push-as 17 event", lambda o: o.push.as_event),
    ("push 17", lambda o: len(o.push.waiting) == 1),
)


@pytest.mark.parametrize("line, done", GOOD)
def test_a_command_changes_what_it_says(plant, line, done):
    told = []
    plant.after = lambda: told.append(line)
    assert plant.command(line) == "ok" and told == [line]
    assert done(objects(plant))
    assert plant.meters()[1].objects.serial == b"00000018", "the other is as it was"


def test_every_command_has_been_tried():
    assert {line.split()[0] for line, _ in GOOD} == set(commands.COMMANDS)


@pytest.mark.parametrize(
    "line, said",
    (
        ("event 17 0", "from 1 to 255"),
        ("event 17 256", "from 1 to 255"),
        ("event 17", "ADDRESS CODE"),
        ("event 19 1", "17, 18"),
        ("alarm 17 0x100000000", "from 0"),
        ("alarm 17 -1", "from 0"),
        ("serial 17 " + 33 * "1", "32"),
        ("clock 17 soon", "soon"),
        ("image-lose 17 1.1", "probability"),
        ("image-lose 17 much", "probability"),
        ("image-busy 17 1001", "from 0 to 1000"),
        ("image-fail 17 all", "verify"),
        ("push-to 17 smtp:x", "tcp, udp, hdlc"),
        ("push-to 17 tcp:127.0.0.1", "HOST:PORT"),
        ("push-to 17 hdlc:128", "from 1 to 127"),
        ("push-as 17 letter", "data, event"),
    ),
)
def test_a_wrong_command_says_what_is_wrong_and_changes_nothing(plant, line, said):
    answer = plant.command(line)
    assert answer.startswith("error: ") and said in answer


def test_an_event_by_command_is_of_the_meters_time(plant):
    plant.command("event 17 40")
    reader = Reader(plant.meters()[0]).open()
    reader.utc_s = plant.utc_s()
    assert [row[1] for row in reader.get(7, "0.0.99.98.1.255", 2)] == [40]
    assert reader.get(*CODES) == []


def test_a_meter_without_supply_keeps_what_it_wants_to_push():
    plant = Plant([Meter(17), Meter(18)])
    for line in ("push-to 17 udp:127.0.0.1:1", "push 17", "off 17", "push 18"):
        assert plant.command(line) == "ok"
    assert plant.network_pushes() == [] and plant.has_frames_to_push()
    assert plant.command("on 17") == "ok"
    assert [push.transport for push in plant.network_pushes()] == [UDP]
