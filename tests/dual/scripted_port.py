"""A port that plays a script in virtual time: what comes when, after each write."""

from hal import coop
from hal.errors import PortError


class ScriptedPort:
    """`answers` has, for each write, the chunks [(ms after the write, octets)]; then silence."""

    def __init__(self, clock, answers=()):
        self._clock = clock
        self.answers = list(answers)
        self.coming = []
        self.written = []
        self.written_ms = []
        self.set_to = []  # (baud, parity, databits), each time that they were changed
        self.is_open = True
        self.is_broken = False

    async def write(self, data):
        if self.is_broken:
            raise PortError("no such device")
        self.written.append(bytes(data))
        self.written_ms.append(self._clock.ticks_ms())
        for after_ms, octets in self.answers.pop(0) if self.answers else ():
            self.arrives(after_ms, octets)

    def settings(self, baud, parity="N", databits=8):
        self.set_to.append((baud, parity, databits))

    def arrives(self, after_ms, octets):
        self.coming.append((self._clock.ticks_ms() + after_ms, len(self.coming), octets))
        self.coming.sort()

    async def read(self, size, timeout_ms):
        now_ms = self._clock.ticks_ms()
        if not self.coming or self.coming[0][0] > now_ms + timeout_ms:
            await coop.sleep_ms(timeout_ms)
            return b""
        at_ms, number, octets = self.coming.pop(0)
        await coop.sleep_ms(max(0, at_ms - now_ms))
        if octets[size:]:
            self.coming.insert(0, (at_ms, number, octets[size:]))
        return octets[:size]

    def close(self):
        self.is_open = False
