"""The modem driver with a simulated module of each dialect, in virtual time."""

from hal import coop
from hal.errors import PortError
from tests.dual.modem_bench import HES, NASTY, connected, each, error_of, read_all


def test_a_client_sends_and_receives_whatever_octets_there_are():
    async def play(bench):
        stream = await connected(bench)
        for octets in (b"x", NASTY, bytes(range(256)) * 6 + NASTY):
            await stream.write(octets)
            assert await read_all(stream, len(octets)) == octets
        assert await stream.read(10, 0) == b""
        await stream.close()
        assert not bench.town.peers[0].is_open

    each(play)


def test_what_comes_while_we_send_is_told_once_and_not_lost():
    async def play(bench):
        stream = await connected(bench)
        peer = bench.town.peers[0]
        for n in range(20):
            peer.say(b"a%03d" % n)
            await stream.write(b"b%03d" % n)
        await coop.sleep_ms(500)
        got = await read_all(stream, 160)
        assert sorted(got[at : at + 4] for at in range(0, 160, 4)) == sorted(
            b"%s%03d" % (word, n) for n in range(20) for word in (b"a", b"b")
        )

    each(play)


def test_a_ping_says_how_long_it_took_or_that_nobody_answers():
    async def play(bench):
        await bench.modem.online()
        assert 0 < await bench.modem.ping(HES[0]) <= 100
        assert 0 < await bench.modem.ping("hes.example") <= 100
        bench.town.is_dark = True
        assert await bench.modem.ping(HES[0]) is None
        assert await bench.modem.ping("hes.example") is None

    each(play)


def test_after_the_peer_has_closed_what_had_come_is_read_first():
    async def play(bench):
        stream = await connected(bench)
        peer = bench.town.peers[0]
        peer.say(b"last words" * 200)
        peer.hang_up()
        await coop.sleep_ms(1_000)
        assert await read_all(stream, 2000) == b"last words" * 200
        assert "closed by the peer" in await error_of(stream.read(10, 5_000))
        assert "closed by the peer" in await error_of(stream.write(b"x"))
        await stream.close()
        again = await connected(bench)
        await again.write(b"still there")
        assert await read_all(again, 11) == b"still there"

    each(play)


def test_when_the_context_is_lost_who_reads_is_told_at_once():
    async def play(bench):
        stream = await connected(bench)
        reading = coop.spawn(error_of(stream.read(10, 600_000)))
        await coop.sleep_ms(1_000)
        began_ms = bench.clock.ticks_ms()
        bench.module.dialect.lose_context(bench.module)
        assert "the modem says" in await reading
        assert bench.clock.ticks_ms() - began_ms < 100
        assert bench.modem.lost
        assert "the modem says" in await error_of(stream.write(b"x"))
        await stream.close()  # and its number is not touched any more
        again = await connected(bench)
        await again.write(b"back")
        assert await read_all(again, 4) == b"back"
        assert bench.modem.lost == ""

    each(play)


def test_a_module_that_restarts_by_itself_is_started_again():
    async def play(bench):
        stream = await connected(bench)
        await stream.read(1, 0)
        bench.module.restart()
        assert "the modem says" in await error_of(stream.read(10, 60_000))
        await coop.sleep_ms(5_000)
        again = await connected(bench)
        await again.write(b"back")
        assert await read_all(again, 4) == b"back"

    each(play)


def test_a_stream_that_is_closed_wakes_who_reads():
    async def play(bench):
        stream = await connected(bench)
        reading = coop.spawn(error_of(stream.read(10, 600_000)))
        await coop.sleep_ms(1_000)
        await stream.close()
        await stream.close()
        began_ms = bench.clock.ticks_ms()
        assert "closed" in await reading
        assert bench.clock.ticks_ms() == began_ms
        assert "closed" in await error_of(stream.write(b"x"))

    each(play, ways=((0, 0.0),))


def test_no_secret_is_logged_or_in_an_error():
    async def play(bench):
        await connected(bench)
        bench.access = bench.access_with(password='with"mark')
        assert "modem.password" in await error_of(bench.modem.activate())
        bench.module.registration = 3
        bench.access = bench.access_with()
        texts = bench.lines + [await error_of(bench.modem.activate())]
        texts += [str(await bench.modem.status()), repr(bench.access)]
        assert not any("hidden" in text or "mark" in text for text in texts)

    each(play, ways=((0, 0.0),))


def test_status_knows_signal_network_and_address():
    async def play(bench):
        assert (await bench.modem.status())["state"] == "off"
        await connected(bench)
        found = await bench.modem.status()
        assert (found["signal_dbm"], found["registration"]) == (-73, "home")
        assert (found["operator"], found["rate"]) == ("OPENTEL", 38400)
        assert found["address"].startswith("10.64.0.")
        assert found["imei"] == "860000000000017"
        assert found["iccid"] == "89860012345678901234"
        bench.module.csq = 99
        assert (await bench.modem.status())["signal_dbm"] is None
        assert await bench.modem.network_time() == 1_795_408_205
        bench.module.is_mute = True
        assert "no answer" in (await bench.modem.status())["trouble"]

    each(play, ways=((0, 0.0),))


def test_a_device_that_is_pulled_out_is_a_port_error():
    async def play(bench):
        stream = await connected(bench)
        bench.port.unplug()
        assert "hung up" in await error_of(stream.read(10, 60_000), PortError)
        assert "hung up" in await error_of(bench.modem.ping(HES[0]), PortError)
        await stream.close()
        assert await connected(bench)

    each(play, ways=((0, 0.0),))
