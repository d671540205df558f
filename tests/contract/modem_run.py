"""Uses a simulated module on a real terminal, with real TCP behind it, under either interpreter.

It prints what was echoed, and by whom:
micropython tests/contract/modem_run.py PATH
"""

import sys

sys.path.insert(0, ".")

from drivers.modem import Modem
from drivers.modem_access import Access
from hal import coop, net, tls
from hal.clock import Clock
from hal.serial import SerialPort
from tests.kept import Kept

NASTY = b'\r\nOK\r\n> \x00\x1a\x1b\r\n+QIURC: "closed",0\r\n' * 20
HERE = "127.0.0.1"
FILES = "tests/tls/"


async def echo(stream):
    while True:
        await stream.write(await stream.read(1000, 60_000))


def context(mine):
    return tls.load(FILES + "ca.pem", f"{FILES}{mine}.pem", f"{FILES}{mine}.key")


async def echo_over_tls(stream):
    await echo(await tls.accept(stream, context("hes"), 20_000, None))


async def over_tls(modem):
    """Both ends are ours: what is tried is what lies between them."""
    server = await net.serve(echo_over_tls, HERE, 0)
    stream = await modem.connect(HERE, server.port, 10_000)
    secured = await tls.connect(stream, context("dcu"), "hes.example", 20_000, None)
    is_echoed = await echoed(secured, NASTY)
    await server.close()
    return is_echoed


async def echoed(stream, octets):
    await stream.write(octets)
    got = b""
    while len(got) < len(octets):
        got += await stream.read(1000, 10_000)
    await stream.close()
    return got == octets


async def run(path):
    log = lambda text: None  # noqa: E731
    modem = Modem(
        lambda: SerialPort(path, 9600), Clock(), lambda: Access(apn="cmnet"), log, Kept()
    )
    server = await net.serve(echo, HERE, 0)
    await modem.online()
    stream = await modem.connect(HERE, server.port, 10_000)
    print("as a client", await echoed(stream, NASTY))
    print("over TLS", await over_tls(modem))
    port = server.port
    await server.close()
    serving = await modem.serve(echo, "0.0.0.0", port)
    print("as a server", await echoed(await net.connect(HERE, port, 10_000), NASTY))
    await serving.close()
    print("pinged", await modem.ping(HERE) > 0)
    print("rate", (await modem.status())["rate"])
    await modem.close()


if __name__ == "__main__":
    coop.run(run(sys.argv[1]))
