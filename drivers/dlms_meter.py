"""A DLMS/COSEM meter over any link: runs the dialogues of wire/dialogue.py with it."""

from hal.errors import DcuError, NoReply
from wire import association, dialogue, initiate

_INVOKE_MAX = 15  # four bits


class DlmsMeter:
    """`open`, `get...`, `close`, again and again. NoReply names the meter: channel and address.

    link      drivers/hdlc_meter_link.py or drivers/wrapper_link.py
    password  octets, for low level security; b"" associates without one
    release   whether to say RLRQ before the link is let go: meters differ
    """

    def __init__(self, link, password=b"", release=False):
        self.name = link.name
        self._link = link
        self._password = password
        self._release = release
        self._takes_lists = True
        self._invoke = 0
        self._associated = None
        self._is_silent = False

    async def connect(self, attempts=None):
        """The link alone: for a client that brings its own association (transparent access)."""
        self._is_silent = False
        self._associated = None
        await self._link.connect(attempts)

    async def open(self, attempts=None):
        """Link and association; dialogue.Associated. NoReply, AssociationRefused, WireError,
        PortError, Refused; nothing is left open then. `attempts` is for the link."""
        await self.connect(attempts)
        mechanism = association.LLS if self._password else association.NONE
        try:
            self._associated = await self._run(dialogue.associate(mechanism, self._password))
        except BaseException:
            await self._link.disconnect(self._is_silent)
            raise
        return self._associated

    async def get(self, attribute, access=None):
        """Value of one attribute. AccessRefused when the meter does not give it."""
        return await self._run(dialogue.get(attribute, access, self._next_invoke()))

    async def get_list(self, attributes):
        """[(data access result, value or None)] in one request if it can be; one by one from a
        meter that does not know GET with list, also the next time."""
        if self._takes_lists and self._associated.conformance & initiate.MULTIPLE_REFERENCES:
            max_pdu = self._associated.max_pdu
            try:
                talk = dialogue.get_list(attributes, max_pdu, self._next_invoke())
                return await self._run(talk)
            except dialogue.AccessRefused:
                pass  # of the list as a whole: a refused attribute is one of the results
        results = await self._run(dialogue.get_each(attributes, self._next_invoke()))
        self._takes_lists = False
        return results

    async def exchange_apdu(self, apdu):
        """The meter's answer to any APDU, untouched."""
        try:
            return await self._link.request(apdu)
        except NoReply:
            self._is_silent = True
            raise

    async def close(self):
        """Release the association if so set, and the link. Raises nothing of the meter's part."""
        try:
            if self._release and self._associated and not self._is_silent:
                await self._run(dialogue.release())
        except DcuError:
            pass  # the meter will see by itself that we are gone
        finally:
            await self._link.disconnect(self._is_silent)

    def _next_invoke(self):
        """So that a late answer is not taken for the one to the next request."""
        self._invoke = self._invoke % _INVOKE_MAX + 1
        return self._invoke

    async def _run(self, talk):
        answer = None
        while True:
            try:
                request = talk.send(answer)
            except StopIteration as done:
                return done.value
            answer = await self.exchange_apdu(request)
