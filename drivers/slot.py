"""The slot: finds out which module is plugged in and has its driver serve it, until it is lost.

What is in the slot is tried first the next time, also after a restart of the DCU. To the DCU the
slot is a driver of a module, whichever is in it (docs/plc.md); while there is none, PortError.
"""

from drivers import slot_probe
from drivers.module_life import ABSENT, PROBING, RUNNING
from drivers.slot_meter_link import SlotMeterLink
from drivers.slot_probe import BOOTLOADER, GDW3762, Found
from hal import coop
from hal.errors import PortError
from wire.hdlc_address import CLIENT_PUBLIC

G3_PLC, G3_RF = "G3", "G3-RF"  # names of drivers; that of 376.2 is GDW3762

_PAUSES_MS = (5_000, 15_000, 60_000)  # between two looks into an empty slot
_LOOK_MS = 1_000
_EMPTY = "no module in the slot answers"


class Slot:
    """open_port(baud, parity)  a serial port, or PortError
    usual_baud()   bit/s at which a G3 module is tried first
    kept           load() -> bytes or None, save(bytes): what was in the slot last
    event(text)    is told what is found
    """

    def __init__(self, open_port, clock, usual_baud, kept, event):
        self._open_port = open_port
        self._clock = clock
        self._usual_baud = usual_baud
        self._kept = kept
        self._event = event
        self._drivers = {}
        self._driver = None  # of the module that is in the slot
        self._found = None
        self._state, self._trouble = ABSENT, None
        self.kind = None  # name of the driver that has run last

    def plug(self, drivers):
        """{name: driver}, each made with `open` for its port."""
        self._drivers = drivers

    def open(self):
        """The port as the module in the slot speaks."""
        return self._open_port(self._found.baud, self._found.parity)

    @property
    def state(self):
        return self._driver.state if self._driver else self._state

    @property
    def trouble(self):
        return self._driver.trouble if self._driver else self._trouble

    @property
    def version(self):
        return self._driver.version if self._driver else None

    @property
    def starts(self):
        """Of all modules together: another number, another network."""
        return sum([driver.starts for driver in self._drivers.values()])

    async def run(self):
        """For ever."""
        failures = 0
        while True:
            found = await self._find()
            if found and await self._serve(found):
                failures = 0
                continue
            trouble = self._driver.trouble if self._driver else self._trouble or _EMPTY
            self._driver = None
            self._enter(ABSENT, trouble)
            await coop.sleep_ms(_PAUSES_MS[min(failures, len(_PAUSES_MS) - 1)])
            failures += 1

    async def close(self):
        for driver in self._drivers.values():
            await driver.close()

    # what a driver may be asked

    def link(self, name, node, client=CLIENT_PUBLIC, logical=1):
        """A link to one meter, over whatever module is in the slot when it is used.

        node  function() -> node of the driver, or None while the meter is not in the network
        """
        return SlotMeterLink(name, self, node, client, logical)

    def driver(self):
        """That of the module in the slot. PortError while there is none."""
        if self._driver is None:
            raise PortError(f"module: {self._trouble or self._state}")
        return self._driver

    @property
    def broadcast_max(self):
        """Octets of an APDU that can be said to all; 0 while there is no module."""
        return self._driver.broadcast_max if self._driver else 0

    @property
    def needs_keys(self):
        """Whether a meter needs one to join; also of no module, until one tells otherwise."""
        return self._driver is None or self._driver.needs_keys

    async def exchange(self, node, payload, *how):
        return await self.driver().exchange(node, payload, *how)

    async def broadcast(self, payload):
        await self.driver().broadcast(payload)

    async def table(self, name):
        return await self.driver().table(name)

    async def path(self, node):
        return await self.driver().path(node)

    async def statistics(self):
        return await self.driver().statistics()

    async def kick(self, node, eui):
        await self.driver().kick(node, eui)

    async def search(self):
        await self.driver().search()

    async def forget_routes(self):
        await self.driver().forget_routes()

    async def rekey(self, members, key):
        return await self.driver().rekey(members, key)

    async def upgrade(self, image):
        await self.driver().upgrade(image)

    # its life

    async def _find(self):
        """The Found of a module, or None."""
        self._driver = None
        self._state, self._trouble = PROBING, None
        found = self._remembered()[1]
        first = [found] if found else []
        usual = Found(slot_probe.G3, self._usual_baud(), "N")
        try:
            port = self._open_port(usual.baud, usual.parity)
            try:
                return await slot_probe.probe(port, self._clock, first + [usual])
            finally:
                port.close()
        except PortError as error:
            self._trouble = str(error)
            return None

    async def _serve(self, found):
        """Whether a driver could bring it up; then it has been lost again."""
        self._found = found
        for name in self._names(found):
            driver = self._driver = self._drivers[name]
            if found.kind == BOOTLOADER:
                driver.expect_bootloader()
            if await self._serve_by(name, driver):
                return True
        return False

    def _names(self, found):
        """Of the drivers that it may be for. A G3 module does not say over what it talks: one
        that is told a band that it has not refuses, and then it is the other."""
        if found.kind == GDW3762:
            return [GDW3762]
        names = [G3_PLC, G3_RF]
        if self._remembered()[0] == G3_RF:
            names.reverse()
        return names

    async def _serve_by(self, name, driver):
        """Whether it has run."""
        before = driver.starts
        while True:
            serving = coop.spawn(driver.serve())
            try:
                await self._watch(name, driver, serving)
            finally:
                await coop.stop(serving)
            if not driver.is_upgrading:
                return driver.starts > before

    async def _watch(self, name, driver, serving):
        is_noted = False
        while not serving.done():
            await coop.sleep_ms(_LOOK_MS)
            if driver.state == RUNNING and not is_noted:
                is_noted = True
                self._note(name)
        await serving  # our own mistake is not to be hidden

    def _note(self, name):
        if self.kind not in (None, name):
            self._event(f"module changed: {name} in the place of {self.kind}")
        self.kind = name
        found = self._found
        if found.kind == BOOTLOADER:
            found = Found(slot_probe.G3, found.baud, found.parity)
        text = f"{name} {found.kind} {found.baud} {found.parity}".encode()
        try:
            if self._kept.load() != text:
                self._kept.save(text)
        except PortError as error:
            self._event(f"module: not remembered: {error}")

    def _remembered(self):
        """(name, Found) of last time, or (None, None)."""
        words = (self._kept.load() or b"").decode().split(" ")
        if len(words) != 4 or words[0] not in self._drivers or not words[2].isdigit():
            return None, None
        return words[0], Found(words[1], int(words[2]), words[3])

    def _enter(self, state, trouble):
        self._state, self._trouble = state, trouble
        self._event(f"module {state}: {trouble}")
