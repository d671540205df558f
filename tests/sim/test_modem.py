"""A module that does its worst for hours, in virtual time: what is echoed is never wrong, and once
it is well again the DCU is online again."""

import random

import pytest

from hal import coop
from hal.errors import NoReply, PortError
from meter_sim import modem_commands
from tests.dual.modem_bench import HES, Bench
from tests.dual.modem_town import DIALECTS, echo
from tests.dual.test_bearers import Link, head_end, online_in

TROUBLES = (
    "pdp-lost",
    "reboot",
    "mute 40",
    "mute 400",
    "registration 3",
    "registration 1",
    "late 900",
    "late 2500",
    "late 5",
    "split 5",
    "chatter 40",
    "chatter 0",
    "data-mode",
    "no-carrier",
    "baud 9600",
    "full 5",
    "notify OK",
    "notify +QIRD: 40",
)
HOURS = 3


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_whatever_a_module_does_octets_are_right_and_it_comes_back(dialect):
    chance = random.Random(dialect)
    counts = {"good": 0, "lost": 0}

    async def talk(bench):
        """Sessions one after the other; each octet that comes is the next one that was sent."""
        while True:
            await coop.sleep_ms(5_000)
            try:
                await bench.modem.online()
                stream = await bench.modem.connect(HES[0], HES[1], 20_000)
            except PortError:
                continue
            except NoReply:
                await bench.modem.close()
                continue
            try:
                await _echoes(stream, chance, counts)
            except PortError:
                counts["lost"] += 1
            finally:
                await stream.close()

    async def play(bench):
        bench.town.hosts[HES[1]] = echo
        talking = coop.spawn(talk(bench))
        await _trouble(bench, chance)
        await coop.sleep_ms(2_400_000)  # the longest pause between two attempts, and some
        before = counts["good"]
        await coop.sleep_ms(600_000)
        assert counts["good"] > before + 30, bench.lines[-5:]
        assert not talking.done()
        await coop.stop(talking)

    Bench(dialect).run(play)
    assert counts["lost"] > 0 and counts["good"] > 100, counts


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_whatever_a_module_does_the_uplink_is_registered_again(dialect):
    chance = random.Random(dialect)

    async def play(bench):
        bench.town.hosts[HES[1]] = head_end
        link = Link(bench)
        running = coop.spawn(link.uplink.run(link.hes.part))
        await online_in(link, 200)
        await _trouble(bench, chance)
        await online_in(link, 2 * 3_600)  # the longest hold-off, and some
        assert link.total("sessions") > 1
        await coop.stop(running)

    Bench(dialect).run(play)


async def _trouble(bench, chance):
    """For hours; at the end the module is well."""
    for _ in range(HOURS * 12):
        await coop.sleep_ms(chance.randrange(600_000))
        modem_commands.command(bench.module, chance.choice(TROUBLES))
    for words in ("registration 1", "late 5", "split 0", "chatter 0", "full 0"):
        modem_commands.command(bench.module, words)


async def _echoes(stream, chance, counts):
    for _ in range(20):
        octets = chance.randbytes(chance.randrange(1, 3000))
        await stream.write(octets)
        got = b""
        while len(got) < len(octets):
            data = await stream.read(1000, 60_000)
            if not data:
                raise PortError("nothing came back")
            got += data
        assert got == octets
        counts["good"] += 1
        await coop.sleep_ms(10_000)
