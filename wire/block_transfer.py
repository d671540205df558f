"""General block transfer: one APDU out and one in, in blocks that are numbered and acknowledged.

The same for client and server, without I/O. Below all services, and below ciphering: what is cut
and put together is the APDU as it goes over the wire.

Blocks are sent a window at a time, as many as the peer says it takes; all but the last of a window
are streamed, that is, not answered. The answer names the last block that came in order: what
comes after it is sent again. All that a peer sends is numbered, acknowledgements too, from 1 in
each exchange; their numbers are not looked at, because implementations differ in them.

Reference: IEC 62056-5-3, general-block-transfer.
"""

from wire import apdu
from wire.apdu import GeneralBlock
from wire.apdu_fields import filling
from wire.errors import WireError

TRIES_MAX = 8  # times in a row that a peer asks for what it had, or repeats what we have
IDLE_MAX = 256  # blocks in a row that bring nothing; a window lost at its begin has 62
BLOCKS_MAX = 32_768  # of one APDU
NUMBER_MAX = 0xFFFF  # of a block in an exchange; acknowledgements have numbers, too
PDU_MIN = 32  # octets; with less there is more head than block

_HEAD = 7  # octets around the data of a block: E0 control number(2) number(2) length


class Transfer:
    """One exchange after the other; `restart` begins the next.

    window      blocks that we take in a row and send in a row at most, 1..63
    max_pdu     octets of the longest block that the peer takes
    whole_max   octets of the longest APDU that we put together
    is_client   our APDU comes first: when we acknowledge, we have said our last block
    """

    def __init__(self, window, max_pdu, whole_max, is_client):
        assert 0 < window <= 63 and max_pdu >= PDU_MIN
        self._window = window
        self._size = filling(max_pdu - _HEAD)
        self._whole_max = whole_max
        self._is_client = is_client
        self._peer_window = 1  # until it tells its own
        self.restart()

    def restart(self):
        self._used = 0  # the last number that we gave
        self._begin_out(b"")
        self._begin_in()
        self._got = 0  # the last number of the peer's, in order
        self._tries = self._idle = 0

    def _begin_out(self, octets):
        self._octets = octets
        self._base = self._acknowledged = self._used
        self._final = self._base + (len(octets) + self._size - 1) // self._size

    def _begin_in(self):
        self._parts = bytearray()
        self._part_count = 0

    def is_first(self, octets):
        """Whether this block, if it is one, begins an exchange: its number is 1, and it has
        data (an acknowledgement has none)."""
        return bytes(octets[2:4]) == b"\x00\x01" and bytes(octets[6:]) != b"\x00"

    def send(self, octets):
        """The blocks to write for the APDU `octets`: the first window. WireError when the peer
        has made us use up too many numbers for them."""
        self._begin_out(octets)
        assert self._final - self._base <= BLOCKS_MAX
        if self._final > NUMBER_MAX:
            raise WireError("no numbers left for the blocks of an APDU")
        return self._blocks()

    def receive(self, octets):
        """(APDU or None, blocks to write): what a block of the peer means. The APDU is whole when
        it is given. WireError when it is none, or the peer goes round in circles."""
        block = apdu.decode(octets)
        if not isinstance(block, GeneralBlock):
            raise WireError("no general block", octets[:1])
        if block.window:
            self._peer_window = min(block.window, self._window)
        before = self._part_count, self._acknowledged
        found = self._data(block) if block.data else (None, self._acknowledge(block))
        is_idle = found[0] is None and before == (self._part_count, self._acknowledged)
        self._idle = self._idle + 1 if is_idle else 0
        if self._idle > IDLE_MAX:
            raise WireError(f"{IDLE_MAX} blocks in a row that bring nothing")
        return found

    def repeat(self):
        """The blocks to write after a silence; none if it is not for us to say something."""
        if not self._parts and self._acknowledged == self._final:
            return ()
        self._try_again()
        return self._acknowledgement() if self._parts else self._blocks()

    def _acknowledge(self, block):
        if self._parts:  # it goes on asking while it should go on sending
            self._try_again()
            return self._acknowledgement()
        self._got = max(self._got, block.number)
        if block.ack >= self._final:
            self._acknowledged = self._final
            return ()
        if block.ack > self._acknowledged:
            self._acknowledged = block.ack
            self._tries = 0
        else:
            self._try_again()
        return self._blocks()

    def _data(self, block):
        if not self._parts and block.number == 1:
            self._got = 0  # it does not count its acknowledgements
        if block.number != self._got + 1:
            return None, self._out_of_order(block)
        self._acknowledged = self._final  # it would not answer what it has not got
        self._tries = 0
        self._got += 1
        self._part_count += 1
        self._parts.extend(block.data)
        if len(self._parts) > self._whole_max or self._part_count > BLOCKS_MAX:
            limits = f"{self._whole_max} octets or {BLOCKS_MAX} blocks"
            raise WireError(f"an APDU of more than {limits}")
        if block.is_last:
            whole = bytes(self._parts)
            self._begin_in()
            return whole, ()
        return None, self._unless_streamed(block)

    def _out_of_order(self, block):
        """A block that we have, or that comes after one that is lost."""
        if block.streaming:
            return ()
        self._try_again()
        if self._parts or self._acknowledged == self._final:
            return self._unless_streamed(block)
        return self._blocks()  # it has not heard our answer to what it repeats

    def _unless_streamed(self, block):
        """A window of 0 is that of a peer that takes nothing: nothing is acknowledged to it."""
        return () if block.streaming or not block.window else self._acknowledgement()

    def _acknowledgement(self):
        if self._used == NUMBER_MAX:
            raise WireError("no numbers left for acknowledgements")
        self._used += 1
        return (self._block(self._used, False, b"", self._is_client),)

    def _blocks(self):
        first = self._acknowledged + 1
        end = min(self._acknowledged + self._peer_window, self._final)
        self._used = max(self._used, end)
        return tuple([self._part(number, number < end) for number in range(first, end + 1)])

    def _part(self, number, streaming):
        begin = (number - self._base - 1) * self._size
        octets = self._octets[begin : begin + self._size]
        return self._block(number, streaming, octets, number == self._final)

    def _block(self, number, streaming, octets, is_last):
        value = GeneralBlock(is_last, streaming, self._window, number, self._got, octets)
        return apdu.encode(value)

    def _try_again(self):
        self._tries += 1
        if self._tries > TRIES_MAX:
            raise WireError(f"blocks of an APDU lost or repeated {TRIES_MAX} times in a row")
