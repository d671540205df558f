"""The link to one meter behind the slot: that of whichever module is there when it is used."""


class SlotMeterLink:
    """Has what drivers/hdlc_meter_link.py has."""

    blocks_in_a_row = 1

    def __init__(self, name, slot, node, client, logical):
        self.name = name
        self._slot = slot
        self._node = node
        self._ends = (client, logical)
        self._link = None

    async def connect(self, attempts=None, urgent=False):
        """PortError while there is no module, else as the link of the module."""
        link = self._slot.driver().link(self.name, self._node, *self._ends)
        was_open = await link.connect(attempts, urgent)
        self._link = link  # not before: another may be using the one that is there
        return was_open

    async def request(self, apdu):
        return await self._link.request(apdu)

    async def reconnect(self, attempts=None):
        await self._link.reconnect(attempts)

    def can_stay_open(self, idle_ms):
        return False  # the module may be another until then

    async def disconnect(self, is_silent=False):
        if self._link:
            await self._link.disconnect(is_silent)
