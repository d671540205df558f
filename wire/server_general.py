"""General block transfer of the server, for one association: between the wire and the services,
or the ciphering of them.

Reference: IEC 62056-5-3, general-block-transfer.
"""

from wire.block_transfer import Transfer
from wire.errors import WireError
from wire.server_blocks import REQUEST_MAX

TAG = 0xE0


class GeneralBlocks:
    """`max_pdu`: octets of the longest APDU that the client takes; `window` as in Transfer."""

    def __init__(self, max_pdu, window):
        self._max_pdu = max_pdu
        self._transfer = Transfer(window, max_pdu, REQUEST_MAX, False)
        self._waiting = ()

    def restart(self):
        """The client asks in a plain APDU: what was under way is over."""
        self._transfer.restart()
        self._waiting = ()

    def receive(self, block):
        """(APDU or None, answer or None): a request that is whole now, else what to say to the
        block. WireError ends the transfer."""
        try:
            if self._transfer.is_first(block):
                self._transfer.restart()
            whole, blocks = self._transfer.receive(block)
        except WireError:
            self.restart()
            raise
        return whole, self._window(blocks)

    def cut(self, answer, is_asked_in_blocks):
        """The first block of the answer, or the answer itself if it goes without."""
        if not is_asked_in_blocks and len(answer) <= self._max_pdu:
            return answer
        return self._window(self._transfer.send(answer))

    def more(self):
        """The next block of the window, None after the last."""
        return self._window(self._waiting)

    def _window(self, blocks):
        self._waiting = blocks[1:]
        return blocks[0] if blocks else None
