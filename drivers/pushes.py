"""What the meters of a bus say unasked, in UI frames, between exchanges and in the midst of them.

A long one comes in general blocks. They are put together without a word: to an unnumbered frame
there is no answer, and nobody can ask for a block again.

Reference: IEC 62056-46, 6.4.4.4.5 (unnumbered information); IEC 62056-5-3, DataNotification,
general-block-transfer.
"""

from drivers.good_frames import good_frames
from wire import hdlc
from wire.block_transfer import PDU_MIN, Transfer
from wire.errors import WireError
from wire.hdlc_flow import LLC_RESPONSE

WHOLE_MAX = 16_384  # octets of one notification in blocks
BEGUN_MAX = 8  # notifications of which blocks are missing; the oldest is forgotten

_GENERAL_BLOCK = b"\xe0"


class Pushes:
    """For drivers/rs485.py. What is damaged is left.

    find       function(HDLC address as on the wire) -> the record of that meter; None: not ours
    notified   function(record, notification), the octets of one APDU, ciphered or in clear; it
               must not wait
    """

    def __init__(self, find, notified):
        self._find = find
        self._notified = notified
        self._deframer = hdlc.Deframer()
        self._begun = []  # (address, Transfer), the newest last

    def feed(self, octets):
        for frame in good_frames(self._deframer, octets):
            self.hear(frame)

    def hear(self, frame):
        if not isinstance(frame, hdlc.Frame) or hdlc.kind(frame.control) != hdlc.UI:
            return
        llc = len(LLC_RESPONSE)
        apdu = frame.information[llc:]
        if frame.information[:llc] != LLC_RESPONSE or not apdu:
            return
        record = self._find(frame.source)
        if record is None:
            return
        if apdu[:1] == _GENERAL_BLOCK:
            apdu = self._whole(frame.source, apdu)
        if apdu:
            self._notified(record, apdu)

    def _whole(self, address, block):
        """The APDU of which this is the last block; None while some are missing, or for ever."""
        begun = self._taken_out(address)
        new = Transfer(1, PDU_MIN, WHOLE_MAX, True)
        transfer = new if new.is_first(block) else begun
        if transfer is None:
            return None  # its beginning was lost, or forgotten
        try:
            whole, _ = transfer.receive(block)
        except WireError:
            return None
        if whole is None:
            self._begun = self._begun[1 - BEGUN_MAX :] + [(address, transfer)]
        return whole

    def _taken_out(self, address):
        found = [transfer for each, transfer in self._begun if each == address]
        self._begun = [row for row in self._begun if row[0] != address]
        return found[0] if found else None
