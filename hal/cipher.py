"""The block cipher and what is made of it, and signatures. wire/ is handed this module.

AES with keys of 16 or 32 octets: by blocks, GCM, and key wrap. What is ciphered with which key
and counter is said in wire/. Reference: FIPS 197; NIST SP 800-38D; RFC 3394; FIPS 186-4.
"""

import sys

from hal.errors import Refused, WireError

if sys.implementation.name == "micropython":
    from hal import cipher_upy as _own

    _ecdsa = None
else:
    from hal import cipher_cpython as _own
    from hal import ecdsa_cpython as _ecdsa

_KEY_SIZES = (16, 32)


def aes_block(key):
    """A function: octets, a multiple of 16 -> each block of 16 encrypted by itself (ECB)."""
    assert len(key) in _KEY_SIZES
    return _own.aes_block(key)


def aes_unblock(key):
    """The function that undoes that of aes_block."""
    assert len(key) in _KEY_SIZES
    return _own.aes_unblock(key)


def gcm(key):
    """An object with the three methods below; the iv has 12 octets, and is used once with a key.
    The tag has 12 octets too (IEC 62056-5-3, security suites 0 to 2).

    seal(iv, plain, aad) -> ciphertext and tag; with plain b"" the tag alone (GMAC)
    open(iv, sealed, aad) -> plain; WireError when the tag is wrong or missing
    crypt(iv, octets) -> the same without tag, both ways: whoever damages it is not found out

    The aad is authenticated, and not ciphered.
    """
    assert len(key) in _KEY_SIZES
    return _own.Gcm(key)


def wrap(kek, key):
    """`key`, 16 octets or more by eights, under the key encryption key: 8 octets longer."""
    assert len(kek) in _KEY_SIZES and len(key) >= 16 and len(key) % 8 == 0
    return _own.wrap(kek, key)


def unwrap(kek, wrapped):
    """The key in it. WireError if it was not wrapped with `kek`, or is damaged."""
    assert len(kek) in _KEY_SIZES
    if len(wrapped) < 24 or len(wrapped) % 8:
        raise WireError("not a wrapped key")
    return _own.unwrap(kek, wrapped)


def sign(private_key, octets):
    """ECDSA signature r || s. The private key is a number of 32 octets (P-256, with SHA-256) or
    48 (P-384, SHA-384). Refused on MicroPython."""
    return _ecdsa_of("signing").sign(private_key, octets)


def verify(public_key, octets, signature):
    """Whether the signature is right; the public key is x || y, 64 or 96 octets. Refused on
    MicroPython."""
    return _ecdsa_of("checking signatures").verify(public_key, octets, signature)


def _ecdsa_of(what):
    if _ecdsa is None:
        raise Refused(f"{what} by ECDSA (mechanism 7) needs CPython")
    return _ecdsa
