"""The keys of the HES: with them, management is ciphered and authenticated by HLS-GMAC.

`cosem.ek`, `cosem.ak` and `cosem.kek` are settings; their size says the suite: 16 octets are
suite 0, 32 are suite 2.

What the HES has sent is not taken twice: its counters must rise over associations, too. That is
kept in memory only. After a restart an old APDU cannot be used again: without an association
nothing is served, an association takes an answer to a new challenge, and what the HES itself
sends to open it is counted above all that it ever sent.

Reference: IEC 62056-5-3, security suites; IEC 62056-6-2, class_id 64 (Security setup), version 1.
"""

from dcu.cosem_row import (
    ANYBODY,
    OTHER_REASON,
    READERS,
    SECURITY,
    Method,
    cell,
    data_row,
    row,
)
from dcu.counters import Counter, counter_name
from hal.errors import Refused
from wire import association, axdr, key_transfer
from wire.ciphering import BOTH, Above, Key
from wire.credentials import Credentials
from wire.envelope import GENERAL_GLO
from wire.errors import WireError
from wire.protection import Protection, Security, Way
from wire.server import Denied

_SUITE_OF = {16: 0, 32: 2}  # by octets of a key
_ALL_PROTECTED = 0x6C  # policy: requests and responses authenticated and encrypted
_SETTING_OF = {
    key_transfer.UNICAST: "cosem.ek",
    key_transfer.AUTHENTICATION: "cosem.ak",
    key_transfer.MASTER: "cosem.kek",
}


class CosemKeys:
    """ciphers   hal/cipher.py
    counters  dcu/counters.py
    """

    def __init__(self, settings, counters, ciphers):
        self._settings = settings
        self._counters = counters
        self._ciphers = ciphers
        self._made_of = None
        self._security = None
        self._heard = {}  # Above, by encryption key: a change to and fro forgets nothing

    def _octets(self, key):
        return bytes.fromhex(self._settings.get(key))

    def security(self):
        """Security with the keys of now, None without a pair of keys of one size."""
        ek, ak = self._octets("cosem.ek"), self._octets("cosem.ak")
        title = self._settings.system_title()
        made_of = (ek, ak, title, self._octets("cosem.kek"))
        if not ek or len(ek) != len(ak):
            return None
        if made_of != self._made_of:
            self._made_of = made_of
            self._security = self._made(*made_of)
        return self._security

    def _made(self, ek, ak, title, kek):
        heard = self._heard.setdefault(ek, Above())
        counter = Counter(self._counters, counter_name(title, ek))
        key = Key(self._ciphers, _SUITE_OF[len(ek)], ek, ak, counter, heard)
        return Security(self._ciphers, title, key, policy=BOTH, kek=kek)

    def are_set(self):
        """Whether management needs them. If they do not belong together nobody gets in."""
        return bool(self._settings.get("cosem.ek") or self._settings.get("cosem.ak"))

    def credentials(self):
        """Of the management client, when there is a pair of keys."""
        return Credentials(association.HLS_GMAC, b"", self.security(), is_ciphered=True)

    def seal(self, apdu):
        """What is pushed: ciphered, by general-glo, which says whose it is; in clear without keys.
        Refused when the keys do not belong together, or there is no counter."""
        if not self.are_set():
            return apdu
        security = self.security()
        if security is None:
            raise Refused("cosem.ek and cosem.ak do not belong together: nothing is pushed")
        way = Way(GENERAL_GLO, BOTH, security.unicast, b"", None)
        return Protection(security).seal(apdu, way)

    def heard(self):
        """The greatest invocation counter of the HES that was taken."""
        above = self._heard.get(self._octets("cosem.ek"))
        return max(above.expected - 1, 0) if above else 0

    def transfer(self, rows):
        """New keys, wrapped with the master key: all of them are kept, or none is. In force with
        the next association. Denied for what is not so wrapped."""
        security = self.security()
        if security is None or not security.kek:
            raise Denied(OTHER_REASON)
        size = len(self._octets("cosem.ek"))
        try:
            keys = key_transfer.keys_in(self._ciphers, security.kek, rows, size)
        except WireError:
            raise Denied(OTHER_REASON)
        if any([which not in _SETTING_OF for which in keys]):
            raise Denied(OTHER_REASON)  # no broadcasts are taken from the HES
        pairs = [(_SETTING_OF[which], keys[which].hex().upper()) for which in sorted(keys)]
        self._settings.put_all(pairs)


def key_rows(keys, settings):
    """The security setup of the management association, and the counter that a HES which has
    lost its own reads first."""

    def suite():
        security = keys.security()
        return axdr.enum(security.unicast.suite if security else 0)

    def policy():
        return axdr.enum(_ALL_PROTECTED if keys.security() else 0)

    def title():
        return axdr.octets(settings.system_title())

    def transfer(rows):
        keys.transfer(rows)

    cells = {
        2: cell("security_policy", "enum, 108: all authenticated and encrypted", policy),
        3: cell("security_suite", "enum", suite),
        4: cell("client_system_title", "octet-string, not kept", lambda: axdr.octets(b"")),
        5: cell("server_system_title", "octet-string(8)", title),
        6: cell("certificates", "array, none", lambda: axdr.array([])),
    }
    methods = {2: Method("key_transfer", "array of {enum, wrapped key}", transfer)}
    name = "security setup: keys of management"
    return (
        row(SECURITY, 1, "0.0.43.0.0.255", name, READERS, cells, methods),
        data_row(
            "0.0.43.1.0.255",
            "invocation counter: the greatest that was taken of management",
            "u32",
            lambda: axdr.u32(keys.heard()),
            ANYBODY,
        ),
    )
