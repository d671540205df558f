"""New keys for a meter: the data of key_transfer, and which key is right after a lost answer.

The new key is in force once the server has answered (some servers wait longer). When the answer
is lost, nobody on the client's side knows, and a KeyChange tries both.

Reference: IEC 62056-6-2, class_id 64 (Security setup), method 2 key_transfer.
"""

from wire import axdr
from wire.apdu_types import Method
from wire.errors import WireError

METHOD = 2  # of the security setup, 0.0.43.0.0.255
UNICAST, BROADCAST, AUTHENTICATION, MASTER = range(4)  # which key

_KEYS_MAX = 4


def method(ln):
    """key_transfer of the security setup with this logical name."""
    return Method(64, ln, METHOD)


def transfer_data(ciphers, kek, keys):
    """Octets of the Data: array of {key_id, wrapped key}. `keys` are {which: octets}."""
    rows = []
    for which in sorted(keys):
        wrapped = axdr.octets(ciphers.wrap(kek, keys[which]))
        rows.append(axdr.structure([axdr.enum(which), wrapped]))
    return axdr.array(rows)


def take_transfer(ciphers, kek, data, size):
    """As keys_in, of the octets of the Data."""
    return keys_in(ciphers, kek, axdr.decode_all(data), size)


def keys_in(ciphers, kek, rows, size):
    """{which: octets of the key}, all of them or none, of the decoded Data. WireError, which
    shows no octets.

    size  octets that each key must have: wire/ciphering.py, KEY_SIZES of the suite
    """
    if not isinstance(rows, (list, tuple)) or not 1 <= len(rows) <= _KEYS_MAX:
        raise WireError("no array of keys")
    keys = {}
    for row in rows:
        which, wrapped = _row(row)
        keys[which] = ciphers.unwrap(kek, wrapped)
        if len(keys[which]) != size:
            raise WireError("a key of another size than those of the suite")
    if len(keys) != len(rows):
        raise WireError("a key twice")
    return keys


def _row(row):
    if isinstance(row, tuple) and len(row) == 2:
        which, wrapped = row
        if which in (UNICAST, BROADCAST, AUTHENTICATION, MASTER) and isinstance(wrapped, bytes):
            return which, wrapped
    raise WireError("not a wrapped key")


class KeyChange:
    """Which of two keys a peer has: `key` is the one to try now.

    Both are kept before the new one is sent. An answer to the transfer settles it; until then
    each association is tried with `key`, and says how it went. Servers that get a wrong key may
    refuse, or say nothing at all: both are `failed`. So is a line that is down, which is why the
    two take turns until one has worked.
    """

    def __init__(self, old, new):
        self.key = old
        self._other = new
        self.is_settled = False

    def answered(self):
        """The server took the new key."""
        assert not self.is_settled
        self.key = self._other
        self.is_settled = True

    def worked(self):
        """An association with `key` stands: it is this one."""
        self.is_settled = True

    def failed(self):
        """It does not: the other is next, unless one is known to work."""
        if not self.is_settled:
            self.key, self._other = self._other, self.key
