"""How one client and the meter protect what they say, from the AARQ to the release.

`open` gives the plain APDU; `seal` protects the answer in the form of the request, at least
as the policy asks for.
"""

from meter_sim import ciphering
from meter_sim.ciphering import AUTHENTICATED, BROADCAST, COMPRESSED, ENCRYPTED, SUITE

TITLE_OCTETS = 8
NOT_ALLOWED, DECIPHERING, COUNTER = 1, 5, 6  # of exception-response


class Undeciphered(Exception):
    """What came cannot be taken. `answer` is what a meter that tells says."""

    def __init__(self, answer):
        super().__init__(answer.hex())
        self.answer = answer


class Session:
    """`security` is the meter's, `faults` its faults."""

    def __init__(self, security, faults):
        self.security = security
        self._faults = faults
        self._dedicated_key = b""
        self.forget()

    def forget(self):
        if self._dedicated_key:
            self.security.forget(self._dedicated_key)
        self.client_title = b""
        self._dedicated_key = b""
        self._request = None  # the form of what is being answered; None: it came plain
        self._key = b""

    def dedicate(self, key):
        self._dedicated_key = key

    @property
    def overhead(self):
        """Octets that the form of the request adds to the answer."""
        if self._request is None:
            return 0
        head = ciphering.envelope(self._request, self.security.title, self.client_title, 0xC4)
        return len(head) + 3 + 5 + ciphering.TAG_OCTETS

    def plain(self):
        """What comes now is not ciphered. Raises Undeciphered if it had to be."""
        self._request = None
        if self.security.required():
            raise Undeciphered(bytes((0xD8, NOT_ALLOWED, DECIPHERING)))

    def open(self, apdu):
        """The plain APDU. Raises Undeciphered."""
        said = ciphering.parse(apdu)
        wrong = Undeciphered(bytes((0xD8, NOT_ALLOWED, DECIPHERING)))
        if said is None or not self._may(said.control):
            raise wrong
        key, title = self._key_of(said), said.title or self.client_title
        if not key or len(title) != TITLE_OCTETS or self.client_title not in (b"", title):
            raise wrong
        keys = key, self.security.gak
        plain = ciphering.unseal(said.control, keys, title, said.counter, said.content)
        if plain is None or not _fits(said.tag, plain):
            raise wrong
        if not self.security.is_new(key, said.counter):
            expected = self.security.received.get(key, 0) + 1
            raise Undeciphered(bytes((0xD8, NOT_ALLOWED, COUNTER)) + expected.to_bytes(4, "big"))
        self.security.accept(key, said.counter)
        self.client_title = title
        self._request, self._key = said, key
        return plain

    def _may(self, control):
        required = self.security.required()
        whole = control & SUITE == self.security.suite and not control & COMPRESSED
        return whole and control & required == required

    def _key_of(self, said):
        security = self.security
        if said.tag in ciphering.DED or said.tag == ciphering.GENERAL_DED:
            return self._dedicated_key
        if said.wrapped is not None:
            return security.unwrapped(said.wrapped)
        if said.key_id not in (None, 0, 1):
            return b""
        is_broadcast = said.control & BROADCAST or said.key_id == 1
        return security.gbek if is_broadcast else security.guek

    def seal(self, plain):
        """The answer as it goes out; the exceptions that no form has go plain."""
        if self._request is None:
            return plain
        security, request = self.security, self._request
        head = ciphering.envelope(request, security.title, self.client_title, plain[0])
        if head is None:
            return plain
        control = (request.control | security.required()) & ~BROADCAST
        key = security.guek if self._key == security.gbek else self._key
        if not control & (AUTHENTICATED | ENCRYPTED):
            return plain
        # one count for all wrapped keys: each may be of one message only
        counted = security.guek if request.wrapped is not None else key
        counter = self._faults.counter(security.next_counter(counted))
        keys = key, security.gak
        content = ciphering.seal(control, keys, security.title, counter, plain)
        if self._faults.wrong_tag:
            content = content[:-1] + bytes((content[-1] ^ 1,))
        return head + ciphering.length(len(content)) + content


def _fits(tag, plain):
    """A service specific form says what is in it."""
    inner = ciphering.GLO.get(tag) or ciphering.DED.get(tag)
    return bool(plain) and inner in (None, plain[0])
