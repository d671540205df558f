"""One meter asked through a 376.2 module, when the DCU drives: 13 F1, one meter at a time.

The module has its own time limit for a meter; asked while it still waits, it is busy. So that is
the limit here, too, whatever a caller would like. When it takes much longer than it did, a frame
may be lost on our line: the same is said again, once, which a module that is at it calls busy.
"""

from drivers.answer_time import AnswerTime
from drivers.gdw3762_channel import ModuleDenied
from hal import coop
from hal.errors import NoReply, Refused
from wire import qgdw3762_units as units

MARGIN_MS = 5_000  # for the line, beyond what the meter may take
_FIRST_MS = 3_000  # before the same is said again
_BUSY_MS = 2_000
_BUSY_MAX = 30  # times in a row
_OF_METER = (units.TIMEOUT, units.NO_ANSWER, units.SLAVE_SILENT, units.NOT_IN_NET)


class Monitor:
    """channel   drivers/gdw3762_channel.py
    nodes     drivers/gdw3762_nodes.py
    limit_s   what the module gives a meter
    """

    def __init__(self, channel, clock, nodes, limit_s, counts):
        self._channel = channel
        self._clock = clock
        self._nodes = nodes
        self._limit_ms = 1000 * limit_s + MARGIN_MS
        self._counts = counts
        self._answers = AnswerTime()

    async def ask(self, digits, payload):
        """What the meter says; b"" for nothing. PortError when the module is lost; Refused when
        it does not know how."""
        is_restored = False
        for _ in range(_BUSY_MAX):
            try:
                return await self._once(digits, payload)
            except ModuleDenied as denied:
                if denied.code == units.BUSY:
                    self._counts["busy"] += 1
                    await coop.sleep_ms(_BUSY_MS)
                elif denied.code == units.NOT_FOUND and not is_restored:
                    is_restored = True
                    await self._nodes.restore(self._channel, digits)
                elif denied.code in _OF_METER:
                    self._counts["not_reached"] += 1
                    return b""
                else:
                    raise
        raise Refused("module: busy all the time")

    async def _once(self, digits, payload):
        self._counts["sent"] += 1
        first_ms = max(_FIRST_MS, self._answers.limit_ms(self._limit_ms))
        limits_ms = (first_ms, self._limit_ms - first_ms)
        if first_ms >= self._limit_ms:
            limits_ms = (self._limit_ms,)
        began_ms = self._clock.ticks_ms()
        try:
            data = await self._channel.ask("monitor", units.monitor(payload), digits, limits_ms)
        except NoReply:
            self._counts["no_confirm"] += 1
            self._answers.missed()
            await self.find_alive()
            return b""
        said = units.monitored(data)
        if said:
            self._answers.heard(self._clock.ticks_ms() - began_ms)
        return said

    async def find_alive(self):
        """PortError when it says nothing at all: then it is not the meter that is silent."""
        try:
            await self._channel.ask("node-count")
        except NoReply as error:
            self._channel.fail(str(error))
            await self._channel.ask("node-count")
