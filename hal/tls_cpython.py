"""TLS for CPython: see hal/tls.py. OpenSSL between two buffers; it never sees a socket."""

import ssl

from hal.errors import NotAuthenticated, PortError, Refused

CHAIN_MAX = 8  # certificates of our own, from ours to below the CA's
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: dates are judged in hal/tls.py
_DER = 2  # _ssl.ENCODING_DER
_UNSIGNED = {  # X509_V_ERR_…, in words that help
    18: "a certificate that has signed itself, and is not set as a CA",
    19: "signed by a CA that is not the one set",
    20: "signed by a CA that is not the one set, or one between is missing",
    21: "signed by a CA that is not the one set, or one between is missing",
}
_OF_CERTIFICATES = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")  # in the names of alerts


class Context:
    """See hal/tls.py, `Identity`, of which `identity` is one."""

    def __init__(self, identity):
        self.identity = identity
        self._contexts = {}
        for is_server in (False, True) if identity.certificates else (False,):
            self._contexts[is_server] = self._make(is_server)

    def engine(self, peer, name):
        """name   of the server, when we are the client; None: we are it. ValueError for none"""
        is_server = name is None
        assert is_server in self._contexts, "a server has a certificate"
        return _Engine(self._contexts[is_server], peer, name)

    def _make(self, is_server):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if is_server:
            context.num_tickets = 0  # nobody takes a session up again: they are octets for nothing
        needs_none = is_server and not self.identity.roots
        context.verify_mode = ssl.CERT_NONE if needs_none else ssl.CERT_REQUIRED
        context.verify_flags |= _NO_CHECK_TIME
        if self.identity.roots:
            context.load_verify_locations(cadata=b"".join(self.identity.roots))
        certificate, key = self.identity.certificate_path, self.identity.key_path
        if certificate:
            try:
                context.load_cert_chain(certificate, key, lambda: "")
            except (ssl.SSLError, OSError) as error:
                raise Refused(_misfit(certificate, key, error))
        return context


def _misfit(certificate, key, error):
    if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
        return f"{key}: this key does not belong to the certificate {certificate}"
    return f"{key}: this key cannot be used: {_words(error)}"


class _Engine:
    def __init__(self, context, peer, name):
        self._peer = peer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, name is None, name)

    def feed(self, octets):
        self._incoming.write(octets)

    def take(self):
        return self._outgoing.read()

    def shake(self):
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLCertVerificationError as error:
            text = _UNSIGNED.get(error.verify_code, error.verify_message)
            raise NotAuthenticated(f"{self._peer}: {text}")
        except ssl.SSLError as error:
            raise NotAuthenticated(f"{self._peer}: TLS handshake failed: {_words(error)}")
        return True

    def certificates(self):
        if hasattr(self._tls, "get_verified_chain"):  # from 3.13 on
            return self._tls.get_verified_chain()
        chain = self._tls._sslobj.get_verified_chain() or ()
        return [each.public_bytes(_DER) for each in chain]

    def lets_dates_be(self):
        return False  # OpenSSL does not look at them

    def read(self, size):
        try:
            octets = self._tls.read(size)
        except ssl.SSLWantReadError:
            return b""
        except ssl.SSLZeroReturnError:
            octets = b""
        except ssl.SSLError as error:
            raise self._failure(error)
        if not octets:
            raise PortError(f"{self._peer}: closed by the peer")
        return octets

    def write(self, octets):
        try:
            taken = self._tls.write(octets)
        except ssl.SSLError as error:
            raise self._failure(error)
        assert taken == len(octets), "a memory BIO takes all"

    def close(self):
        """What says so to the peer is then there to `take`."""
        try:
            self._tls.unwrap()
        except ssl.SSLError:
            pass  # it waits for the peer to say so too, which we do not; or it has failed before

    def version(self):
        return self._tls.version()

    def _failure(self, error):
        text = f"{self._peer}: TLS: {_words(error)}"
        reason = error.reason or ""
        if "ALERT" in reason and any(each in reason for each in _OF_CERTIFICATES):
            return NotAuthenticated(text)  # TLS 1.3 judges our certificate after the handshake
        return PortError(text)


def _words(error):
    reason = getattr(error, "reason", None)
    return reason.lower().replace("_", " ") if reason else str(error)
