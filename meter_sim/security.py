"""The keys, titles, policy and invocation counters of a meter: what security setup is about.

One for each meter; session.py uses it for each client. Class 64 (IEC 62056-6-2) at
0.0.43.0.0.255, its counter at 0.0.43.1.0.255.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from meter_sim import ciphering, data, hls
from meter_sim.dar import DENIED, OK, SCOPE_VIOLATED, TYPE_UNMATCHED
from meter_sim.items import Item, datum, obis

SECURITY_SETUP, COUNTER = obis("0.0.43.0.0.255"), obis("0.0.43.1.0.255")
KEY_OCTETS = {0: 16, 1: 16, 2: 32}  # by suite
COUNTER_MAX = 0xFFFFFFFF
NOTHING, AUTHENTICATE, ENCRYPT, BOTH = range(4)  # security_policy
POLICIES = {"none": NOTHING, "auth": AUTHENTICATE, "encrypt": ENCRYPT, "both": BOTH}
_TRANSFERRED = [data.ENUM, data.OCTETS]
UNICAST, BROADCAST, AUTHENTICATION, MASTER = range(4)  # key ids
_KEY_NAMES = {UNICAST: "guek", BROADCAST: "gbek", AUTHENTICATION: "gak", MASTER: "kek"}
_POLICY_BITS = {0: NOTHING, 0x24: AUTHENTICATE, 0x48: ENCRYPT, 0x6C: BOTH}  # of version 1


def _test_key(first):
    """A key that the published examples use, as long as the suite wants it."""
    return bytes((first + n) & 0xFF for n in range(32))


@dataclass(frozen=True, repr=False)
class Settings:
    """How client 1 must come. Keys that are not given are those of the published examples.

    mechanism       0 none, 1 LLS (the password), 2 to 7 HLS
    ciphered        the context must be LN with ciphering; else LN without
    policy          NOTHING .. BOTH: what a request must at least be
    secret          of mechanisms 2, 3, 4 and 6
    signing_key     private value of the meter, client_key  X || Y of the client: mechanism 7
    tells           exceptions for what cannot be deciphered or comes again; else silence
    strict_release  an RLRQ must be ciphered as well
    first_counter   the last one it has accepted of the GUEK: a client below it is behind
    """

    mechanism: int = hls.GMAC
    ciphered: bool = True
    suite: int = 0
    policy: int = BOTH
    guek: bytes = b""
    gbek: bytes = b""
    gak: bytes = b""
    kek: bytes = b""
    secret: bytes = b"opendcu secret 1"
    signing_key: int = 0
    client_key: bytes = b""
    tells: bool = False
    strict_release: bool = False
    first_counter: int = 0

    def __post_init__(self):
        size = KEY_OCTETS[self.suite]
        examples = {"guek": 0x00, "gbek": 0x0F, "gak": 0xD0, "kek": 0x31}
        for name, first in examples.items():
            key = getattr(self, name) or _test_key(first)[:size]
            assert len(key) == size, f"{name} has {size} octets in suite {self.suite}"
            object.__setattr__(self, name, key)
        assert self.mechanism in (0, 1, *hls.MECHANISMS) and self.policy in range(4)
        assert self.ciphered or self.policy == NOTHING, "a policy wants a ciphered context"
        signs = self.mechanism == hls.ECDSA
        assert not signs or (self.suite and self.signing_key and self.client_key), "keys to sign"


class Security:
    """The state of it. `title` is the system title of the meter."""

    def __init__(self, settings, title):
        self.title = title
        self.suite, self.policy = settings.suite, settings.policy
        self.guek, self.gbek = settings.guek, settings.gbek
        self.gak, self.kek = settings.gak, settings.kek
        self.secret = settings.secret
        self.signing_key, self.client_key = settings.signing_key, settings.client_key
        self.received = {self.guek: settings.first_counter}  # key: the last counter accepted
        self.sent = {}  # key: the last counter used
        self.client_title = bytes(8)  # of who associated last
        self._waiting = {}  # names and keys that take over after the response

    def add_to(self, objects):
        """Security setup, for who has a secret, and its counter, for all."""
        attributes = {
            2: lambda t: data.enum(self.policy_said()),
            3: lambda t: data.enum(self.suite),
            4: lambda t: data.octets(self.client_title),
            5: lambda t: data.octets(self.title),
        }
        methods = {1: self.activate, 2: self.transfer}
        setup = Item(64, attributes, {}, methods, int(self.suite > 0))
        objects.add(SECURITY_SETUP, setup, secret=True)
        objects.add(COUNTER, datum(lambda t: data.u32(self.counter)))

    @property
    def counter(self):
        """The last that was accepted from a client: its next one must be higher."""
        return self.received.get(self.guek, 0)

    def is_new(self, key, counter):
        return counter > self.received.get(key, 0)

    def accept(self, key, counter):
        self.received[key] = max(counter, self.received.get(key, 0))

    def next_counter(self, key):
        self.sent[key] = self.sent.get(key, 0) + 1
        assert self.sent[key] <= COUNTER_MAX
        return self.sent[key]

    def forget(self, key):
        """A dedicated key, at the end of its association."""
        self.received.pop(key, None)
        self.sent.pop(key, None)

    def unwrapped(self, wrapped):
        """A key under the master key, or None."""
        try:
            key = aes_key_unwrap(self.kek, wrapped)
        except (InvalidUnwrap, ValueError):
            return None
        return key if len(key) == KEY_OCTETS[self.suite] else None

    def required(self):
        """Bits of the security control that the policy asks for."""
        authenticated = ciphering.AUTHENTICATED if self.policy & AUTHENTICATE else 0
        return authenticated | (ciphering.ENCRYPTED if self.policy & ENCRYPT else 0)

    def activate(self, value, utc_s):
        """Method 1: a policy can be made stronger, never weaker."""
        if value is None or value.tag != data.ENUM:
            return TYPE_UNMATCHED
        policy = value.value if self.suite == 0 else _POLICY_BITS.get(value.value)
        if policy not in range(4) or policy & self.policy != self.policy:
            return SCOPE_VIOLATED
        self._waiting["policy"] = policy
        return OK

    def transfer(self, value, utc_s):
        """Method 2: new keys, each wrapped. They take over after the response: `settle`."""
        if value is None or value.tag != data.ARRAY or not value.value:
            return TYPE_UNMATCHED
        taken = {}
        for item in value.value:
            if item.tag != data.STRUCTURE or [p.tag for p in item.value] != _TRANSFERRED:
                return TYPE_UNMATCHED
            number, wrapped = (part.value for part in item.value)
            key = self.unwrapped(bytes(wrapped))
            if number not in _KEY_NAMES or key is None:
                return DENIED
            taken[_KEY_NAMES[number]] = key
        self._waiting.update(taken)
        return OK

    def settle(self):
        """The response is made: what was agreed in it holds from now on."""
        for name, value in self._waiting.items():
            old = getattr(self, name)
            if name in ("guek", "gbek") and value != old:
                self.received.pop(old, None)
                self.received.pop(value, None)
                self.sent[value] = self.sent.pop(old, 0)  # goes on: never back for any client
            setattr(self, name, value)
        self._waiting.clear()

    def policy_said(self):
        """Attribute 2: version 0 numbers the policies, version 1 has bits for both ways."""
        if self.suite == 0:
            return self.policy
        return next(bits for bits, policy in _POLICY_BITS.items() if policy == self.policy)
