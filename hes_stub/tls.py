"""TLS at the ports for DCUs: what `hes serve --tls` is given, and what is said of who fails.

Reference: docs/uplink.md, "TLS", for the other end.
"""

import ssl
import time
from collections import namedtuple

from hes_stub.arguments import terminal_id
from hes_stub.errors import HesError
from hes_stub.events import say
from wire import qgdw3761

HANDSHAKE_S = 60
HANDSHAKES_MAX = 200
ARGUMENTS = (
    (
        ("--tls",),
        {"nargs": 2, "metavar": ("CERT", "KEY"), "help": "files, PEM: TLS at --port and --dial"},
    ),
    (("--client-ca",), {"metavar": "CA", "help": "file, PEM: DCUs must show what it has signed"}),
)
_SEVERAL = {"action": "append", "default": []}
CERTIFICATES_ARGUMENTS = (  # of `hes certificates`
    (("folder",), {"metavar": "FOLDER", "help": "where they are written"}),
    (("--host",), {**_SEVERAL, "help": "name or address of the HES (127.0.0.1)"}),
    (
        ("--terminal",),
        {**_SEVERAL, "type": terminal_id, "help": "a DCU that gets one, like 07310001"},
    ),
)
PLAIN = {}
_OF_CERTIFICATES = ("CERTIFICATE_VERIFY_FAILED", "PEER_DID_NOT_RETURN_A_CERTIFICATE")

# asyncio's arguments for who dials us, and for whom we dial
Security = namedtuple("Security", ("serving", "dialling"))


class _Told(ssl.SSLObject):
    """A handshake that fails is a line of the log: asyncio drops the connection silently. And
    they are few at a time, as those are that have not logged in."""

    shaking = {}  # id: when it began
    trouble = None

    def do_handshake(self):
        try:
            self._begin()
            if self.trouble:
                raise self.trouble
            super().do_handshake()
        except ssl.SSLWantReadError:
            raise
        except ssl.SSLError as error:
            self.shaking.pop(id(self), None)
            if self._tells_first(error):
                raise ssl.SSLWantReadError()  # asyncio then sends the alert, which else it drops
            raise
        self.shaking.pop(id(self), None)

    def _tells_first(self, error):
        """Whether the peer has yet to hear why: a DCU can act on it."""
        is_first = self.trouble is None
        if is_first:
            self.trouble = error
            say(f"a TLS handshake has failed: {why(error)}")
        return is_first and error.reason in _OF_CERTIFICATES

    def _begin(self):
        now_s = time.monotonic()
        for key in [key for key in self.shaking if now_s - self.shaking[key] > HANDSHAKE_S]:
            del self.shaking[key]  # asyncio has closed it, and tells nobody
        if len(self.shaking) >= HANDSHAKES_MAX and id(self) not in self.shaking:
            raise ssl.SSLError(1, "too many at once")
        self.shaking.setdefault(id(self), now_s)


def from_arguments(options):
    """A Security. HesError for a file that is not what it must be, and for what cannot be."""
    if not options.tls:
        if options.client_ca:
            raise HesError("--client-ca is of TLS: give --tls CERT KEY, too")
        return Security(PLAIN, PLAIN)
    if options.udp is not None:
        raise HesError("--udp is not secured by --tls: leave one of them out")
    if options.dial and not options.client_ca:
        raise HesError("--dial with --tls needs --client-ca: who has signed the DCUs")
    serving = _context(ssl.PROTOCOL_TLS_SERVER, options)
    dialling = _context(ssl.PROTOCOL_TLS_CLIENT, options)
    serving.sslobject_class = _Told
    serving.num_tickets = 0  # no DCU takes a session up again: octets on its bearer for nothing
    limit = {"ssl_handshake_timeout": HANDSHAKE_S}
    return Security({"ssl": serving, **limit}, {"ssl": dialling, **limit})


def _context(kind, options):
    context = ssl.SSLContext(kind)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False  # a DCU is known by the terminal in its certificate
    certificate, key = options.tls
    try:
        context.load_cert_chain(certificate, key, lambda: "")
    except (OSError, ValueError) as error:
        raise HesError(f"--tls {certificate} {key}: {why(error)}; give two files in PEM")
    if options.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(options.client_ca)
        except OSError as error:
            raise HesError(f"--client-ca {options.client_ca}: {why(error)}; give a file in PEM")
    return context


def why(error):
    """An ssl.SSLError, or an OSError, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    reason = getattr(error, "reason", None)
    if isinstance(error, ssl.SSLError):
        return reason.lower().replace("_", " ") if reason else str(error.args[-1])
    return getattr(error, "strerror", None) or str(error)


def terminal_of(transport):
    """The terminal ID that the peer's certificate has as its common name, or None: then it may
    be any that this CA has signed."""
    shown = transport.get_extra_info("peercert")
    names = shown.get("subject", ()) if isinstance(shown, dict) else ()
    for (key, value), *_ in names:
        if key == "commonName" and qgdw3761.is_terminal_text(value):
            return value
    return None
