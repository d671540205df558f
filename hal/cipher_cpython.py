"""The half of hal/cipher.py that is for CPython, by the package cryptography."""

from hmac import compare_digest

from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hal.errors import WireError

_TAG = 12
_CUT = 16 - _TAG  # octets of the whole tag that are not sent


def aes_block(key):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update


def aes_unblock(key):
    return Cipher(algorithms.AES(key), modes.ECB()).decryptor().update


class Gcm:
    """AESGCM keeps what it derives from the key, and takes whole tags only. So `open` undoes the
    stream and makes the tag again: for the APDUs of meters that is three times as quick as a
    cipher object for each, which takes short tags."""

    def __init__(self, key):
        self._encrypt = AESGCM(key).encrypt

    def seal(self, iv, plain, aad):
        return self._encrypt(iv, plain, aad)[:-_CUT]

    def open(self, iv, sealed, aad):
        plain = self.crypt(iv, sealed[:-_TAG])
        if not compare_digest(self._encrypt(iv, plain, aad)[-16:-_CUT], sealed[-_TAG:]):
            raise WireError("wrong authentication tag")
        return plain

    def crypt(self, iv, octets):
        return self._encrypt(iv, octets, None)[:-16]


def wrap(kek, key):
    return keywrap.aes_key_wrap(kek, key)


def unwrap(kek, wrapped):
    try:
        return keywrap.aes_key_unwrap(kek, wrapped)
    except keywrap.InvalidUnwrap:
        pass
    raise WireError("a key wrapped with another key, or damaged")
