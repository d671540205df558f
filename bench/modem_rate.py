"""Octets through a module at 38400 bit/s, both ways, on the interpreter that runs this:

micropython bench/modem_rate.py PATH
"""

import sys

sys.path.insert(0, ".")

from drivers.modem import Modem
from drivers.modem_access import Access
from drivers.modem_start import RATE
from hal import coop, net
from hal.clock import Clock
from hal.serial import SerialPort
from tests.kept import Kept

OCTETS = 20_000
LINE_OCTETS_S = RATE / 10
_MS = 60_000


async def run(path):
    """Prints the share of the line that the payload has, sending and receiving."""
    clock = Clock()
    arrived = coop.Event()

    async def peer(stream):
        got = 0
        while got < OCTETS:
            got += len(await stream.read(4096, _MS))
        arrived.set()
        await stream.write(bytes(OCTETS))
        await stream.read(1, _MS)

    def log(text):
        pass

    server = await net.serve(peer, "127.0.0.1", 0)
    modem = Modem(lambda: SerialPort(path, RATE), clock, lambda: Access(apn="cmnet"), log, Kept())
    await modem.online()
    stream = await modem.connect("127.0.0.1", server.port, _MS)
    began_ms = clock.ticks_ms()
    await stream.write(bytes(OCTETS))
    await arrived.wait()
    sent_ms = clock.ticks_ms() - began_ms
    got = 0
    while got < OCTETS:
        got += len(await stream.read(4096, _MS))
    received_ms = clock.ticks_ms() - began_ms - sent_ms
    await modem.close()
    await server.close()
    shares = [OCTETS / (LINE_OCTETS_S * ms / 1000) for ms in (sent_ms, received_ms)]
    print("sending %.3f, receiving %.3f of the line" % tuple(shares))


if __name__ == "__main__":
    coop.run(run(sys.argv[1]))
