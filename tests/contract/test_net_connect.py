"""Connecting and serving: what comes of it, and how it is said when nothing does."""

import os

from hal import coop, net
from hal.clock import Clock
from tests.contract.net_helpers import HOST, LIMIT_MS, failure, raw_listener, read_all, with_pair

_NO_FAMILY = 99  # of addresses; as IPv6 is to a kernel without it


async def echo(stream):
    while True:
        data = await stream.read(1000, LIMIT_MS)
        await stream.write(data)


def test_a_client_and_a_server_talk():
    async def main():
        server = await net.serve(echo, HOST, 0)
        clients = []
        for number in range(3):
            clients.append(await net.connect(HOST, server.port, LIMIT_MS))
            await clients[number].write(b"hello %d" % number)
        for number, client in enumerate(clients):
            assert await read_all(client, 7) == b"hello %d" % number
            await client.close()
        await server.close()

    coop.run(main())


def test_each_end_names_the_other():
    async def check(pair):
        assert pair.client.peer == "%s:%d" % (HOST, pair.server.port)
        host, colon, port = pair.far.peer.rpartition(":")
        assert (host, colon) == (HOST, ":") and 0 < int(port) < 65536

    with_pair(check)


def test_a_refused_connection_names_host_port_and_reason():
    listener, port = raw_listener(1)
    listener.close()
    text = coop.run(failure(net.connect(HOST, port, LIMIT_MS)))
    assert text.startswith("%s:%d: connection refused" % (HOST, port)), text


def test_an_unknown_name_is_said_to_be_unknown():
    text = coop.run(failure(net.connect("no.such.host.invalid", 1, LIMIT_MS)))
    assert "no.such.host.invalid:1: the name no.such.host.invalid is not known" in text, text


def test_a_name_that_cannot_be_one_is_not_known_either():
    for name in ("hes..example", ".example", "x" * 64 + ".example"):
        text = coop.run(failure(net.connect(name, 1, LIMIT_MS)))
        assert "%s:1: the name %s is not known" % (name, name) in text, text


def test_an_address_of_a_kind_that_the_machine_has_not_is_passed_over():
    look_up = net._own.look_up

    async def with_another_first(host, port, kind):
        rows = await look_up(host, port, kind)
        return [(_NO_FAMILY,) + tuple(rows[0])[1:]] + list(rows)

    async def main():
        server = await net.serve(echo, HOST, 0)
        net._own.look_up = with_another_first
        client = await net.connect(HOST, server.port, LIMIT_MS)
        await client.write(b"hello")
        assert await read_all(client, 5) == b"hello"
        await client.close()
        await server.close()

    try:
        coop.run(main())
    finally:
        net._own.look_up = look_up


def test_an_address_of_no_kind_that_the_machine_has_cannot_be_served():
    look_up = net._own.look_up

    async def another(host, port, kind):
        return [(_NO_FAMILY,) + tuple(row)[1:] for row in await look_up(host, port, kind)]

    net._own.look_up = another
    try:
        text = coop.run(failure(net.serve(echo, HOST, 0)))
        assert HOST in text and "errno" in text, text
        text = coop.run(failure(net.connect(HOST, 1, LIMIT_MS)))
        assert text.startswith(HOST + ":1: ") and "errno" in text, text
    finally:
        net._own.look_up = look_up


def test_a_host_that_does_not_answer_is_given_up_after_the_time_limit():
    listener, port = raw_listener(0)

    async def main():
        clock = Clock()
        streams = [await net.connect(HOST, port, LIMIT_MS)]  # fills the queue, with no one to
        began_ms = clock.ticks_ms()  # take the next: its SYN is dropped
        text = await failure(fill(streams))
        assert text == "%s:%d: no answer within 100 ms" % (HOST, port), text
        assert 99 <= clock.ticks_ms() - began_ms < 2_000
        for stream in streams:
            await stream.close()

    async def fill(streams):
        for _ in range(8):
            streams.append(await net.connect(HOST, port, 100))

    coop.run(main())
    listener.close()


def test_a_connection_attempt_that_is_cancelled_leaves_the_others_alone():
    listener, port = raw_listener(0)

    async def main():
        server = await net.serve(echo, HOST, 0)
        attempts = [coop.spawn(net.connect(HOST, port, LIMIT_MS)) for _ in range(4)]
        await coop.sleep_ms(20)
        await coop.stop(*attempts)
        client = await net.connect(HOST, server.port, LIMIT_MS)
        await client.write(b"on")
        assert await read_all(client, 2) == b"on"
        await client.close()
        await server.close()

    coop.run(main())
    listener.close()


def test_a_port_in_use_is_said_to_be():
    async def main():
        server = await net.serve(echo, HOST, 0)
        text = await failure(net.serve(echo, HOST, server.port))
        assert text.startswith("%s:%d: the port is in use" % (HOST, server.port)), text
        await server.close()

    coop.run(main())


def test_an_address_that_is_not_ours_cannot_be_served():
    text = coop.run(failure(net.serve(echo, "192.0.2.1", 0)))
    assert "192.0.2.1" in text, text


def test_servers_on_port_0_get_ports_of_their_own():
    async def main():
        servers = []
        for _ in range(10):
            servers.append(await net.serve(echo, HOST, 0))
        assert len(set([server.port for server in servers])) == 10
        for server in servers:
            await server.close()

    coop.run(main())


def test_a_closed_server_ends_its_handlers_and_frees_its_port():
    async def main():
        notes = []

        async def hold(stream):
            try:
                await stream.read(1, 3_600_000)
            finally:
                notes.append("ended")

        server = await net.serve(hold, HOST, 0)
        held = await net.connect(HOST, server.port, LIMIT_MS)
        while not server._clients:
            await coop.sleep_ms(1)
        await coop.sleep_ms(1)
        fresh = await net.connect(HOST, server.port, LIMIT_MS)  # perhaps not yet accepted
        await server.close()
        assert notes[:1] == ["ended"]
        for client in (held, fresh):
            assert "by the peer" in await failure(client.read(1, LIMIT_MS))
            await client.close()
        again = await net.serve(hold, HOST, server.port)
        await again.close()

    coop.run(main())


def test_a_handler_that_fails_or_returns_leaves_no_connection_open():
    async def fails(stream):
        raise net.PortError("as if the peer had gone")

    async def returns(stream):
        pass

    async def main():
        for handler in (fails, returns):
            server = await net.serve(handler, HOST, 0)
            client = await net.connect(HOST, server.port, LIMIT_MS)
            assert "closed by the peer" in await failure(client.read(1, LIMIT_MS))
            await client.close()
            await server.close()

    coop.run(main())


def test_a_server_has_room_for_so_many_clients_and_closes_one_more():
    async def main():
        async def greet(stream):
            await stream.write(b"in")
            await stream.read(1, 3_600_000)

        server = await net.serve(greet, HOST, 0)
        clients = []
        for _ in range(net.CLIENTS_MAX):
            clients.append(await net.connect(HOST, server.port, LIMIT_MS))
            assert await read_all(clients[-1], 2) == b"in"
        more = await net.connect(HOST, server.port, LIMIT_MS)
        assert "by the peer" in await failure(more.read(2, LIMIT_MS))
        await more.close()
        await clients.pop().close()
        await coop.sleep_ms(20)
        late = await net.connect(HOST, server.port, LIMIT_MS)
        assert await read_all(late, 2) == b"in"
        for client in clients + [late]:
            await client.close()
        await server.close()

    coop.run(main())


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_whatever_becomes_of_a_connection_no_descriptor_is_left_open():
    async def main():
        for way in (refused, given_up, cancelled, served):
            await way()
            before = descriptors()
            await way()
            assert descriptors() == before, way

    coop.run(main())


async def refused():
    listener, port = raw_listener(0)
    listener.close()
    await failure(net.connect(HOST, port, LIMIT_MS))


async def given_up():
    listener, port = raw_listener(0)
    await failure(connect_until_nobody_answers(port, 20))
    listener.close()


async def cancelled():
    listener, port = raw_listener(0)
    attempt = coop.spawn(connect_until_nobody_answers(port, LIMIT_MS))
    await coop.sleep_ms(20)
    await coop.stop(attempt)
    listener.close()


async def connect_until_nobody_answers(port, timeout_ms):
    streams = []
    try:
        while True:
            streams.append(await net.connect(HOST, port, timeout_ms))
    finally:
        for stream in streams:
            await stream.close()


async def served():
    async def fails(stream):
        raise net.PortError("as if the peer had gone")

    async def holds(stream):
        await stream.read(1, 3_600_000)

    for handler in (fails, holds):
        server = await net.serve(handler, HOST, 0)
        clients = []
        for _ in range(5):
            clients.append(await net.connect(HOST, server.port, LIMIT_MS))
        await server.close()
        for client in clients:
            await client.close()
