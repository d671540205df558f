"""Whether a host is there, be it that it refuses."""

from hal import coop, net
from tests.contract.net_helpers import HOST, LIMIT_MS, failure, raw_listener


async def nothing(stream):
    pass


def test_who_refuses_answers_as_who_takes_the_call():
    async def main(port):
        assert await net.answers(HOST, port, LIMIT_MS)
        server = await net.serve(nothing, HOST, 0)
        assert await net.answers(HOST, server.port, LIMIT_MS)
        await server.close()
        assert "not known" in await failure(net.answers("no.such.host.invalid", 1, LIMIT_MS))

    listener, port = raw_listener(1)
    listener.close()
    coop.run(main(port))


def test_who_says_nothing_at_all_does_not_answer():
    listener, port = raw_listener(0)

    async def main():
        filling = []  # nobody takes them: the queue is full, and the next SYN is dropped
        try:
            for _ in range(8):
                filling.append(await net.connect(HOST, port, 100))
        except net.PortError:
            pass
        assert not await net.answers(HOST, port, 100)
        for stream in filling:
            await stream.close()

    coop.run(main())
    listener.close()
