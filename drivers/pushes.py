"""What the meters of a bus say unasked, in UI frames, between exchanges and in the midst of them.

Reference: IEC 62056-46, 6.4.4.4.5 (unnumbered information); IEC 62056-5-3, DataNotification.
"""

from wire import hdlc
from wire.errors import WireError
from wire.hdlc_flow import LLC_RESPONSE


class Pushes:
    """For drivers/rs485.py. `notified(address, apdu)` gets each, with the HDLC address of the
    meter; it must not wait. What is damaged is left: nobody can ask for it again."""

    def __init__(self, notified):
        self._notified = notified
        self._deframer = hdlc.Deframer()

    def feed(self, octets):
        self._deframer.feed(octets)
        while True:
            try:
                frame = self._deframer.next_frame()
            except WireError:
                continue
            if frame is None:
                return
            self.hear(frame)

    def hear(self, frame):
        if not isinstance(frame, hdlc.Frame) or hdlc.kind(frame.control) != hdlc.UI:
            return
        llc = len(LLC_RESPONSE)
        if frame.information[:llc] == LLC_RESPONSE and frame.information[llc:]:
            self._notified(frame.source, frame.information[llc:])
