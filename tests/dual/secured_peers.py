"""A client and a server that share keys, for the tests of what is ciphered and proven."""

import sys

from hal import cipher
from tests.dual.codec_checks import refused, vectors
from tests.dual.cosem_peer import ENERGY, Objects, converse
from wire import apdu, association, dialogue
from wire.ciphering import AUTHENTICATED, BOTH, ENCRYPTED, Above, CountUp, Key
from wire.credentials import Credentials
from wire.dialogue import AssociationRefused
from wire.envelope import GENERAL, GENERAL_GLO, GLO
from wire.protection import Protection, Security
from wire.server import ServerAssociation

H = bytes.fromhex

EK = H("000102030405060708090a0b0c0d0e0f")
AK = H("d0d1d2d3d4d5d6d7d8d9dadbdcdddedf")
BROADCAST_EK = b"B" * 16
KEK = b"K" * 16
DEDICATED = H("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")
CLIENT_TITLE = H("4d4d4d0000bc614e")
SERVER_TITLE = H("4d4d4d0000000001")
COUNTER = 0x01234567

GET_ENERGY = apdu.encode(apdu.GetRequest(0xC1, ENERGY, None))
GET_CLOCK = H("c001c100080000010000ff0200")
ENERGY_IS = H("c401c100060001e240")
NOT_YET = b"\xd8\x01\x01"
DECIPHERING = b"\xd8\x01\x05"
CIPHERED = (AUTHENTICATED, ENCRYPTED, BOTH)
FORMS = (GLO, GENERAL_GLO, GENERAL)

# Mechanisms of high level security: on both interpreters, and on this one
EVERYWHERE = (
    association.HLS,
    association.HLS_MD5,
    association.HLS_SHA1,
    association.HLS_GMAC,
    association.HLS_SHA256,
)
HERE = EVERYWHERE + (() if sys.implementation.name == "micropython" else (association.HLS_ECDSA,))

CTOS, STOC = b"K56iVagY", b"P6wRJ21F"
SECRET = b"a secret of any length"
SAP = 1

# RFC 6979, A.2.5, and a key pair made for this
SIGNING = (
    H("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    H(
        "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
    ),
)


def key(encryption=EK, authentication=AK, suite=0, first=0):
    size = 32 if suite == 2 else 16
    encryption, authentication = encryption * (size // 16), authentication * (size // 16)
    return Key(cipher, suite, encryption, authentication, CountUp(first), Above())


def security(is_client=True, suite=0, policy=BOTH, form=GLO, control=None, first=0, **keys):
    title, peer = (CLIENT_TITLE, SERVER_TITLE) if is_client else (SERVER_TITLE, b"")
    unicast = keys.get("unicast") or key(suite=suite, first=first)
    broadcast = key(BROADCAST_EK, suite=suite, first=first)
    if is_client:
        broadcast.received = None
    kek = KEK * 2 if suite == 2 else KEK
    return Security(cipher, title, unicast, broadcast, peer, policy, form, control, kek)


def ends(form=GLO, control=None, suite=0, policy=BOTH, first=0):
    """(client's Protection, server's)."""
    client = security(form=form, control=control, suite=suite, first=first)
    server = security(is_client=False, suite=suite, policy=policy)
    server.peer_title = CLIENT_TITLE
    return Protection(client), Protection(server)


def credentials(mechanism=association.HLS_GMAC, is_ciphered=True, secret=SECRET, **more):
    is_high = mechanism not in (association.NONE, association.LLS)
    secured = security(**more) if is_ciphered or is_high else None
    signing = SIGNING if mechanism == association.HLS_ECDSA else None
    return Credentials(mechanism, secret, secured, is_ciphered, signing)


class Pair:
    """A client and a server, each with `Credentials` of its own. `sent` and `taken` are the APDUs
    so far, as the client sees them; `failures` what the server told of."""

    def __init__(self, mechanism=association.HLS_GMAC, is_ciphered=True, server=None, **client):
        self.client = credentials(mechanism, is_ciphered, **client)
        self.known = credentials(
            mechanism, is_ciphered, is_client=False, suite=client.get("suite", 0), **(server or {})
        )
        self.objects = Objects()
        self.failures = []
        self.sent, self.taken = [], []
        self.connect()

    def connect(self):
        """A new connection: the counters go on."""
        told = lambda sap, mechanism: self.failures.append((sap, mechanism))  # noqa: E731
        clients = {SAP: self.known}
        self.server = ServerAssociation(self.objects, clients, 1, lambda: STOC, told)

    def known_expects(self):
        """The lowest counter that the server would take."""
        return self.known.security.unicast.received.expected

    def ask(self, request):
        answer = self.server.answer(SAP, 1, request)
        self.sent.append(request)
        self.taken.append(answer)
        return answer

    def associate(self, dedicated_key=b"", max_pdu=0xFFFF, challenge=CTOS):
        talk = dialogue.associate_as(self.client, challenge, max_pdu, dedicated_key)
        self.associated = converse(talk, self.ask)
        return self.associated

    def do(self, talk):
        return converse(dialogue.protected(talk, self.associated.protection), self.ask)


def refusal(call, *arguments, **more):
    """(diagnostic, exception) of the AssociationRefused."""
    error = refused(lambda: call(*arguments, **more))
    assert isinstance(error, AssociationRefused), error
    return error.diagnostic, error.exception


def vector(meaning):
    """Octets of the one in tests/vectors/cosem.json whose meaning begins so."""
    found = [each for each in vectors("cosem") if each["meaning"].startswith(meaning)]
    return H(found[0]["hex"])
