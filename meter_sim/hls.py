"""What proves that one knows a secret: the functions f of HLS mechanisms 2 to 7.

IEC 62056-5-3, clause on authentication; mechanism 2 is the manufacturer's own, here AES-128 in
ECB of the challenge, filled up with zeros. 3 and 4 are broken hashes that old meters still use.
"""

import hashlib
import hmac
from collections import namedtuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from meter_sim import ciphering

# title and challenge of who proves and of who checks: a proof is over the other's challenge
Parties = namedtuple("Parties", "title peer_title received sent")

OWN, MD5, SHA1, GMAC, SHA256, ECDSA = 2, 3, 4, 5, 6, 7
MECHANISMS = (OWN, MD5, SHA1, GMAC, SHA256, ECDSA)
GMAC_OCTETS = 5 + ciphering.TAG_OCTETS
CURVES = {1: (ec.SECP256R1(), hashes.SHA256()), 2: (ec.SECP384R1(), hashes.SHA384())}  # by suite


def _own(parties, keys):
    secret = keys.secret[:16].ljust(16, b"\x00")
    filled = parties.received + bytes(-len(parties.received) % 16)
    encryptor = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()
    return encryptor.update(filled) + encryptor.finalize()


def _md5(parties, keys):
    return hashlib.md5(parties.received + keys.secret).digest()


def _sha1(parties, keys):
    return hashlib.sha1(parties.received + keys.secret).digest()


def _sha256(parties, keys):
    return hashlib.sha256(keys.secret + _message(parties)).digest()


def _message(parties):
    return parties.title + parties.peer_title + parties.received + parties.sent


_SECRETS = {OWN: _own, MD5: _md5, SHA1: _sha1, SHA256: _sha256}


def gmac(parties, keys, counter):
    """SC || IC || tag, with the counter of who proves."""
    control = bytes((ciphering.AUTHENTICATED | keys.suite,))
    aad = control + keys.gak + parties.received
    tag = ciphering.mac(keys.guek, parties.title, counter, aad)
    return control + counter.to_bytes(4, "big") + tag


def proof(mechanism, parties, keys, counter):
    """f of the challenge received. `counter()` gives an invocation counter never used before."""
    if mechanism == GMAC:
        return gmac(parties, keys, counter())
    if mechanism == ECDSA:
        return _signature(keys.signing_key, keys.suite, _message(parties))
    return _SECRETS[mechanism](parties, keys)


def is_proof(mechanism, parties, keys, said):
    """Whether `said` is f by the `parties` as the peer sees them."""
    if mechanism == GMAC:
        right = len(said) == GMAC_OCTETS and gmac(parties, keys, counter_in(said))
        return bool(right) and hmac.compare_digest(right, said)
    if mechanism == ECDSA:
        return _is_signed(keys.client_key, keys.suite, _message(parties), said)
    return hmac.compare_digest(_SECRETS[mechanism](parties, keys), said)


def counter_in(said):
    """The invocation counter of a proof by GMAC."""
    return int.from_bytes(said[1:5], "big")


def _signature(private_value, suite, message):
    curve, digest = CURVES[suite]
    key = ec.derive_private_key(private_value, curve)
    size = curve.key_size // 8
    return b"".join(
        part.to_bytes(size, "big")
        for part in decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
    )


def _is_signed(public_point, suite, message, said):
    """`public_point` and `said` are X || Y and R || S."""
    curve, digest = CURVES[suite]
    size = curve.key_size // 8
    if len(said) != 2 * size:
        return False
    signature = encode_dss_signature(
        int.from_bytes(said[:size], "big"), int.from_bytes(said[size:], "big")
    )
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + public_point)
    try:
        key.verify(signature, message, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True
