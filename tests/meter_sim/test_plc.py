"""The simulated G3 module, by itself: what the interface promises, and the quirks of real ones."""

import json
import random

import pytest

from meter_sim import plc_commands, plc_node, plc_packet, plc_phy, plc_usi
from meter_sim.plc_cli import meter_answers
from meter_sim.plc_world import PSK, World, eui

GMK = bytes(range(16, 32))
PAN = 0x781D
HEAD = plc_packet.LINK_LOCAL + PAN.to_bytes(2, "big") + b"\x00\xff\xfe\x00"


class Host:
    """Says payloads, and keeps what the module says."""

    def __init__(self, meters=3, answer=lambda asked, now_ms: b"yes", **nature):
        self.said = []
        self._ear = bytearray()
        self.world = World(
            meters,
            1,
            "cenelec-a",
            self._hear,
            random.Random(1).random,
            lambda number: answer,
            **nature,
        )
        self.joins_as = lambda number: number

    def _hear(self, octets):
        for payload in plc_usi.Ear().payloads(octets):
            self.said.append(payload)
            if payload[0] == 0x47:
                short = self.joins_as(int.from_bytes(payload[6:9], "big"))
                if short is not None:
                    self.say(b"\x42" + payload[1:9] + short.to_bytes(2, "big"))

    def say(self, *payloads):
        for payload in payloads:
            self.world.module.hear(plc_usi.frame(payload))

    def wait(self, seconds):
        self.world.events.run_until(self.world.events.now_ms + 1000 * seconds)

    def ask(self, payload, seconds=2):
        """What is said in the seconds after it."""
        before = len(self.said)
        self.say(payload)
        self.wait(seconds)
        return self.said[before:]

    def start(self):
        assert self.ask(b"\x0a\x00\x01") == [b"\x00\x00\x0a"]
        assert self.ask(lbp(2, PSK)) == [b"\x46\x00\x00\x00\x00\x02\x00\x00"]
        assert self.ask(lbp(3, GMK)) == [b"\x46\x00\x00\x00\x00\x03\x00\x00"]
        self.ask(lbp(6, b"\x00\x0a"))
        assert self.ask(b"\x0d\x78\x1d") == [b"\x22\x00"]

    def with_members(self):
        self.start()
        self.world.power_on()
        self.wait(200)
        assert self.count(0x48) == len(self.world.net.nodes)
        self.said.clear()
        return self

    def count(self, command):
        return sum(payload[0] == command for payload in self.said)


def lbp(attribute, value):
    return b"\x3c\0\0\0" + bytes((attribute, 0, 0, len(value))) + value


def data(short, payload=b"hello", handle=1, discover=1):
    ends = HEAD + b"\0\0", HEAD + short.to_bytes(2, "big")
    packet = plc_packet.build(*ends, 0xF0B0, 4059, payload)
    return b"\x0b" + bytes((handle, discover, 0)) + len(packet).to_bytes(2, "big") + packet


def test_golden_frames_of_the_bring_up():
    octets = []
    world = World(1, 1, "cenelec-a", octets.append, lambda: 0.5, lambda number: None)
    for said, answer in (
        ("7e00e50a00014e0c7e", "7e00e500000aef4d7e"),
        ("7e042516080000010000080011223344556677575d7e", "7e02252d00080000010000765e7e"),
        ("7e01e5120000000f0000c16e7e", "7e02a528000000000f00000108f9837e"),
        ("7e0265110000000f00000108a1427e", "7e022527000000000f000094517e"),
        ("7e06253c00000003000010101112131415161718191a1b1c1d1e1fb47d5e7e", None),
        ("7e00e50d781d46f77e", "7e00a52200c74f7e"),
        ("7e00651065107e", "7e00a52600c34f7e"),
    ):
        octets.clear()
        world.module.hear(bytes.fromhex(said))
        world.events.run_until(world.events.now_ms + 3000)
        assert len(octets) == 1 and answer in (None, octets[0].hex()), octets


def test_nothing_is_allowed_before_it_is_initialized_nor_what_it_does_not_know():
    host = Host()
    get = b"\x12\0\0\0\x1c\0\0"
    assert host.ask(get) == [b"\x00\x01\x12"]
    host.ask(b"\x0a\x00\x01")
    assert host.ask(get)[0][:2] == b"\x28\x00"
    assert host.ask(b"\x13") == [b"\x00\x02\x13"]
    assert host.ask(b"\x60") == [b"\x00\x02\x60"]
    assert host.ask(get[:-1]) == [b"\x00\x03\x12"]
    assert Host(is_extended=True).ask(b"\x60")[0][:4] == b"\x70\x00\x01\x01"


def test_a_frame_over_1024_octets_is_dropped_and_the_next_one_heard():
    host = Host()
    host.start()
    assert host.ask(b"\x0b" + bytes(1100)) == []
    assert host.ask(b"\x12\0\0\0\x0f\0\0") == [b"\x28\0\0\0\0\x0f\0\0\1\x08"]
    assert host.world.module.ear.dropped == 1


def test_a_neighbour_says_that_it_has_18_octets_and_has_19():
    host = Host().with_members()
    (said,) = host.ask(b"\x17\x08\0\0\x02\0\0")
    assert (said[8], len(said) - 9) == (18, 19)
    (count,) = host.ask(b"\x17\x08\0\0\x12\0\0")
    assert count[9:] == b"\0\3"


def test_data_is_confirmed_delivered_and_answered():
    host = Host().with_members()
    said = host.ask(data(2, handle=9))
    assert b"\x1e\x00\x09" in said
    (indication,) = [payload for payload in said if payload[0] == 0x1F]
    source, destination, *ports, payload = plc_packet.parse(indication[4:])
    assert (source[-1], destination[-1], ports, payload) == (2, 0, [4059, 0xF0B0], b"yes")


def test_a_packet_with_a_wrong_checksum_is_refused():
    host = Host().with_members()
    asked = data(2)
    assert host.ask(asked[:-1] + b"!") == [b"\x1e\xa3\x01"]


def test_there_are_three_three_and_one_buffers_and_it_says_when_they_are_used_up():
    host = Host().with_members()
    for handle in range(8):
        host.say(data(2, handle=handle))
    host.wait(0.2)
    assert host.said.count(b"\x1e\xb4\x07") == 1
    bitmaps = [payload[1] for payload in host.said if payload[0] == 0x2F]
    assert bitmaps[:3] == [3, 1, 0]
    host.wait(30)
    assert host.said[-1] == b"\x1f" + host.said[-1][1:] or host.count(0x1F) == 7
    assert [payload[1] for payload in host.said if payload[0] == 0x2F][-1] == 7


def test_five_nodes_join_at_once_and_the_others_wait():
    host = Host(meters=12)
    host.start()
    host.joins_as = lambda number: None  # the host does not answer
    host.world.power_on()
    host.wait(9)
    assert len({payload[1:] for payload in host.said if payload[0] == 0x47}) <= 5
    host.wait(60)
    assert len(host.world.net.admission.slots) == 5 and host.world.net.admission.ignored > 0


def test_a_node_with_another_key_is_lost_without_a_word_and_its_slot_is_free_again():
    host = Host(meters=1)
    host.start()
    host.world.node(1).psk = bytes(16)
    host.world.power_on()
    host.wait(15)
    assert host.count(0x47) == 1 and len(host.world.net.admission.slots) == 1
    host.wait(25)
    assert host.count(0x48) == 0
    host.world.net.power_off(host.world.node(1))
    host.wait(60)
    assert not host.world.net.admission.slots


def test_a_declined_node_asks_again():
    host = Host(meters=1)
    host.start()
    host.joins_as = lambda number: 0xFFFF
    host.world.power_on()
    host.wait(600)
    assert host.count(0x47) > 2 and host.count(0x48) == 0


def test_a_broken_route_is_told_and_found_anew():
    host = Host(meters=40).with_members()
    net = host.world.net
    number, way = next((n, way) for n, way in net.mesh.ups.items() if len(way) > 1)
    short = net.nodes[number].short
    plc_commands.command(host.world, f"break {way[0]} {way[1]}")
    said = host.ask(data(short), seconds=10)
    assert [payload[0] for payload in said if payload[0] in (0x1E, 0x33)] == [0x1E, 0x33]
    assert host.ask(b"\x14" + short.to_bytes(2, "big") + b"\x08", seconds=30)[-1] == b"\x2b\x00"
    assert 0x1F in [payload[0] for payload in host.ask(data(short), seconds=10)]


def test_frames_of_a_module_that_counts_from_zero_again_are_replays():
    host = Host().with_members()
    assert 0x1F in [payload[0] for payload in host.ask(data(1), seconds=10)]
    host.world.module.reboot()
    assert host.ask(b"\x12\0\0\0\x1c\0\0") == [b"\x00\x01\x12"]
    host.start()
    assert 0x1F not in [payload[0] for payload in host.ask(data(1), seconds=10)]
    host.ask(b"\x16\0\0\0\x77\0\0\x04\0\0\x27\x10")
    assert 0x1F in [payload[0] for payload in host.ask(data(1), seconds=10)]


def test_nodes_that_miss_a_rekey_are_lost_and_join_anew():
    host = Host().with_members()
    new = bytes(16)
    host.ask(lbp(4, new))
    host.ask(b"\x40\x01")
    for distribute in (1, 0):
        for number in (1, 2):
            said = host.ask(
                b"\x3f" + number.to_bytes(2, "big") + eui(number) + bytes((distribute,))
            )
            assert said == [b"\x48" + eui(number) + number.to_bytes(2, "big")]
    host.ask(b"\x41")
    states = [host.world.node(number).state for number in (1, 2, 3)]
    assert states == [plc_node.MEMBER, plc_node.MEMBER, plc_node.SEARCHING]
    host.wait(300)
    assert host.world.node(3).key == new


def test_behind_a_node_is_a_dlms_meter():
    answer = meter_answers(1, 0, lambda ms: 1_760_000_000)
    aarq = "601da109060760857405080101be10040e01000000065f1f0400001a1dffff"
    octets = bytes.fromhex("00010010000100" + "1f" + aarq)
    assert answer((0xF0B0, 4059, octets), 0)[8:9] == b"\x61"
    assert answer((0xF0B0, 4060, octets), 0) == b""


@pytest.mark.parametrize(
    ("band", "octets", "at_least", "at_most"),
    (
        ("cenelec-a", 100, 50, 70),
        ("fcc", 100, 15, 22),
        ("rf", 100, 25, 35),
    ),
)
def test_air_time_is_what_the_physics_says(band, octets, at_least, at_most):
    row = plc_phy.BANDS[band]
    fastest = plc_phy.air_ms(row, len(row.bits) - 1, octets)
    assert at_least <= fastest <= at_most
    assert plc_phy.air_ms(row, 0, octets) >= fastest


def test_one_seed_tells_one_story():
    stories = []
    for _ in range(2):
        host = Host(meters=30)
        host.start()
        host.world.power_on()
        host.wait(120)
        stories.append((host.said, plc_commands.command(host.world, "stats")))
    assert stories[0] == stories[1]
    assert json.loads(stories[0][1])["members"] == 30


def test_commands_say_what_is_wrong_with_them():
    world = Host().world
    for line in ("", "dance", "off", "off 99", "off x", "noise 1 2"):
        assert plc_commands.command(world, line).startswith("error: "), line
    assert plc_commands.command(world, "on 1") == "ok"
