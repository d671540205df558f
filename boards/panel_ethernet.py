"""The Ethernet page of the panel: the parts of a fixed address are put together first, then
"AutoDetect IP" chooses between the system, DHCP and that address, as one change.
"""

from dcu import ipv4
from hal.errors import Refused
from lcd_menu.items import Spec
from wire.ipv4 import dotted

KEY = "eth.ipv4"
DRAFT = "eth.new."
_PARTS = ("address", "mask", "gateway", "dns")
_NONE = "0.0.0.0"
_MASK = "255.255.255.0"


class EthernetFields:
    """For the keys KEY and DRAFT with the name of a part, as boards/panel_fields.py has others."""

    def __init__(self, dcu):
        self._dcu = dcu
        self._draft = None  # {part: text}; None: as it is set

    def field(self, key):
        if key == KEY:
            now = self._dcu.settings.get(KEY)
            ways = [ipv4.SYSTEM, ipv4.DHCP] + [
                each for each in (now, self._drafted()) if "." in each
            ]
            names = [name for at, name in enumerate(ways) if name not in ways[:at]]
            return Spec("choice", tuple(names), None, now, True)
        return Spec("ipv4", 0, 64, self.shown(key), False)

    def shown(self, key):
        return self._parts()[key[len(DRAFT) :]]

    def put(self, key, text):
        parts = self._parts()
        parts[key[len(DRAFT) :]] = text
        self._draft = parts

    def _parts(self):
        """Those typed so far, of those that are set."""
        if self._draft is not None:
            return dict(self._draft)
        now = self._dcu.settings.get(KEY)
        parts = {"address": _NONE, "mask": _MASK, "gateway": _NONE, "dns": _NONE}
        if "." in now:
            way = ipv4.fixed(now)
            parts["address"] = dotted(way.address)
            parts["mask"] = dotted(ipv4.mask_of(way.prefix))
            parts["gateway"] = _NONE if way.gateway is None else dotted(way.gateway)
            parts["dns"] = dotted(way.dns[0]) if way.dns else _NONE
        return parts

    def _drafted(self):
        """As text of the setting; "" while there is nothing to choose."""
        parts = self._parts()
        if parts["address"] == _NONE:
            return ""
        gateway, dns = ["" if parts[name] == _NONE else parts[name] for name in _PARTS[2:]]
        text = f"{parts['address']}/{parts['mask']},{gateway},{dns}".rstrip(",")
        try:
            return ipv4.text_of(ipv4.fixed(text))
        except Refused:
            return text  # choosing it says what is wrong
