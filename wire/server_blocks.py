"""What one client has agreed with us, and what it sends or fetches in the blocks of GET, SET and
ACTION. Not general block transfer: that is below all services (wire/block_transfer.py).

One request and one answer can be under way for a client; the next service that it asks for ends
them both.

Reference: IEC 62056-5-3, block transfer of GET, SET and ACTION.
"""

from wire import apdu, initiate
from wire.apdu import Part
from wire.cursor import Cursor
from wire.errors import WireError

ANSWER_MAX = 262_144  # octets; a longer answer is not given
REQUEST_MAX = 65_536  # octets of one request that comes in blocks

_HEAD = 12  # octets around the data of a block: tag form invoke last number(4) 00 length(3)


class Agreed:
    """What one client has agreed with us.

    conformance   the bits that both know
    max_pdu       octets of the longest plain APDU that it takes
    """

    def __init__(self, conformance, max_pdu):
        self.conformance = conformance
        self.max_pdu = max_pdu
        self.incoming = None
        self.outgoing = None

    def allows(self, bits):
        return self.conformance & bits == bits

    def fits(self, octets):
        """Whether an answer goes as it is; general block transfer cuts what is too long."""
        return len(octets) <= self.room()

    def room(self):
        return ANSWER_MAX if self.allows(initiate.GENERAL_BLOCK) else self.max_pdu

    def forget(self):
        self.incoming = self.outgoing = None

    def send(self, kind, octets):
        """The first Part of an answer; the others wait to be asked for."""
        self.outgoing = _Outgoing(kind, octets, self.max_pdu - _HEAD)
        return self.outgoing.next()

    def send_next(self, kind, block):
        """(result, next Part or None) for the client that has got `block`."""
        outgoing = self.outgoing
        if outgoing is None or outgoing.kind != kind:
            return apdu.NO_LONG_GET_IN_PROGRESS, None
        if block != outgoing.block:
            self.outgoing = None
            return apdu.BLOCK_NUMBER_INVALID, None
        part = outgoing.next()
        if part.is_last:
            self.outgoing = None
        return apdu.SUCCESS, part

    def receive(self, first):
        """A request begins that comes in blocks: SetFirstBlock, ActionListFirstBlock…"""
        self.incoming = _Incoming(first)

    def receive_next(self, firsts, part):
        """(result, the first request, octets) of a request of one of these types that is whole;
        the octets are None while it is not."""
        incoming = self.incoming
        if incoming is None or not isinstance(incoming.first, firsts):
            return apdu.NO_LONG_SET_IN_PROGRESS, None, None
        result = incoming.take(part)
        if result == apdu.SUCCESS and not part.is_last:
            return result, incoming.first, None
        self.incoming = None
        return result, incoming.first, bytes(incoming.octets)


class _Outgoing:
    def __init__(self, kind, octets, size):
        self.kind = kind
        self.block = 0  # the last one sent
        self._octets = octets
        self._size = size

    def next(self):
        begin = self.block * self._size
        end = begin + self._size
        self.block += 1
        return Part(end >= len(self._octets), self.block, self._octets[begin:end])


class _Incoming:
    def __init__(self, first):
        self.first = first
        self.octets = bytearray()  # of all blocks: one by one they would take more room
        self._block = 0  # the last one taken

    def take(self, part):
        if part.block != self._block + 1:
            return apdu.BLOCK_NUMBER_INVALID
        if len(self.octets) + len(part.octets) > REQUEST_MAX or not part.octets:
            return apdu.LONG_SET_ABORTED
        self._block += 1
        self.octets.extend(part.octets)
        return apdu.SUCCESS


def data_of(take, octets, *more):
    """What `take` takes from the reassembled octets; None if they are not just that."""
    cursor = Cursor(octets)
    try:
        data = take(cursor, *more)
    except WireError:
        return None
    return None if cursor.left() else data
