"""TLS over any stream of hal/README.md: a socket, or what a cellular module carries.

Whom the peer must be signed by is given with an `Identity`, in files; nobody is let through whose
certificate that CA, the name and the dates do not allow, and nothing is ever sent in clear
instead. The dates are held against the clock that the caller hands in: the machine's may not be
set. See hal/README.md, "TLS".
"""

import sys

from hal import coop
from hal.clock import Clock
from hal.errors import NotAuthenticated, PortError, Refused, WireError
from hal.reasons import reason
from wire import pem, x509
from wire.cosem_time import date_of

if sys.implementation.name == "micropython":
    from hal import tls_upy as _own
else:
    from hal import tls_cpython as _own

FILE_MAX = 65_536  # octets of one file of certificates
ROOTS_MAX = 64
PIECE = 4_096  # octets that are given to the library, or taken from the stream, at once
BYE_MS = 1_000  # for the last octets of a connection
_READ_MS = 10_000
_DAY_S = 86_400
_KEYS = ("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY")


class Identity:
    """Who we are and whom we trust. No namedtuple: its repr would show the key.

    roots         [DER] of those who sign whom we trust
    certificates  [DER], ours first
    key           DER
    """

    def __init__(self, paths, roots, certificates, key):
        self.roots_path, self.certificate_path, self.key_path = paths
        self.roots = roots
        self.certificates = certificates
        self.key = key

    def is_same(self, other):
        return self._all() == other._all()

    def _all(self):
        paths = self.roots_path, self.certificate_path, self.key_path
        return paths, self.roots, self.certificates, self.key


class Again(NotAuthenticated):
    """All was right but the dates, which the library held against another clock than ours: the
    next connection of this Context takes the same certificate. MicroPython only."""


def load(roots_path, certificate_path="", key_path="", known=None):
    """A Context of these files, in PEM; without certificate and key we have none to show.

    known   a Context, which is given back as long as the files are those that it was made of

    Refused says which file is not as it should be, and how to mend it. No error has a part of a
    key in it.
    """
    roots = _certificates(roots_path, ROOTS_MAX) if roots_path else []
    if bool(certificate_path) != bool(key_path):
        raise Refused("TLS: a certificate needs its key, and a key its certificate: set both")
    mine, key = [], b""
    if certificate_path:
        mine = _certificates(certificate_path, _own.CHAIN_MAX)
        key = _key(key_path)
    identity = Identity((roots_path, certificate_path, key_path), roots, mine, key)
    return known if known and known.identity.is_same(identity) else _own.Context(identity)


async def connect(stream, context, name, limit_ms, now_s):
    """A Stream over `stream`, whose end is the server `name` (of its certificate).

    now_s  UTC that dates are held against; None: they are not looked at

    NotAuthenticated when it is not, or does not speak TLS, or does not take our certificate;
    Again, see there; PortError when it falls silent or goes away. `stream` is then closed.
    """
    return await _shaken(stream, context, name, limit_ms, now_s)


async def accept(stream, context, limit_ms, now_s):
    """As `connect`, with us as the server; the peer shows a certificate if `context` has roots."""
    return await _shaken(stream, context, None, limit_ms, now_s)


async def _shaken(stream, context, name, limit_ms, now_s):
    is_good = False
    try:
        secured = Stream(stream, context.engine(stream.peer, name))
    except (ValueError, OSError):  # CPython's; MicroPython's, if it is too long
        await stream.close()
        raise NotAuthenticated(f"{stream.peer}: {name!r} is no name of a server")
    try:
        await coop.within_ms(limit_ms, secured.shake(now_s))
        is_good = True
    except coop.Expired:
        raise PortError(f"{stream.peer}: no TLS handshake within {limit_ms} ms")
    finally:
        if not is_good:
            await secured.close()
    return secured


class Stream:
    """As hal.net.Stream. What `stream` carries is records; `peer` is its peer."""

    is_secured = True

    def __init__(self, stream, engine):
        self.peer = stream.peer
        self._stream = stream
        self._engine = engine
        self._writing = coop.Lock()
        self._is_open = True
        self._is_reading = self._has_read = False
        self._is_whole = True  # no record was cut while it was sent

    async def shake(self, now_s):
        try:
            while not self._engine.shake():
                await self._flush()
                self._engine.feed(await self._read_shaking())
            _check_dates(self.peer, self._engine.certificates(), now_s)
        except NotAuthenticated as error:
            await self._say_why()
            if self._engine.lets_dates_be():
                _check_dates(self.peer, self._engine.certificates(), now_s)
                raise Again(str(error))
            raise error
        await self._flush()

    async def _say_why(self):
        """The alert that tells the peer, if it is still there."""
        try:
            await self._flush()
        except PortError:
            pass  # what it has done is worse

    async def _read_shaking(self):
        try:
            return await self._stream.read(PIECE, _READ_MS)
        except PortError as error:
            raise PortError(f"{error}, in the TLS handshake")

    async def read(self, size, timeout_ms):
        clock = Clock()
        left_ms = timeout_ms
        while True:
            self._check_open()
            octets = self._engine.read(size)
            self._has_read = self._has_read or bool(octets)
            if not self._writing.locked():
                async with self._writing:
                    await self._flush()  # what the library answers by itself
            if octets:
                return octets
            if timeout_ms is not None:
                left_ms = max(0, timeout_ms - clock.ticks_ms())
            octets = await self._piece(left_ms)
            if not octets:
                return b""
            self._check_open()
            self._engine.feed(octets)

    async def _piece(self, limit_ms):
        self._is_reading = True
        try:
            return await self._stream.read(PIECE, limit_ms)
        finally:
            self._is_reading = False

    async def write(self, data):
        async with self._writing:
            for start in range(0, len(data), PIECE):
                self._check_open()
                self._engine.write(bytes(data[start : start + PIECE]))
                await self._flush()

    async def close(self):
        if not self._is_open:
            return
        self._is_open = False
        self._engine.close()
        if self._is_whole and not self._writing.locked():
            try:
                await coop.within_ms(BYE_MS, self._flush())
            except (coop.Expired, PortError):
                pass
        await self._stream.close()

    def version(self):
        """As in "TLSv1.2"."""
        return self._engine.version()

    async def _flush(self):
        if not self._is_whole:
            raise PortError(f"{self.peer}: closed: a record was cut")
        octets = self._engine.take()
        if octets:
            self._is_whole = False
            try:
                await self._stream.write(octets)
            except PortError as error:
                await self._hear_why()
                raise error
            self._is_whole = True

    async def _hear_why(self):
        """A peer that does not take our certificate says so and goes; in TLS 1.3 that may be
        after the handshake. NotAuthenticated, if it did."""
        if self._is_open and not (self._is_reading or self._has_read):
            octets = await self._stream.read(PIECE, 0)
            self._check_open()
            self._engine.feed(octets)
            self._engine.read(1)

    def _check_open(self):
        if not self._is_open:
            raise PortError(f"{self.peer}: closed")


def _check_dates(peer, certificates, now_s):
    if now_s is None:
        return
    for certificate in certificates:
        try:
            first_s, last_s = x509.validity(certificate)
        except WireError as error:
            raise NotAuthenticated(f"{peer}: a certificate without dates: {error}")
        if now_s > last_s:
            raise NotAuthenticated(f"{peer}: a certificate has expired, on {_day(last_s)}")
        if now_s < first_s:
            text = f"a certificate is not valid before {_day(first_s)}"
            raise NotAuthenticated(f"{peer}: {text}; is the clock right? it is {_day(now_s)}")


def valid_until(path):
    """(second of UTC, "2026-11-23") until which all certificates of a file are valid. Refused."""
    last_s = min([x509.validity(der)[1] for der in _certificates(path, ROOTS_MAX)])
    return last_s, _day(last_s)


def _day(utc_s):
    year, month, day = date_of(utc_s // _DAY_S)
    return f"{year:04}-{month:02}-{day:02}"


def _certificates(path, most):
    found = [der for label, der in _blocks(path) if label == "CERTIFICATE"]
    if not found:
        raise Refused(f"{path}: no certificate in PEM: -----BEGIN CERTIFICATE----- is missing")
    if len(found) > most:
        raise Refused(f"{path}: {len(found)} certificates, of which TLS takes {most} here")
    for der in found:
        try:
            x509.validity(der)
        except WireError as error:
            raise Refused(f"{path}: not a certificate: {error.reason}")
    return found


def _key(path):
    blocks = _blocks(path)
    if [label for label, _ in blocks if label == "ENCRYPTED PRIVATE KEY"]:
        raise Refused(f"{path}: the key is encrypted; nobody is here to type its password")
    keys = [der for label, der in blocks if label in _KEYS]
    if len(keys) != 1:
        raise Refused(f"{path}: {len(keys)} private keys in PEM, where there must be one")
    return keys[0]


def _blocks(path):
    """WireError is not shown with its octets: they may be of a key."""
    try:
        with open(path, "rb") as file:
            octets = file.read(FILE_MAX + 1)
    except OSError as error:
        raise Refused(f"{path}: {reason(error)}")
    if len(octets) > FILE_MAX:
        raise Refused(f"{path}: more than {FILE_MAX} octets")
    try:
        return pem.blocks(octets.decode())
    except (WireError, UnicodeError) as error:
        raise Refused(f"{path}: not PEM: {getattr(error, 'reason', 'no text')}")
