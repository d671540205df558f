"""High level security: how one side proves to the other that it holds the secret.

Each sends a challenge and gets the proof for it (passes 1 to 4). Mechanisms 2 to 7 differ in
the proof only: a row of the table below, a function to make one and a function to check one.

The digests are those of hashlib; block ciphers, GMAC and signatures come with the credentials.

Reference: IEC 62056-5-3, HLS authentication mechanisms; 62056-6-2, reply_to_HLS_authentication.
"""

import hashlib
from collections import namedtuple

from wire import association, obis
from wire.apdu_types import Method
from wire.errors import WireError

CHALLENGE_MIN, CHALLENGE_MAX = 8, 64  # octets

REPLY = Method(15, obis.parse("0.0.40.0.0.255"), 1)  # passes 3 and 4 are this ACTION

# credentials  wire/credentials.py
# peer_title   octets
# received     the peer's challenge
# sent         our challenge
Handshake = namedtuple("Handshake", ("credentials", "peer_title", "received", "sent"))


def check_challenges(handshake):
    """WireError if the peer's challenge is none: too short, too long, or our own sent back, for
    which we would give the very proof that we ask for."""
    if not CHALLENGE_MIN <= len(handshake.received) <= CHALLENGE_MAX:
        raise WireError(f"a challenge of {len(handshake.received)} octets")
    if handshake.received == handshake.sent:
        raise WireError("our own challenge sent back")


def proof(handshake):
    """Octets that answer the peer's challenge."""
    return _MECHANISMS[handshake.credentials.mechanism][0](handshake)


def is_proof(handshake, octets):
    """Whether these octets answer our challenge."""
    return _MECHANISMS[handshake.credentials.mechanism][1](handshake, octets)


def is_known(mechanism):
    return mechanism in _MECHANISMS


def same(given, secret):
    """Compares all octets whatever the first difference, so that time tells little."""
    difference = len(given) ^ len(secret)
    for at, octet in enumerate(secret):
        difference |= octet ^ (given[at] if at < len(given) else 0)
    return difference == 0


def aes_ecb(credentials, challenge):
    """Mechanism 2 as most meters have it: the challenge under AES-128 by blocks, with the secret
    as the key, both filled up with zeros. [A convention of the trade, not of the standard]"""
    secret = credentials.secret[:16]
    encrypt = credentials.security.ciphers.aes_block(secret + bytes(16 - len(secret)))
    return encrypt(challenge + bytes(-len(challenge) % 16))


def _own_order(handshake):
    """What both titles and challenges are to the side that proves."""
    title = handshake.credentials.security.title
    return title + handshake.peer_title + handshake.received + handshake.sent


def _peer_order(handshake):
    title = handshake.credentials.security.title
    return handshake.peer_title + title + handshake.sent + handshake.received


def _manufacturer(handshake, challenge):
    return handshake.credentials.manufacturer(handshake.credentials, challenge)


def _md5(handshake, challenge):
    return hashlib.md5(challenge + handshake.credentials.secret).digest()


def _sha1(handshake, challenge):
    return hashlib.sha1(challenge + handshake.credentials.secret).digest()


def _sha256(handshake, names):
    return hashlib.sha256(handshake.credentials.secret + names).digest()


def _by_challenge(function):
    """A proof that depends on the challenge alone."""
    return (
        lambda shake: function(shake, shake.received),
        lambda shake, octets: same(octets, function(shake, shake.sent)),
    )


def _mac(handshake):
    security = handshake.credentials.security
    return security.unicast.mac(security.title, handshake.received)


def _is_mac(handshake, octets):
    key = handshake.credentials.security.unicast
    return key.is_mac(handshake.peer_title, handshake.sent, octets)


def _signature(handshake):
    private_key, _ = handshake.credentials.signing
    sign = handshake.credentials.security.ciphers.sign
    return sign(private_key, _own_order(handshake))


def _is_signature(handshake, octets):
    _, public_key = handshake.credentials.signing
    verify = handshake.credentials.security.ciphers.verify
    return verify(public_key, _peer_order(handshake), octets)


_MECHANISMS = {
    association.HLS: _by_challenge(_manufacturer),
    association.HLS_MD5: _by_challenge(_md5),
    association.HLS_SHA1: _by_challenge(_sha1),
    association.HLS_GMAC: (_mac, _is_mac),
    association.HLS_SHA256: (
        lambda shake: _sha256(shake, _own_order(shake)),
        lambda shake, octets: same(octets, _sha256(shake, _peer_order(shake))),
    ),
    association.HLS_ECDSA: (_signature, _is_signature),
}
