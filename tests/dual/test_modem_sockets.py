"""The sockets of a module: dialled and dialling, refused, late, lost and taken."""

from hal import coop
from tests.dual.modem_bench import HES, NASTY, connected, each, error_of, read_all
from tests.dual.modem_town import echo

OPENED = {"EC25": "+QIOPEN: 0,0", "SIMCOM_SIM800L": "0, CONNECT OK"}  # socket 0


def test_a_server_gets_streams_for_who_dials():
    async def play(bench):
        async def handler(stream):
            peers.append(stream.peer)
            while True:
                await stream.write(b"<" + await stream.read(100, 60_000) + b">")

        peers = []
        await bench.modem.online()
        server = await bench.modem.serve(handler, "0.0.0.0", 4059)
        assert server.port == 4059
        first, second = bench.town.call_in(4059), bench.town.call_in(4059)
        first.say(b"one")
        await coop.sleep_ms(3_000)
        second.say(NASTY)
        await coop.sleep_ms(3_000)
        assert (first.heard, second.heard) == (b"<one>", b"<" + NASTY + b">")
        assert [peer.split(":")[0] for peer in peers] == ["192.0.2.9"] * 2
        first.hang_up()
        await coop.sleep_ms(1_000)
        third = bench.town.call_in(4059)
        third.say(b"three")
        await coop.sleep_ms(2_000)
        assert third.heard == b"<three>"
        await server.close()
        assert not second.is_open
        assert bench.town.call_in(4059) is None

    each(play)


def test_a_module_that_says_more_callers_than_it_has_sockets_is_not_believed():
    texts = {
        "EC25": '+QIURC: "incoming",%d,11,"1.2.3.4",5',
        "SIMCOM_SIM800L": "%d, REMOTE IP: 1.2.3.4",
    }

    async def play(bench):
        async def handler(stream):
            callers.append(stream.peer)
            await coop.Event().wait()

        callers = []
        await bench.modem.online()
        server = await bench.modem.serve(handler, "0.0.0.0", 4059)
        text = texts.get(bench.module.dialect.MODEL, "+CLIENT: %d,0,1.2.3.4:5")
        for number in range(12, 30):
            bench.module.say_line(text % number)
        await coop.sleep_ms(1_000)
        assert callers == []
        for number in 3 * list(range(12)):
            bench.module.say_line(text % number)
        await coop.sleep_ms(1_000)
        assert len(callers) == 12
        await server.close()

    each(play, ways=((0, 0.0),))


def test_who_dials_when_nobody_listens_is_hung_up():
    async def play(bench):
        await bench.modem.online()
        server = await bench.modem.serve(None, "0.0.0.0", 4059)
        accept = bench.town.doors[4059]
        await server.close()
        bench.town.doors[4059] = accept  # the word about it is older than our closing
        peer = bench.town.call_in(4059)
        await coop.sleep_ms(2_000)
        assert not peer.is_open

    each(play)


def test_a_host_that_refuses_is_a_port_error_and_its_socket_is_free_again():
    async def play(bench):
        await bench.modem.online()
        for _ in range(8):
            text = await error_of(bench.modem.connect(HES[0], 9, 30_000))
            assert text.startswith(f"{HES[0]}:9: ")
        stream = await connected(bench)
        await stream.write(b"x")

    each(play, ways=((0, 0.0),))


def test_a_host_that_does_not_answer_in_time_is_given_up():
    async def play(bench):
        await bench.modem.online()
        bench.town.hosts[7] = echo
        bench.town.trip_ms = 20_000
        began_ms = bench.clock.ticks_ms()
        for _ in range(7):  # more than there are sockets: each is free again
            text = await error_of(bench.modem.connect(HES[0], 7, 3_000))
            assert "no answer within 3000 ms" in text
        assert bench.clock.ticks_ms() - began_ms < 30_000
        bench.town.trip_ms = 40
        stream = await connected(bench)
        await coop.sleep_ms(60_000)  # the late word about the first is not for this one
        await stream.write(b"x")
        assert await read_all(stream, 1) == b"x"

    each(play, ways=((0, 0.0),))


def test_a_late_word_about_one_socket_is_not_for_the_next():
    async def play(bench):
        await bench.modem.online()
        bench.town.hosts[7] = echo
        bench.town.trip_ms = 20_000
        await error_of(bench.modem.connect(HES[0], 7, 3_000))
        bench.town.trip_ms = 100
        word = OPENED.get(bench.module.dialect.MODEL, "+CIPOPEN: 0,0")
        bench.module.later(150, lambda: bench.module.say_line(word))
        assert await error_of(bench.modem.connect(HES[0], 9, 3_000))

    each(play, ways=((0, 0.0),))


def test_a_stream_of_a_lost_context_does_not_close_that_of_another():
    async def play(bench):
        old = await connected(bench)
        bench.module.dialect.lose_context(bench.module)
        await coop.sleep_ms(100)
        for _ in range(6):
            await connected(bench)
        await old.close()
        assert [peer.is_open for peer in bench.town.peers] == [False] + 6 * [True]

    each(play, ways=((0, 0.0),))


def test_octets_that_nobody_asked_for_are_nobodys():
    async def play(bench):
        stream = await connected(bench)
        bench.town.peers[0].say(b"good")
        assert await read_all(stream, 4) == b"good"
        head = b"+QIRD: 3" if bench.module.dialect.MODEL == "EC25" else b"+CIPRXGET: 2,0,3,0"
        bench.module._say(b"\r\n" + head + b"\r\nbad")
        await coop.sleep_ms(100)
        assert await stream.read(10, 1_000) == b""

    each(play, ways=((0, 0.0),))


def test_no_more_sockets_than_the_module_has():
    async def play(bench):
        streams = []
        for _ in range(6):
            streams.append(await connected(bench))
        assert "in use" in await error_of(bench.modem.connect(HES[0], HES[1], 1_000))
        await streams[3].close()
        assert await connected(bench)

    each(play, ways=((0, 0.0),))


def test_a_udp_socket_is_a_stream_too():
    async def play(bench):
        bench.town.hosts["udp"] = echo
        await bench.modem.online()
        stream = await bench.modem.connect(HES[0], HES[1], 30_000, "UDP")
        await stream.write(NASTY)
        assert await read_all(stream, len(NASTY)) == NASTY

    each(play, ways=((0, 0.0),))


def test_a_module_without_room_is_asked_again():
    async def play(bench):
        stream = await connected(bench)
        bench.nature.full = 5
        await stream.write(b"patience")
        assert await read_all(stream, 8) == b"patience"
        bench.nature.full = 1_000
        if bench.module.dialect.MODEL.startswith("EC"):
            assert "takes no data" in await error_of(stream.write(b"x"))

    each(play, ways=((0, 0.0),))


def test_a_word_that_was_lost_does_not_hide_what_waits():
    async def play(bench):
        stream = await connected(bench)
        assert await stream.read(10, 0) == b""
        link = [bench.module.links.get(n) for n in range(6) if bench.module.links.get(n)][0]
        link.inbox = b"nobody was told"
        assert await stream.read(100, 60_000) == b"nobody was told"

    each(play, ways=((0, 0.0),))
