"""Ciphered octets under one key, and the counters that keep each of them unique.

    security control | invocation counter(4) | contents | tag(12), when authenticated

The envelopes around this are in wire/envelope.py, which key when in wire/protection.py. Ciphers
are handed in: hal/cipher.py, or anything with its functions.

Nothing here has a text form, and no error shows octets.

Reference: IEC 62056-5-3, security suites 0 to 2; NIST SP 800-38D.
"""

from wire.errors import WireError

# Bits of the security control; below them the number of the suite
AUTHENTICATED, ENCRYPTED, BROADCAST = 0x10, 0x20, 0x40
BOTH = AUTHENTICATED | ENCRYPTED
COUNTER_MAX = 0xFFFF_FFFF
TITLE_SIZE = 8
KEY_SIZES = {0: 16, 1: 16, 2: 32}  # octets of a key, by suite

_SUITE = 0x0F
_COMPRESSED = 0x80
_HEAD = 5
_TAG = 12


class DecipherError(WireError):
    """Not what the holder of the key sends: wrong tag, key or protection."""


class CounterError(DecipherError):
    """Right, but sent before. `expected`: the lowest counter that would be taken; COUNTER_MAX,
    too, when the key is used up and none would be."""

    def __init__(self, expected):
        super().__init__(f"the invocation counter is not above {expected - 1}")
        self.expected = min(expected, COUNTER_MAX)


class CountUp:
    """Invocation counters of what we send with one key, in memory: for a key made anew.

    In its place goes anything with `next()`: a number of 32 bits that it never gave before for
    this key, whatever happens. Who keeps it over restarts keeps it before it is given: a block
    of 1000, say, at a time, and begins with the next block. It raises Refused when there are none
    left (above COUNTER_MAX), PortError when it cannot be kept; then nothing is sent.
    """

    def __init__(self, first=0):
        self._next = first

    def next(self):
        assert self._next <= COUNTER_MAX, "a key used up: make another"
        self._next += 1
        return self._next - 1


class Above:
    """Invocation counters of what we take with one key, in memory.

    In its place goes anything with `accept(counter)`: whether the counter is higher than all that
    were accepted, which it is from then on; and `expected`: the lowest one that it would accept.
    It is asked only when the tag was right. A server keeps it over restarts: what was recorded
    before is not taken after.
    """

    def __init__(self, expected=0):
        self.expected = expected

    def accept(self, counter):
        if counter < self.expected:
            return False
        self.expected = counter + 1
        return True


class Key:
    """An encryption key with its authentication key and the counters of both directions.

    ciphers   see above
    suite     0, 1 or 2; both keys have 16 octets, 32 in suite 2
    sent      as CountUp; None for a key that we do not send with
    received  as Above; None for a key that we do not take anything with
    """

    def __init__(self, ciphers, suite, encryption, authentication, sent, received):
        assert len(encryption) == len(authentication) == KEY_SIZES[suite]
        self.suite = suite
        self.sent = sent
        self.received = received
        self._ciphers = ciphers
        self._gcm = ciphers.gcm(encryption)
        self._authentication = bytes(authentication)

    def other(self, encryption, sent, received):
        """The Key of another encryption key, all else alike. DecipherError for a wrong size."""
        if len(encryption) != KEY_SIZES[self.suite]:
            raise DecipherError("a key of another size than those of the suite")
        authentication = self._authentication
        return Key(self._ciphers, self.suite, encryption, authentication, sent, received)

    def seal(self, control, title, plain, fields=b""):
        """`plain` under the next counter.

        control  the bits that are wanted: AUTHENTICATED, ENCRYPTED, BROADCAST
        title    our system title
        fields   what is authenticated with it, but is not in it
        """
        assert self.sent and len(title) == TITLE_SIZE and control & BOTH
        head = bytes([control | self.suite])
        counter = self.sent.next().to_bytes(4, "big")
        iv = title + counter
        if control & BOTH == BOTH:
            aad = head + self._authentication + fields
            return head + counter + self._gcm.seal(iv, plain, aad)
        if control & ENCRYPTED:
            return head + counter + self._gcm.crypt(iv, plain)
        return head + counter + plain + self._gcm.seal(iv, b"", self._with(head, fields, plain))

    def open(self, title, octets, policy=0, fields=b""):
        """(control, plain) of what the holder of `title` sealed. DecipherError; CounterError.

        policy  bits without which nothing is taken. They are looked at before the counter: what
                is encrypted only can be anybody's, and must not move it.
        """
        control = octets[0] if len(octets) >= _HEAD else 0
        if control & _SUITE != self.suite or control & _COMPRESSED or not control & BOTH:
            raise DecipherError("a protection that is not known here, or none")
        if control & policy != policy or self.received is None:
            raise DecipherError("less protected than agreed")
        if len(title) != TITLE_SIZE:
            raise DecipherError("not a system title")
        plain = self._opened(control, title + octets[1:_HEAD], octets, fields)
        counter = int.from_bytes(octets[1:_HEAD], "big")
        if not self.received.accept(counter):
            raise CounterError(self.received.expected)
        return control, plain

    def mac(self, title, challenge):
        """control | counter | tag over the challenge, which is not in it."""
        control = bytes([AUTHENTICATED | self.suite])
        counter = self.sent.next().to_bytes(4, "big")
        aad = self._with(control, b"", challenge)
        return control + counter + self._gcm.seal(title + counter, b"", aad)

    def is_mac(self, title, challenge, octets):
        """Whether this is the holder's `mac` of the challenge. Its counter is kept in mind, but
        not judged: the challenge is new, and peers draw it before or after that of the APDU."""
        control = octets[:1]
        if len(octets) != _HEAD + _TAG or control[0] != AUTHENTICATED | self.suite:
            return False
        if len(title) != TITLE_SIZE:
            return False  # a peer that has not told its own
        try:
            aad = self._with(control, b"", challenge)
            self._gcm.open(title + octets[1:_HEAD], octets[_HEAD:], aad)
        except WireError:
            return False
        self.received.accept(int.from_bytes(octets[1:_HEAD], "big"))
        return True

    def _with(self, head, fields, plain):
        return b"".join((head, self._authentication, fields, plain))

    def _opened(self, control, iv, octets, fields):
        contents = octets[_HEAD:]
        if control & BOTH == ENCRYPTED:
            return self._gcm.crypt(iv, contents)
        try:
            if control & ENCRYPTED:
                aad = octets[:1] + self._authentication + fields
                return self._gcm.open(iv, contents, aad)
            plain = contents[:-_TAG]
            self._gcm.open(iv, contents[-_TAG:], self._with(octets[:1], fields, plain))
            return plain
        except WireError:
            pass
        raise DecipherError("wrong authentication tag")
