"""The half of hal/cipher.py that is for MicroPython: cryptolib's AES; GCM and key wrap upon it.

GHASH multiplies four bits at a time by a table for each key (Shoup's method): integers of 128
bits, quick enough for frames that a meter at 9600 bit/s sends.
"""

import cryptolib

from hal.errors import WireError

_TAG = 12
_ECB = 1
_INTEGRITY = b"\xa6" * 8  # RFC 3394, 2.2.3.1
_R = 0xE1 << 120  # x^128 = x^7 + x^2 + x + 1, bits reflected


def aes_block(key):
    return cryptolib.aes(key, _ECB).encrypt


def aes_unblock(key):
    return cryptolib.aes(key, _ECB).decrypt


class Gcm:
    def __init__(self, key):
        self._encrypt = aes_block(key)
        self._table = _multiples(int.from_bytes(self._encrypt(bytes(16)), "big"))

    def seal(self, iv, plain, aad):
        stream = self._stream(iv, len(plain))
        ciphered = _xor(plain, stream[16:])
        return ciphered + self._tag(stream, ciphered, aad)

    def open(self, iv, sealed, aad):
        if len(sealed) < _TAG:
            raise WireError("sealed data without a tag")
        ciphered = sealed[:-_TAG]
        stream = self._stream(iv, len(ciphered))
        if _differ(self._tag(stream, ciphered, aad), sealed[-_TAG:]):
            raise WireError("wrong authentication tag")
        return _xor(ciphered, stream[16:])

    def crypt(self, iv, octets):
        return _xor(octets, self._stream(iv, len(octets))[16:])

    def _stream(self, iv, size):
        """16 octets to mask the tag with, then those to mask `size` octets of data with."""
        assert len(iv) == 12
        counters = [iv + number.to_bytes(4, "big") for number in range(1, (size + 15) // 16 + 2)]
        return self._encrypt(b"".join(counters))

    def _tag(self, stream, ciphered, aad):
        lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphered)).to_bytes(8, "big")
        total = 0
        for part in (aad, ciphered, lengths):
            for at in range(0, len(part), 16):
                block = part[at : at + 16]
                block = bytes(block) + bytes(16 - len(block))
                total = self._times_h(total ^ int.from_bytes(block, "big"))
        return _xor(total.to_bytes(16, "big"), stream[:16])[:_TAG]

    def _times_h(self, value):
        table = self._table
        product = 0
        for _ in range(32):
            product = (product >> 4) ^ _REDUCED[product & 15] ^ table[value & 15]
            value >>= 4
        return product


def wrap(kek, key):
    encrypt = aes_block(kek)
    first, rest = _INTEGRITY, _eights(key)
    for step in range(6 * len(rest)):
        at = step % len(rest)
        block = encrypt(first + rest[at])
        first, rest[at] = _counted(block[:8], step + 1), block[8:]
    return first + b"".join(rest)


def unwrap(kek, wrapped):
    decrypt = aes_unblock(kek)
    first, rest = bytes(wrapped[:8]), _eights(wrapped[8:])
    for step in range(6 * len(rest) - 1, -1, -1):
        at = step % len(rest)
        block = decrypt(_counted(first, step + 1) + rest[at])
        first, rest[at] = block[:8], block[8:]
    if _differ(first, _INTEGRITY):
        raise WireError("a key wrapped with another key, or damaged")
    return b"".join(rest)


def _eights(octets):
    return [bytes(octets[at : at + 8]) for at in range(0, len(octets), 8)]


def _counted(octets, step):
    return _xor(octets, step.to_bytes(8, "big"))


def _half(value):
    """`value` times x in the field."""
    return (value >> 1) ^ _R if value & 1 else value >> 1


def _multiples(h):
    """h times each of the 16 polynomials of degree below 4; the highest bit is x^0."""
    table = [0] * 16
    for at in (8, 4, 2, 1):
        table[at] = h
        h = _half(h)
    for at in (2, 4, 8):
        for low in range(1, at):
            table[at + low] = table[at] ^ table[low]
    return table


def _reductions():
    """What the four bits that fall out of a shift by four come to."""
    table = []
    for bits in range(16):
        for _ in range(4):
            bits = _half(bits)
        table.append(bits)
    return table


_REDUCED = _reductions()


def _xor(left, right):
    size = len(left)
    if not size:
        return b""
    mixed = int.from_bytes(left, "big") ^ int.from_bytes(right[:size], "big")
    return mixed.to_bytes(size, "big")


def _differ(left, right):
    """Takes the same time wherever they differ."""
    difference = 0
    for one, other in zip(left, right):
        difference |= one ^ other
    return difference != 0
