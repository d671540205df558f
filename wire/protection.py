"""The ciphering of one association, of either role: whole APDUs in and out, in every form.

A client seals each request its own way, and takes answers that are protected as agreed; a server
seals each answer the way the request came. What is agreed for all associations with a peer is a
Security; what one association has of its own is a Protection.

None of these has a text form.

Reference: IEC 62056-5-3, protection of APDUs.
"""

from collections import namedtuple

from wire import envelope
from wire.ciphering import BOTH, BROADCAST, TITLE_SIZE, Above, CountUp, DecipherError
from wire.envelope import DED, GENERAL, GENERAL_DED, GENERAL_GLO, GLO, KeyInfo
from wire.errors import WireError

OVERHEAD = 30  # octets around an APDU of less than 64 Ki: tags, title, lengths, control, counter
OVERHEAD_GENERAL = 88  # and the transaction-id; a wrapped key is 40 of them

# How an APDU is sealed. key: Key; fields and key_info are of the general form
Way = namedtuple("Way", ("form", "control", "key", "fields", "key_info"))

_IDENTIFIED_UNICAST = KeyInfo(envelope.IDENTIFIED, envelope.UNICAST_KEY, b"")
_IDENTIFIED_BROADCAST = KeyInfo(envelope.IDENTIFIED, envelope.BROADCAST_KEY, b"")
_DEDICATED = {GLO: DED, GENERAL_GLO: GENERAL_DED}
_EXCEPTION, _SERVICE_ERROR = 0xD8, 0x0E  # a server says these in clear, too


class Security:
    """Keys and rules for one peer; for as long as they are valid, over associations.

    ciphers     hal/cipher.py, or anything with its functions
    title       our system title, 8 octets
    unicast     Key of wire/ciphering.py, or None
    broadcast   Key, or None; many know it, so a client's has no `received`
    peer_title  the peer's; b"" takes the one that it tells
    policy      AUTHENTICATED | ENCRYPTED: bits that each APDU of the peer must have, 0 for none
    form        of a client's requests: GLO, GENERAL_GLO or GENERAL of wire/envelope.py
    control     of a client's requests; as the policy, if that is not 0
    kek         octets of the master key: wraps and unwraps keys; b"" for none
    is_head_authenticated   whether the tag of the general form covers its five fields with their
                lengths, as the standard says; implementations differ. One or the other, both ways
    """

    def __init__(
        self,
        ciphers,
        title,
        unicast=None,
        broadcast=None,
        peer_title=b"",
        policy=BOTH,
        form=GLO,
        control=None,
        kek=b"",
        is_head_authenticated=True,
    ):
        assert len(title) == TITLE_SIZE
        assert unicast or not broadcast, "a broadcast is answered with the unicast key"
        self.ciphers = ciphers
        self.title = title
        self.unicast = unicast
        self.broadcast = broadcast
        self.peer_title = peer_title
        self.policy = policy
        self.form = form
        self.control = control or policy or BOTH
        self.kek = kek
        self.is_head_authenticated = is_head_authenticated


class Protection:
    """`seal` and `open` whole APDUs. DecipherError and CounterError of wire/ciphering.py; what
    the counters of the keys raise."""

    def __init__(self, security):
        self.security = security
        self.peer_title = security.peer_title
        self._dedicated = None
        self._transaction = 0
        self._wrapped = (b"", None)  # the key that came last, and as a Key

    def meet(self, title):
        """The peer tells its title. DecipherError if it should have another, or ours: its tags
        would be good for our own APDUs."""
        wanted = self.peer_title or title
        if title != wanted or len(title) != TITLE_SIZE or title == self.security.title:
            raise DecipherError("not the system title of the peer")
        self.peer_title = title

    def use_dedicated(self, key):
        """From now on with a key of this association alone, `key` octets, and its own counters.
        DecipherError for a wrong size."""
        first = CountUp(1)  # a peer that holds 0 takes only what is more
        self._dedicated = self.security.unicast.other(key, first, Above())

    def own_way(self):
        """How a client seals its next request."""
        way = self.global_way()
        if self._dedicated and way.form in _DEDICATED and not way.control & BROADCAST:
            return Way(_DEDICATED[way.form], way.control, self._dedicated, b"", None)
        return way

    def global_way(self):
        """The same, but never with the dedicated key: initiations go so."""
        form, control = self.security.form, self.security.control
        if form == GENERAL:
            return self._general_way(control)
        key = self.security.broadcast if control & BROADCAST else self.security.unicast
        return Way(form, control, key, b"", None)

    def wrapped_way(self, key):
        """How a client seals with a fresh `key` that it sends along, wrapped."""
        security = self.security
        wrapped = security.ciphers.wrap(security.kek, key)
        way = self._general_way(security.control & BOTH)
        key_info = KeyInfo(envelope.WRAPPED, envelope.MASTER_KEY, wrapped)
        return Way(GENERAL, way.control, self._key_in(wrapped), way.fields, key_info)

    def seal(self, apdu, way=None):
        """The APDU ciphered; as a client does if no `way` is given."""
        way = way or self.own_way()
        if apdu[0] == _EXCEPTION and way.form in (GLO, DED):
            return apdu  # it has no tag of its own for them
        form = envelope.form_for(way.form, apdu[0])
        head = self._authenticated(way.fields)
        contents = way.key.seal(way.control, self.security.title, apdu, head)
        if form == GENERAL:
            return envelope.encode_general(way.fields, way.key_info, contents)
        if form in (GENERAL_GLO, GENERAL_DED):
            return envelope.encode_titled(form, self.security.title, contents)
        return envelope.encode_service(form, apdu[0], contents)

    def open(self, octets):
        """(plain APDU, Way in which to answer it)."""
        around = envelope.decode(octets)
        title = self._title_of(around)
        key = self._key_of(around)
        head = self._authenticated(around.fields)
        control, plain = key.open(title, around.contents, self.security.policy, head)
        if not plain or around.plain_tag not in (None, plain[0]):
            raise DecipherError("another service inside than outside")
        if not self.peer_title:
            self.meet(title)
        return plain, self._way_back(around, control & BOTH, key)

    def open_answer(self, octets):
        """The plain APDU of an answer; exceptions and service errors come in clear."""
        if octets and octets[0] in (_EXCEPTION, _SERVICE_ERROR):
            return octets
        if envelope.is_ciphered(octets) or self.security.policy:
            return self.open(octets)[0]
        return octets

    def overhead(self, way):
        """Octets by which `seal` makes an APDU longer, at most."""
        return OVERHEAD_GENERAL + len(way.fields) if way.form == GENERAL else OVERHEAD

    def _authenticated(self, fields):
        return fields if self.security.is_head_authenticated else b""

    def _title_of(self, around):
        title = around.title or self.peer_title
        if not title:
            raise DecipherError("the system title of the peer is not known")
        if title != (self.peer_title or title) or title == self.security.title:
            raise DecipherError("not the system title of the peer")
        if around.recipient not in (b"", self.security.title):
            raise DecipherError("for another system title")
        return title

    def _key_of(self, around):
        control = around.contents[0] if around.contents else 0
        key = self.security.broadcast if control & BROADCAST else self.security.unicast
        if around.form in (DED, GENERAL_DED):
            key = self._dedicated
        if around.key_info:
            key = self._key_told(around.key_info)
        if key is None:
            raise DecipherError("ciphered with a key that is not there")
        return key

    def _key_told(self, key_info):
        kind, number, wrapped = key_info
        if kind == envelope.AGREED:
            raise DecipherError("agreed keys are not served")
        if kind == envelope.WRAPPED:
            return self._key_in(wrapped) if number == envelope.MASTER_KEY else None
        keys = {envelope.UNICAST_KEY: self.security.unicast}
        keys[envelope.BROADCAST_KEY] = self.security.broadcast
        return keys.get(number)

    def _key_in(self, wrapped):
        """A wrapped key counts with the unicast key: what came once cannot come again."""
        security = self.security
        if not security.kek or security.unicast is None:
            return None
        if wrapped != self._wrapped[0]:
            unicast = security.unicast
            key = unicast.other(_unwrapped(security, wrapped), unicast.sent, unicast.received)
            self._wrapped = (wrapped, key)
        return self._wrapped[1]

    def _general_way(self, control):
        self._transaction += 1
        number = self._transaction.to_bytes(8, "big")
        fields = envelope.general_fields(number, self.security.title, self.peer_title)
        if control & BROADCAST:
            return Way(GENERAL, control, self.security.broadcast, fields, _IDENTIFIED_BROADCAST)
        return Way(GENERAL, control, self.security.unicast, fields, _IDENTIFIED_UNICAST)

    def _way_back(self, around, control, key):
        key_info = around.key_info
        if key is self.security.broadcast:
            key, key_info = self.security.unicast, key_info and _IDENTIFIED_UNICAST
        if around.form != GENERAL:
            return Way(around.form, control, key, b"", None)
        transaction = around.fields[1 : 1 + around.fields[0]]
        fields = envelope.general_fields(transaction, self.security.title, self.peer_title)
        return Way(GENERAL, control, key, fields, key_info)


def _unwrapped(security, wrapped):
    try:
        return security.ciphers.unwrap(security.kek, wrapped)
    except WireError:
        pass
    raise DecipherError("a key wrapped with another key, or damaged")
