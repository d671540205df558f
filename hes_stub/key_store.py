"""What of the keys is in hes.db: our system title, how far the counters are, keys of single DCUs.

Each is durable when the call returns, on a connection of its own. A key is here only wrapped with
the master key of the key file; a counter is found by a fingerprint of title and key.
"""

import secrets

from hes_stub.schema import open_to_write
from wire.ciphering import TITLE_SIZE

_MAKER = b"HES"  # of the system title; the rest is drawn once


class KeyStore:
    def __init__(self, path):
        self._sql = open_to_write(path)

    def close(self):
        self._sql.close()

    def title(self):
        """Our system title: another one in each hes.db, so that one lost with its counters does
        no harm."""
        drawn = _MAKER + secrets.token_bytes(TITLE_SIZE - len(_MAKER))
        self._sql.execute("INSERT OR IGNORE INTO titles VALUES (1, ?)", (drawn,))
        return self._sql.execute("SELECT title FROM titles").fetchone()[0]

    def reserved(self, fingerprint):
        """Below this number all may have been used."""
        query = "SELECT reserved FROM counters WHERE fingerprint = ?"
        row = self._sql.execute(query, (fingerprint,)).fetchone()
        return row[0] if row else 0

    def reserve(self, fingerprint, end):
        """Durable on return, or sqlite3.Error."""
        self._sql.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (fingerprint, end))

    def keys(self, terminal):
        """(old, new or None), wrapped, of a DCU that has been given keys of its own; or None."""
        query = "SELECT old, new FROM keys WHERE terminal = ?"
        row = self._sql.execute(query, (terminal,)).fetchone()
        return tuple(row) if row else None

    def keep_keys(self, terminal, old, new=None):
        self._sql.execute("INSERT OR REPLACE INTO keys VALUES (?, ?, ?)", (terminal, old, new))

    def forget_keys(self, terminal):
        self._sql.execute("DELETE FROM keys WHERE terminal = ?", (terminal,))
