"""Makes what we log in to a meter with of its row in the archive. Wiring only."""

from dcu.archive_row import KEY_OCTETS
from dcu.counters import Counter, counter_name
from drivers.login import Login
from hal import cipher
from hal.token import random_octets
from wire import association
from wire.ciphering import AUTHENTICATED, BOTH, ENCRYPTED, Above, Key
from wire.credentials import Credentials
from wire.protection import Security

_MECHANISMS = {
    "none": association.NONE,
    "lls": association.LLS,
    "hls": association.HLS,
    "hls-md5": association.HLS_MD5,
    "hls-sha1": association.HLS_SHA1,
    "hls-gmac": association.HLS_GMAC,
    "hls-sha256": association.HLS_SHA256,
    "hls-ecdsa": association.HLS_ECDSA,
}
_CONTROLS = {"none": 0, "auth": AUTHENTICATED, "enc": ENCRYPTED, "authenc": BOTH}


def login_of(record, title, counters):
    """`title`: the system title of the DCU, for a row without one; `counters`: dcu/counters.py."""
    title = record.title or title
    size = KEY_OCTETS[record.suite]
    counter = key = None
    if record.ek:
        counter = Counter(counters, counter_name(title, record.ek))
        blank = bytes(size)  # where nothing is authenticated, there need not be a key for it
        key = Key(cipher, record.suite, record.ek, record.ak or blank, counter, Above())
    control = _CONTROLS[record.ciphering]
    credentials = Credentials(
        _MECHANISMS[record.auth],
        record.password.encode(),
        Security(cipher, title, key, policy=control, kek=record.kek),
        is_ciphered=bool(control),
        signing=(record.sk, record.pk) if record.sk else None,
    )
    dedicated = size if record.dedicated == "yes" else 0
    return Login(record.auth, credentials, counter, random_octets, dedicated)
