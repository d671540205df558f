"""The ciphers that wire/ is handed here, by the package cryptography: AES with keys of 16 or 32
octets. Who calls it, how and why is said in wire/ciphering.py and wire/key_transfer.py.

Reference: FIPS 197; NIST SP 800-38D; RFC 3394.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wire.errors import WireError

_TAG = 12  # octets, in security suites 0 to 2


def aes_block(key):
    """A function: octets, a multiple of 16 -> each block of 16 encrypted by itself."""
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update


class Gcm:
    """With one key; the iv has 12 octets, and is used once to seal."""

    def __init__(self, key):
        self._aes = algorithms.AES(key)

    def seal(self, iv, plain, aad):
        """Ciphertext and tag. The aad is authenticated, and not ciphered."""
        context = Cipher(self._aes, modes.GCM(iv)).encryptor()
        context.authenticate_additional_data(aad)
        return context.update(plain) + context.finalize() + context.tag[:_TAG]

    def open(self, iv, sealed, aad):
        """What was sealed. WireError when the tag is wrong or missing."""
        if len(sealed) < _TAG:
            raise WireError("no authentication tag")
        mode = modes.GCM(iv, sealed[-_TAG:], min_tag_length=_TAG)
        context = Cipher(self._aes, mode).decryptor()
        context.authenticate_additional_data(aad)
        plain = context.update(sealed[:-_TAG])
        try:
            return plain + context.finalize()
        except InvalidTag:
            pass
        raise WireError("wrong authentication tag")

    def crypt(self, iv, octets):
        """Ciphertext of plain octets and the other way round, without a tag."""
        return Cipher(self._aes, modes.GCM(iv)).encryptor().update(octets)


gcm = Gcm  # as wire/ calls it


def wrap(kek, key):
    """`key`, 16 octets or more by eights, under the key encryption key: 8 octets longer."""
    return keywrap.aes_key_wrap(kek, key)


def unwrap(kek, wrapped):
    """The key in it. WireError if it was not wrapped with `kek`, or is damaged."""
    try:
        return keywrap.aes_key_unwrap(kek, wrapped)
    except keywrap.InvalidUnwrap:
        pass
    raise WireError("a key wrapped with another key, or damaged")
