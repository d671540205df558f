"""A DLMS/COSEM meter over any link: runs the dialogues of wire/dialogue.py with it."""

from drivers.meter_session import MeterSession
from wire import dialogue, initiate
from wire.abilities import Abilities

_INVOKE_MAX = 15  # four bits
_AT_ONCE = (  # how many attributes are read at once, the shortest way first
    ("lists", initiate.MULTIPLE_REFERENCES, dialogue.get_list),
    ("access", initiate.ACCESS, dialogue.get_by_access),
)


class DlmsMeter:
    """`open`, `get...`, `close`, again and again. NoReply names the meter: channel and address.

    link          drivers/hdlc_meter_link.py or drivers/wrapper_link.py
    login         drivers/login.py; None associates without a password
    release       "none", "plain" or "ciphered": the RLRQ before the link is let go; meters differ
    known         Abilities of the meter, to be used and learned
    hold          dcu/hold.py: what keeps refused credentials from being offered again
    read_counter  coroutine function (attempts, urgent) -> the greatest invocation counter that
                  the meter has taken, as it tells anybody; or None
    unasked       function(apdu) for what the meter notifies between our request and its answer

    `connect`, `open`, `exchange_apdu` and `close` are those of drivers/meter_session.py.
    """

    def __init__(
        self,
        link,
        login=None,
        release="none",
        known=None,
        hold=None,
        read_counter=None,
        unasked=None,
    ):
        self.name = link.name
        self._known = known or Abilities()
        self._invoke = 0
        session = MeterSession(link, login, release, hold, read_counter, unasked)
        self._session = session
        self._ask = session.ask
        self.connect, self.open = session.connect, session.open
        self.exchange_apdu, self.close = session.exchange_apdu, session.close

    def overhear(self, tell):
        """From now on `tell(is sent, APDU)` gets what is within ciphered ones; None: nobody."""
        self._session.tap = tell

    async def get(self, attribute, access=None):
        """Value of one attribute. AccessRefused when the meter does not give it."""
        return await self._ask(lambda: dialogue.get(attribute, access, self._next_invoke()))

    async def get_list(self, attributes):
        """[(data access result, value or None)] in one request if it can be; one by one from a
        meter that knows neither GET with list nor ACCESS, also the next time."""
        agreed = self._session.associated
        ways = [
            (name, read, getattr(self._known, name) is None)
            for name, bit, read in _AT_ONCE
            if agreed.conformance & bit and getattr(self._known, name) is not False
        ]
        for name, read, _ in ways:
            try:
                results = await self._ask(lambda read=read: self._at_once(read, attributes))
            except dialogue.AccessRefused:
                continue  # as a whole: a refused attribute is one of the results
            setattr(self._known, name, True)
            return results
        results = await self._ask(lambda: dialogue.get_each(attributes, self._next_invoke()))
        for name, _, is_guess in ways:
            if is_guess:  # else it is this list that the meter does not take
                setattr(self._known, name, False)
        return results

    async def set(self, attribute, data):
        """`data`: octets of one Data. AccessRefused when the meter does not take it. Never sent
        again when it may have been carried out."""
        longest = self._longest(initiate.BLOCK_SET)
        await self._ask(
            lambda: dialogue.set_(attribute, data, None, self._next_invoke(), longest), False
        )

    async def action(self, class_id, ln, method, data=None):
        """What the method returns, None if nothing; as `set`."""
        longest = self._longest(initiate.BLOCK_ACTION)
        return await self._ask(
            lambda: dialogue.action(class_id, ln, method, data, self._next_invoke(), longest),
            False,
        )

    def _longest(self, blocks):
        """Octets beyond which a request goes in `blocks` of its service; 0 if it must not."""
        agreed = self._session.associated
        if agreed.conformance & initiate.GENERAL_BLOCK or not agreed.conformance & blocks:
            return 0
        return agreed.max_pdu

    def _at_once(self, read, attributes):
        return read(attributes, self._session.associated.max_pdu, self._next_invoke())

    def _next_invoke(self):
        """So that a late answer is not taken for the one to the next request."""
        self._invoke = self._invoke % _INVOKE_MAX + 1
        return self._invoke
