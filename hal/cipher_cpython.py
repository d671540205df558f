"""The half of hal/cipher.py that is for CPython, by the package cryptography."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hal.errors import WireError

_TAG = 12


def aes_block(key):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update


class Gcm:
    def __init__(self, key):
        self._aes = algorithms.AES(key)

    def seal(self, iv, plain, aad):
        cipher = Cipher(self._aes, modes.GCM(iv)).encryptor()
        cipher.authenticate_additional_data(aad)
        return cipher.update(plain) + cipher.finalize() + cipher.tag[:_TAG]

    def open(self, iv, sealed, aad):
        if len(sealed) < _TAG:
            raise WireError("sealed data without a tag")
        mode = modes.GCM(iv, sealed[-_TAG:], min_tag_length=_TAG)
        cipher = Cipher(self._aes, mode).decryptor()
        cipher.authenticate_additional_data(aad)
        try:
            return cipher.update(sealed[:-_TAG]) + cipher.finalize()
        except InvalidTag:
            raise WireError("wrong authentication tag")
