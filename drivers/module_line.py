"""The serial line to a module, whatever it speaks: one writes at a time, all is heard, and a port
that has failed, or a module that is of no use any more, is so for good.
"""

from hal import coop
from hal.errors import PortError

_READ_SIZE = 1024  # octets
_IDLE_MS = 60_000  # of one wait for the port


class ModuleLine:
    """port      a serial port (hal/README.md), ours until `close`
    heard    coroutine function(octets), of none after a long silence
    failed   function(text): called once
    """

    def __init__(self, port, heard, failed):
        self._port = port
        self._heard = heard
        self._failed = failed
        self._writing = coop.Lock()
        self._ended = coop.Event()
        self.trouble = None  # why it is of no use any more
        self._listening = coop.spawn(self._listen())

    async def close(self):
        self.fail("closed")
        await coop.stop(self._listening)
        self._port.close()

    def fail(self, text):
        if self.trouble is None:
            self.trouble = text
            self._ended.set()
            self._failed(text)

    def demand(self):
        """PortError if it is of no use any more."""
        if self.trouble:
            raise PortError(f"module: {self.trouble}")

    async def watch(self, limit_ms):
        """So long; PortError as soon as it is of no use any more."""
        try:
            await coop.within_ms(limit_ms, self._ended.wait())
        except coop.Expired:
            pass
        self.demand()

    async def write(self, octets):
        async with self._writing:
            self.demand()
            try:
                await self._port.write(octets)
            except PortError as error:
                self.fail(str(error))
                raise

    async def _listen(self):
        try:
            while True:
                await self._heard(await self._port.read(_READ_SIZE, _IDLE_MS))
        except PortError as error:
            self.fail(str(error))
