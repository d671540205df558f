"""Every dialect of a module × what is done with it × the pieces in which its octets come × the
octets that look like something else: each cell of it, in virtual time.

The neighbours (test_modem.py, test_modem_sockets.py) have the scenes that only some are played of.
"""

from drivers import modem_dialects
from hal import coop
from tests.dual.modem_bench import HES, Bench, connected, error_of, read_all
from tests.dual.modem_town import DIALECTS

PIECES = (1, 2, 3, 4, 5, 6, 7)  # octets of each piece that the module says
LOOKALIKES = (
    b"\r\nOK\r\n",
    b"> ",
    b"\x00",
    b"\x1a",
    b"\x1b",
    b'+QIURC: "closed",0',
)
SENT = tuple([b"before" + each + b"after" for each in LOOKALIKES]) + LOOKALIKES
PORT = 4059


async def client(bench):
    stream = await connected(bench)
    for octets in SENT:
        await stream.write(octets)
        assert await read_all(stream, len(octets)) == octets, octets
    await stream.close()
    assert not bench.town.peers[0].is_open


async def server(bench):
    async def handler(stream):
        while True:
            await stream.write(await stream.read(100, 60_000))

    await bench.modem.online()
    opened = await bench.modem.serve(handler, "0.0.0.0", PORT)
    caller = bench.town.call_in(PORT)
    for octets in SENT:
        before = len(caller.heard)
        caller.say(octets)
        await coop.sleep_ms(2_000)
        assert caller.heard[before:] == octets, octets
    await opened.close()
    assert not caller.is_open


async def ping(bench):
    await bench.modem.online()
    assert 0 < await bench.modem.ping(HES[0]) <= 100
    bench.town.is_dark = True
    assert await bench.modem.ping(HES[0]) is None


async def remote_close(bench):
    stream = await connected(bench)
    peer = bench.town.peers[0]
    for octets in LOOKALIKES:
        peer.say(octets)
    peer.hang_up()
    await coop.sleep_ms(2_000)
    said = b"".join(LOOKALIKES)
    assert await read_all(stream, len(said)) == said
    assert "closed by the peer" in await error_of(stream.read(10, 5_000))


async def context_lost(bench):
    stream = await connected(bench)
    bench.module.dialect.lose_context(bench.module)
    assert "the modem says" in await error_of(stream.read(10, 600_000))
    assert bench.modem.lost
    again = await connected(bench)
    for octets in LOOKALIKES:
        await again.write(octets)
        assert await read_all(again, len(octets)) == octets, octets


def with_every_dialect_in_pieces(scene):
    """How many cells there were."""
    count = 0
    for dialect in sorted(DIALECTS):
        for octets in PIECES:
            try:
                Bench(dialect, octets).run(scene)
            except Exception:
                print(dialect, octets)
                raise
            count += 1
    return count


def test_a_client_of_each_dialect_in_each_piece_with_each_lookalike():
    assert with_every_dialect_in_pieces(client) == 4 * 7


def test_a_server_of_each_dialect_in_each_piece_with_each_lookalike():
    assert with_every_dialect_in_pieces(server) == 4 * 7


def test_a_ping_of_each_dialect_in_each_piece():
    assert with_every_dialect_in_pieces(ping) == 4 * 7


def test_a_remote_close_of_each_dialect_in_each_piece_with_each_lookalike():
    assert with_every_dialect_in_pieces(remote_close) == 4 * 7


def test_a_lost_context_of_each_dialect_in_each_piece_with_each_lookalike():
    assert with_every_dialect_in_pieces(context_lost) == 4 * 7


def test_the_dialects_are_those_of_the_driver():
    assert sorted(DIALECTS) == sorted(modem_dialects.DIALECTS)
