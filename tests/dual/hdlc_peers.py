"""A port with HDLC servers on the other side that answer APDUs by a function."""

from tests.dual.scripted_port import ScriptedPort
from wire import hdlc
from wire.hdlc_server import HdlcServer


class Peers(ScriptedPort):
    """`answers` of (HDLC address, apdu) gives an APDU or None.

    ignored   how many of our next transmissions nobody hears
    lost      how many of the next answers nobody hears
    spoil     of our octets: whether nobody hears them
    after_ms  from our last octet to the answer; a list of one for each answer, the last stays
    """

    def __init__(self, clock, addresses, answers, max_info=128, window=1):
        super().__init__(clock)
        self._addresses, self._limits = addresses, (max_info, window)
        self.restart()
        self._answers = answers
        self.spoil = None
        self.ignored = 0
        self.lost = 0
        self.after_ms = [20]

    def restart(self):
        """As after a power failure of all meters: no link is known any more."""
        limits = self._limits
        self._peers = [(HdlcServer(a, *limits), hdlc.Deframer(), a) for a in self._addresses]

    async def write(self, data):
        await super().write(data)
        if self.spoil and self.spoil(data):
            return
        if self.ignored:
            self.ignored -= 1
            return
        for server, deframer, address in self._peers:
            deframer.feed(data)
            frame = deframer.next_frame()
            while frame:
                said = server.receive(frame)
                if said and said[0] == "apdu":
                    apdu = self._answers(address, said[1])
                    said = ("write", server.send(apdu)) if apdu else None
                if said:
                    self._say(said[1])
                frame = deframer.next_frame()

    def _say(self, octets):
        after_ms = self.after_ms[0]
        if self.after_ms[1:]:
            self.after_ms = self.after_ms[1:]
        if self.lost:
            self.lost -= 1
        else:
            self.arrives(after_ms, octets)
