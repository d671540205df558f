"""The block cipher and its authenticated mode: AES with keys of 16 or 32 octets, AES-GCM.

What is ciphered with which key and counter is said in wire/. Reference: FIPS 197; NIST SP 800-38D.
"""

import sys

if sys.implementation.name == "micropython":
    from hal import cipher_upy as _own
else:
    from hal import cipher_cpython as _own


def aes_block(key):
    """A function: octets, a multiple of 16 -> each block of 16 encrypted by itself (ECB)."""
    assert len(key) in (16, 32)
    return _own.aes_block(key)


def gcm(key):
    """An object with the two methods below; the iv has 12 octets, and is used once with a key.
    The tag has 12 octets too (IEC 62056-5-3, security suites 0 to 2).

    seal(iv, plain, aad) -> ciphertext and tag
    open(iv, sealed, aad) -> plain; WireError when the tag is wrong or missing

    The aad is authenticated, and not ciphered.
    """
    assert len(key) in (16, 32)
    return _own.Gcm(key)
