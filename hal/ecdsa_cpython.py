"""Signatures for hal/cipher.py: ECDSA on P-256 and P-384, by the package cryptography.

Keys and signatures are plain numbers, big-endian, without the wrappings of files.

Reference: FIPS 186-4; IEC 62056-5-3, security suites 1 and 2.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

_CURVES = {32: (ec.SECP256R1(), SHA256()), 48: (ec.SECP384R1(), SHA384())}  # by octets


def sign(private_key, octets):
    size = len(private_key)
    curve, digest = _CURVES[size]
    key = ec.derive_private_key(int.from_bytes(private_key, "big"), curve)
    r, s = utils.decode_dss_signature(key.sign(octets, ec.ECDSA(digest)))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def verify(public_key, octets, signature):
    size = len(public_key) // 2
    curve, digest = _CURVES[size]
    if len(signature) != 2 * size:
        return False
    point = ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + public_key)
    r, s = [int.from_bytes(half, "big") for half in (signature[:size], signature[size:])]
    try:
        point.verify(utils.encode_dss_signature(r, s), octets, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True
