"""How the HES gets into one DCU over its link, and asks it from then on: in clear or by keys.

With keys there is no other way in: a DCU that refuses them is told, and not asked in clear.
"""

import secrets

from hes_stub.converse import converse
from hes_stub.errors import NoAnswer
from hes_stub.rows import whole
from wire import apdu, association, dialogue, key_transfer, obis
from wire.apdu import Attribute
from wire.ciphering import COUNTER_MAX
from wire.errors import WireError

MAX_PDU = 0x4000  # octets of one answer; longer ones come in blocks
_CHALLENGE_OCTETS = 32
_PUBLIC = 16  # client
_HEARD = Attribute(1, obis.parse("0.0.43.1.0.255"), 2)  # the greatest counter that it took
_SETUP = obis.parse("0.0.43.0.0.255")


class ByPassword:
    """`link`: hes_stub/link.py; `password`: hes_stub/credentials.py."""

    other_context = "it has keys (cosem.ek): give them to hes serve --dcu-key"

    def __init__(self, link, password):
        self._link = link
        self._password = password.octets

    async def associate(self):
        """AssociationRefused; NoAnswer, WireError."""
        mechanism = association.LLS if self._password else association.NONE
        await self.do(dialogue.associate(mechanism, self._password, MAX_PDU))

    async def do(self, steps):
        """What the dialogue returns."""
        return await converse(steps, self._link.ask)


class ByKeys:
    """HLS-GMAC, everything ciphered. `keys`: hes_stub/keys.py."""

    other_context = "it has no keys: set cosem.ek and cosem.ak there"

    def __init__(self, link, keys):
        self._link = link
        self._keys = keys
        self._protection = None

    async def associate(self):
        """AssociationRefused by all keys that it may have; NoAnswer, WireError. HesError when
        there is no counter to be had."""
        try:
            await self._associate_with(self._keys.pair(self._link.terminal))
        except dialogue.AssociationRefused:
            if not self._keys.failed(self._link.terminal):
                raise
            await self._associate_with(self._keys.pair(self._link.terminal))
        except (NoAnswer, WireError):
            self._keys.failed(self._link.terminal)
            raise
        self._keys.worked(self._link.terminal)

    async def do(self, steps):
        return await converse(steps, self._ask)

    async def rekey(self):
        """Have it take new keys, then close the link: they hold for the next association."""
        terminal = self._link.terminal
        data = self._keys.draw(terminal)
        transfer = key_transfer.method(_SETUP)
        try:
            await self.do(dialogue.action(transfer.class_id, transfer.ln, transfer.index, data))
        except dialogue.AccessRefused as error:
            if not error.exception:
                self._keys.worked(terminal)  # the ones that it has
            raise
        self._keys.answered(terminal)
        self._link.close()

    async def _associate_with(self, pair):
        try:
            await self._try(pair)
        except dialogue.AssociationRefused as refusal:
            if not await self._is_behind(refusal.exception, self._keys.counter(pair)):
                raise
            await self._try(pair)

    async def _try(self, pair):
        self._link.open = self._protection = None
        credentials = self._keys.credentials(self._link.terminal, pair)
        challenge = secrets.token_bytes(_CHALLENGE_OCTETS)
        steps = dialogue.associate_as(credentials, challenge, MAX_PDU)
        associated = await converse(steps, self._link.ask)
        self._protection = associated.protection
        self._link.open = associated.protection.open_answer

    async def _ask(self, request):
        """Answers come deciphered: the link does it in the order in which they arrive, which is
        that of their counters, pushes among them."""
        return await self._link.ask(self._protection.seal(request))

    async def _is_behind(self, exception, counter):
        """Whether our counter was too low for the DCU, by its exception, and is not any more."""
        if getattr(exception, "service", None) != apdu.COUNTER_ERROR:
            return False
        expected = exception.counter
        if expected is None:
            expected = await self._heard() + 1
        return counter.raise_to(expected)

    async def _heard(self):
        """What it tells anybody of the counters that it took."""
        await converse(dialogue.associate(), self._ask_as_anybody)
        heard = await converse(dialogue.get(_HEARD), self._ask_as_anybody)
        return whole(heard, 0, COUNTER_MAX)

    async def _ask_as_anybody(self, request):
        return await self._link.ask(request, _PUBLIC)
