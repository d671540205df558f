"""General block transfer of the server, for one association: between the wire and the services,
or the ciphering of them.

Reference: IEC 62056-5-3, general-block-transfer.
"""

from wire import apdu
from wire.block_transfer import Transfer
from wire.errors import WireError
from wire.server_blocks import REQUEST_MAX
from wire.server_objects import exception

_GENERAL_BLOCK = b"\xe0"


class GeneralBlocks:
    """is_agreed   whether the client has agreed on them
    max_pdu     octets of the longest APDU that the client takes
    window      as in Transfer
    """

    def __init__(self, is_agreed, max_pdu, window):
        self._is_agreed = is_agreed
        self._max_pdu = max_pdu
        self._transfer = Transfer(window, max_pdu, REQUEST_MAX, False)
        self._waiting = ()

    def answer(self, octets, serve):
        """What to send for an APDU of the client, or None; `serve(APDU)` gives the answer to a
        whole one, or None."""
        is_block = octets[:1] == _GENERAL_BLOCK
        if is_block and not self._is_agreed:
            return exception(apdu.NOT_ALLOWED, apdu.NOT_SUPPORTED)
        if not is_block:
            return self._plain(serve(octets))
        try:
            whole, blocks = self._received(octets)
            if whole is None:
                return self._window(blocks)
            answer = serve(whole)
            return None if answer is None else self._window(self._transfer.send(answer))
        except WireError:
            self._restart()
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)

    def more(self):
        """The next block of the window, None after the last."""
        return self._window(self._waiting)

    def _received(self, octets):
        if self._transfer.is_first(octets):
            self._transfer.restart()
        return self._transfer.receive(octets)

    def _plain(self, answer):
        """To what came plain. It ends what is under way, unless it has no answer: a confirmation,
        say, in the midst of a long answer. In blocks only if it must be."""
        if answer is None:
            return None
        self._restart()
        if len(answer) <= self._max_pdu or not self._is_agreed:
            return answer
        return self._window(self._transfer.send(answer))

    def _restart(self):
        self._transfer.restart()
        self._waiting = ()

    def _window(self, blocks):
        self._waiting = blocks[1:]
        return blocks[0] if blocks else None
