"""APDUs to all DLMS meters of a bus at once, in UI frames. Nobody answers; some may not hear.

Reference: IEC 62056-46, 6.4.2.3 (all-station address), 6.4.3.6 (UI).
"""

from hal import coop
from wire import hdlc

APDU_MAX = 125  # octets: a frame of the usual 128, without its LLC header
_LLC = b"\xe6\xe6\x00"
_UNCONFIRMED_UI = hdlc.UI & ~hdlc.POLL
_ALL_ONE, _ALL_TWO = 0x7F, 0x3FFF  # all stations, in 7 and in 14 bits
_GAP_MS = 50  # for the meters to store what they have heard


class Broadcast:
    """`client` is our SAP. `octets` of the address that all these meters listen to: 1, 2 or 4."""

    def __init__(self, bus, client, octets):
        self._bus = bus
        self._source = hdlc.client_address(client)
        everybody = _ALL_TWO if octets == 4 else _ALL_ONE
        self._destination = hdlc.server_address(everybody, everybody, octets)

    async def send(self, apdu):
        """An unconfirmed request, said once. PortError."""
        assert len(apdu) <= APDU_MAX
        frame = hdlc.Frame(
            self._destination, self._source, _UNCONFIRMED_UI, _LLC + bytes(apdu), False
        )
        await self._bus.tell(hdlc.encode(frame))
        await coop.sleep_ms(_GAP_MS)
