"""TLS for MicroPython: see hal/tls.py. mbedTLS over a stream of ours, which never waits.

Found by trial with 1.28 and 1.29-preview (mbedTLS 3.6), which shape this file:
- TLS 1.2 only; no close_notify is ever sent.
- `cipher()` before the end of the handshake ends the process, and nothing tells of that end: it is
  seen here in the records.
- What it sends of its own certificates is one; further ones are dropped without a word.
- That a key belongs to a certificate is not looked at: `_check_pair` tries it.
- The dates of certificates are held against the machine's clock, and it cannot be told another:
  see `lets_dates_be`.
"""

import io

import tls

from hal.errors import NotAuthenticated, PortError, Refused

CHAIN_MAX = 1  # certificates of our own
_CHANGE, _ALERT, _HANDSHAKE = 20, 21, 22  # types of records: RFC 5246, 6.2.1
_HEAD = 5
_DATES = ("The certificate validity has expired", "The certificate validity starts in the future")
_ALERTS = {  # RFC 5246, 7.2.2, as OpenSSL says them
    40: "handshake failure",
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    48: "unknown ca",
    49: "access denied",
    51: "decrypt error",
    70: "protocol version",
    71: "insufficient security",
    80: "internal error",
    112: "unrecognized name",
}


class Context:
    """See hal/tls.py, `Identity`, of which `identity` is one."""

    def __init__(self, identity):
        self.identity = identity
        self._known = {}  # one (name, chain) at most
        if identity.certificates:
            _check_pair(identity)

    def engine(self, peer, name):
        """name   of the server, when we are the client; None: we are it"""
        is_server = name is None
        assert self.identity.certificates or not is_server, "a server has a certificate"
        known = self._known.pop(name, None)
        self._known.clear()

        def note(chain):
            self._known[name] = chain

        return _Engine(_context(self.identity, is_server), peer, name, known, note)


def _context(identity, is_server):
    context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER if is_server else tls.PROTOCOL_TLS_CLIENT)
    needs_none = is_server and not identity.roots
    context.verify_mode = tls.CERT_NONE if needs_none else tls.CERT_REQUIRED
    for root in identity.roots:
        _load(identity.roots_path, context.load_verify_locations, root)
    if identity.certificates:
        path = identity.key_path
        _load(path, context.load_cert_chain, identity.certificates[0], identity.key)
    return context


def _load(path, load, *octets):
    try:
        load(*octets)
    except (ValueError, OSError) as error:
        text = "RSA, P-256, P-384 and P-521 are known here"
        raise Refused(f"{path}: TLS cannot use this: {error}; {text}")


def _check_pair(identity):
    """Refused when the key is of another certificate: it is tried, between two ends of ours."""
    server = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    server.verify_mode = tls.CERT_NONE
    _load(identity.key_path, server.load_cert_chain, identity.certificates[0], identity.key)
    client = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    client.verify_mode = tls.CERT_NONE
    ends = [_Wire(), _Wire()]
    sockets = [
        client.wrap_socket(ends[0], do_handshake_on_connect=False),
        server.wrap_socket(ends[1], server_side=True, do_handshake_on_connect=False),
    ]
    try:
        for turn in (0, 1, 0, 1):
            sockets[turn].read(1)
            ends[1 - turn].feed(ends[turn].take())
    except OSError:
        text = "this key does not belong to the certificate"
        raise Refused(f"{identity.key_path}: {text} {identity.certificate_path}")
    finally:
        for each in sockets:
            each.close()


class _Wire(io.IOBase):
    """What mbedTLS reads and writes. Empty is not the end of it: that is the matter of who feeds.

    has_changed  the peer has sent ChangeCipherSpec, and after it its Finished, whole
    """

    def __init__(self):
        self._incoming = b""
        self._outgoing = b""
        self._head = b""
        self._left = 0  # octets of the record that is coming in
        self._body = b""  # of an alert
        self._has_begun_change = False
        self.has_changed = False
        self.alert = None

    def feed(self, octets):
        self._incoming += octets

    def take(self):
        octets, self._outgoing = self._outgoing, b""
        return octets

    def readinto(self, buffer):
        if not self._incoming:
            return None
        size = min(len(buffer), len(self._incoming))
        octets = self._incoming[:size]
        buffer[:size] = octets
        self._incoming = self._incoming[size:]
        if not self.has_changed:
            self._watch(octets)
        return size

    def write(self, octets):
        self._outgoing += bytes(octets)
        return len(octets)

    def ioctl(self, request, argument):
        return 0

    def _watch(self, octets):
        while octets:
            if not self._left:
                missing = _HEAD - len(self._head)
                self._head, octets = self._head + octets[:missing], octets[missing:]
                if len(self._head) < _HEAD:
                    return
                self._left = self._head[3] << 8 | self._head[4]
                self._body = b""
            taken = octets[: self._left]
            octets = octets[self._left :]
            self._left -= len(taken)
            if self._head[0] == _ALERT and len(self._body) < 2:
                self._body += taken[:2]
            if not self._left:
                self._note(self._head[0])
                self._head = b""

    def _note(self, kind):
        if kind == _ALERT and not self._has_begun_change and len(self._body) == 2:
            self.alert = self._body[1]
        elif kind == _CHANGE:
            self._has_begun_change = True
        elif kind == _HANDSHAKE and self._has_begun_change:
            self.has_changed = True


class _Engine:
    """known   a chain that was found right but for its dates: this one is taken, and no other"""

    def __init__(self, context, peer, name, known, note):
        self._peer = peer
        self._known = known
        self._note = note
        self._chain = []  # from the root down
        self._has_only_dates = False
        self._wire = _Wire()
        self._early = b""
        if known:
            context.verify_mode = tls.CERT_OPTIONAL
        context.verify_callback = self._see
        options = {"server_side": True} if name is None else {"server_hostname": name}
        self._tls = context.wrap_socket(self._wire, do_handshake_on_connect=False, **options)

    def feed(self, octets):
        self._wire.feed(octets)

    def take(self):
        return self._wire.take()

    def shake(self):
        try:
            self._early += self._tls.read(1) or b""
        except ValueError as error:
            lines = [line for line in str(error.args[0]).split("\n") if line]
            others = [line for line in lines if line not in _DATES]
            self._has_only_dates = bool(lines) and not others
            raise NotAuthenticated(f"{self._peer}: {', '.join(lines)}")
        except OSError as error:
            raise NotAuthenticated(f"{self._peer}: TLS handshake failed: {self._words(error)}")
        if self._wire.has_changed and self._known and self._chain != self._known:
            raise NotAuthenticated(f"{self._peer}: another certificate than a moment ago")
        return self._wire.has_changed

    def certificates(self):
        return self._chain

    def lets_dates_be(self):
        """After a refusal: whether it was for dates alone, by the machine's clock. The next
        connection takes this chain whatever that clock says."""
        if self._has_only_dates and self._chain:
            self._note(self._chain)
            return True
        return False

    def read(self, size):
        early, self._early = self._early, b""
        if early:
            return early
        try:
            octets = self._tls.read(size)
        except OSError as error:
            raise PortError(f"{self._peer}: TLS: {self._words(error)}")
        if octets == b"":
            raise PortError(f"{self._peer}: closed by the peer")
        return octets or b""

    def write(self, octets):
        try:
            taken = self._tls.write(octets)
        except OSError as error:
            raise PortError(f"{self._peer}: TLS: {self._words(error)}")
        assert taken == len(octets), "our stream takes all"

    def close(self):
        """Must be called, once: else the garbage collector does it, at a time of its own."""
        self._tls.close()

    def version(self):
        return self._tls.cipher()[1]

    def _see(self, certificate, depth):
        self._chain.append(bytes(certificate))
        return 0

    def _words(self, error):
        if self._wire.alert is not None:
            return "alert " + _ALERTS.get(self._wire.alert, str(self._wire.alert))
        return str(error.args[-1]).replace("MBEDTLS_ERR_", "").lower().replace("_", " ")
