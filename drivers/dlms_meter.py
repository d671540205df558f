"""A DLMS/COSEM meter over any link: runs the dialogues of wire/dialogue.py with it."""

from hal.errors import DcuError, NoReply
from wire import association, dialogue


class DlmsMeter:
    """`open`, `get...`, `close`, again and again. NoReply names the meter: channel and address.

    link      drivers/hdlc_meter_link.py or drivers/wrapper_link.py
    password  octets, for low level security; b"" associates without one
    release   whether to say RLRQ before the link is let go: meters differ
    """

    def __init__(self, link, password=b"", max_pdu=0xFFFF, release=False):
        self.name = link.name
        self._link = link
        self._password = password
        self._max_pdu = max_pdu
        self._release = release
        self._takes_lists = True
        self._silent = False

    async def connect(self, attempts=None):
        """The link alone: for a client that brings its own association (transparent access)."""
        self._silent = False
        await self._link.connect(attempts)

    async def open(self, attempts=None):
        """Link and association; what the meter says in its AARE. NoReply, AssociationRefused,
        WireError, PortError, Refused; nothing is left open then. `attempts` is for the link."""
        await self.connect(attempts)
        mechanism = association.LLS if self._password else association.NONE
        try:
            accepted = await self._run(
                dialogue.associate(mechanism, self._password, self._max_pdu)
            )
        except BaseException:
            await self._link.disconnect(self._silent)
            raise
        return accepted

    async def get(self, attribute, access=None):
        """Value of one attribute. AccessRefused when the meter does not give it."""
        return await self._run(dialogue.get(attribute, access))

    async def get_list(self, attributes):
        """[(data access result, value or None)] in one request; one by one from a meter that
        does not know GET with list."""
        if self._takes_lists:
            try:
                return await self._run(dialogue.get_list(attributes))
            except dialogue.AccessRefused:
                self._takes_lists = False
        return [await self._get_result(attribute) for attribute in attributes]

    async def _get_result(self, attribute):
        try:
            return 0, await self.get(attribute)
        except dialogue.AccessRefused as error:
            return error.result, None

    async def exchange_apdu(self, apdu):
        """The meter's answer to any APDU, untouched."""
        try:
            return await self._link.request(apdu)
        except NoReply:
            self._silent = True
            raise

    async def close(self):
        """Release the association if so set, and the link. Raises nothing of the meter's part."""
        try:
            if self._release and not self._silent:
                await self._run(dialogue.release())
        except DcuError:
            pass
        finally:
            await self._link.disconnect(self._silent)

    async def _run(self, talk):
        answer = None
        while True:
            try:
                request = talk.send(answer)
            except StopIteration as done:
                return done.value
            answer = await self.exchange_apdu(request)
