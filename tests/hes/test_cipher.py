"""The ciphers of the HES are those of the DCU, which are held against published vectors."""

import random

import pytest

from hal import cipher as hal_cipher
from hes_stub import cipher
from wire.errors import WireError

PRNG = random.Random(3)
SIZES = (16, 32)  # octets of a key


@pytest.mark.parametrize("size", SIZES)
def test_both_seal_and_open_alike(size):
    key, iv, aad = PRNG.randbytes(size), PRNG.randbytes(12), PRNG.randbytes(17)
    ours, theirs = cipher.gcm(key), hal_cipher.gcm(key)
    for length in (0, 1, 16, 300):
        plain = PRNG.randbytes(length)
        sealed = ours.seal(iv, plain, aad)
        assert sealed == theirs.seal(iv, plain, aad) and ours.open(iv, sealed, aad) == plain
        assert ours.crypt(iv, plain) == theirs.crypt(iv, plain) == sealed[:-12]
        assert cipher.aes_block(key)(plain[:-1] * 16) == hal_cipher.aes_block(key)(plain[:-1] * 16)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_changed_or_cut_is_not_opened(size):
    gcm, iv = cipher.gcm(bytes(size)), bytes(12)
    sealed = gcm.seal(iv, b"plain", b"aad")
    damaged = [sealed[:length] for length in range(len(sealed))]
    damaged += [bytes([octet ^ (n == at) for n, octet in enumerate(sealed)]) for at in range(17)]
    for octets in [*damaged, sealed + b"\0"]:
        with pytest.raises(WireError):
            gcm.open(iv, octets, b"aad")
    with pytest.raises(WireError):
        gcm.open(iv, sealed, b"aaD")


@pytest.mark.parametrize("size", SIZES)
def test_keys_are_wrapped_alike_and_not_unwrapped_with_another(size):
    kek, key = PRNG.randbytes(size), PRNG.randbytes(32)
    wrapped = cipher.wrap(kek, key)
    assert wrapped == hal_cipher.wrap(kek, key) and cipher.unwrap(kek, wrapped) == key
    for octets in (wrapped[:-1], wrapped[:16], b"", bytes(40)):
        with pytest.raises(WireError):
            cipher.unwrap(kek, octets)
    with pytest.raises(WireError):
        cipher.unwrap(bytes(size), wrapped)
