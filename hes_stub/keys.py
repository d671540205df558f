"""The keys of the DCUs: those of the key file for all, and those that `hes rekey` gave to one.

The latter are in hes.db, wrapped with the master key of the key file. While it is not known
whether a DCU has taken them, the old and the new ones are tried in turn.
"""

import secrets

from hes_stub import cipher
from hes_stub.errors import HesError
from hes_stub.key_file import Pair
from hes_stub.sent_counter import SentCounter, fingerprint
from wire import association, key_transfer
from wire.ciphering import BOTH, Above, Key
from wire.credentials import Credentials
from wire.errors import WireError
from wire.protection import Security

DCU_TITLE = b"ODC\x00"  # before the terminal ID: the system title of a DCU
_SUITES = {16: 0, 32: 2}  # by octets of a key


class Keys:
    """`given`: KeyFile of hes_stub/key_file.py; `store`: hes_stub/key_store.py."""

    def __init__(self, given, store):
        self._given = given
        self._store = store
        self._title = store.title()
        self._counters = {}  # by fingerprint: one for a key, whoever is spoken to
        self._changes = {}  # by terminal

    def pair(self, terminal):
        """The Pair to try now with this DCU. HesError when its own cannot be unwrapped."""
        return self._change(terminal).key

    def counter(self, pair):
        name = fingerprint(self._title, pair.ek)
        if name not in self._counters:
            self._counters[name] = SentCounter(self._store, name)
        return self._counters[name]

    def credentials(self, terminal, pair):
        """For one connection: what the DCU sent in an earlier one is nothing in this."""
        suite, counter = _SUITES[len(pair.ek)], self.counter(pair)
        key = Key(cipher, suite, pair.ek, pair.ak, counter, Above())
        title = DCU_TITLE + bytes.fromhex(terminal)
        security = Security(cipher, self._title, key, peer_title=title, policy=BOTH)
        return Credentials(association.HLS_GMAC, b"", security, is_ciphered=True)

    def worked(self, terminal):
        """The DCU has the pair that was tried."""
        change = self._change(terminal)
        if not change.is_settled:
            change.worked()
            self._settle(terminal)

    def failed(self, terminal):
        """It has not, or does not answer. Whether there is another pair to try."""
        change = self._change(terminal)
        change.failed()
        return not change.is_settled

    def draw(self, terminal):
        """Octets of a Data: a new pair for key_transfer. Durable before they are sent."""
        kek, old = self._given.kek, self.pair(terminal)
        if not kek:
            raise HesError("--dcu-key has no kek, which wraps new keys: add its line kek=HEX")
        new = Pair(secrets.token_bytes(len(old.ek)), secrets.token_bytes(len(old.ak)))
        self._store.keep_keys(terminal, self._wrapped(old), self._wrapped(new))
        self._changes[terminal] = key_transfer.KeyChange(old, new)
        keys = {key_transfer.UNICAST: new.ek, key_transfer.AUTHENTICATION: new.ak}
        return key_transfer.transfer_data(cipher, kek, keys)

    def answered(self, terminal):
        """The DCU has taken the new pair."""
        self._changes[terminal].answered()
        self._settle(terminal)

    def forget(self, terminal):
        """The DCU is to have the pair of the key file again; as long as that has not worked, the
        pair that it had is tried, too, if it can be unwrapped."""
        try:
            had = self.pair(terminal)
        except HesError:
            had = self._given.pair
        self._changes.pop(terminal, None)
        if _same(had, self._given.pair):
            self._store.forget_keys(terminal)
        else:
            self._store.keep_keys(terminal, self._wrapped(self._given.pair), self._wrapped(had))

    def _settle(self, terminal):
        pair = self._changes[terminal].key
        if _same(pair, self._given.pair):
            self._store.forget_keys(terminal)
        else:
            self._store.keep_keys(terminal, self._wrapped(pair))

    def _change(self, terminal):
        if terminal not in self._changes:
            old, new = self._kept(terminal)
            change = key_transfer.KeyChange(old, new or old)
            if new is None:
                change.worked()
            self._changes[terminal] = change
        return self._changes[terminal]

    def _kept(self, terminal):
        """(old Pair, new Pair or None)"""
        kept = self._store.keys(terminal)
        if kept is None:
            return self._given.pair, None
        try:
            old, new = [each and self._unwrapped(each) for each in kept]
            return old, new
        except WireError:
            pass
        raise HesError(
            f"its own keys are wrapped with a kek that --dcu-key does not have: put it there, or"
            f" give the DCU its ek and ak again, and `hes rekey {terminal} --forget`"
        )

    def _wrapped(self, pair):
        return cipher.wrap(self._given.kek, pair.ek + pair.ak)

    def _unwrapped(self, wrapped):
        if not self._given.kek:
            raise WireError("no key to unwrap with")
        both = cipher.unwrap(self._given.kek, wrapped)
        half = len(both) // 2
        return Pair(both[:half], both[half:])


def _same(one, other):
    return (one.ek, one.ak) == (other.ek, other.ak)
