"""A client and a server that speak in general blocks, on a line that may lose some."""

from tests.dual.cosem_peer import CLIENTS, MANAGEMENT, PASSWORD
from tests.dual.shelf import Shelf
from wire import association, initiate
from wire.dialogue_blocks import in_blocks
from wire.errors import DcuError
from wire.server import CONFORMANCE, ServerAssociation


class Silence(DcuError):
    pass


class Line:
    """A client and a server with windows, and losses: `loses(n)` says of the n-th APDU, of both
    ways together, whether it is lost."""

    def __init__(self, max_pdu, window=1, loses=None, server_window=None):
        self.objects = Shelf()
        self.server = ServerAssociation(self.objects, CLIENTS, server_window or window)
        self.window = window
        self.max_pdu = max_pdu
        self.loses = loses or (lambda number: False)
        self.count = 0
        self.sent = []
        self.taken = []
        self.waiting = []
        offer = initiate.encode_initiate(initiate.request(CONFORMANCE, max_pdu))
        aarq = association.Aarq(association.LN, association.LLS, PASSWORD, offer)
        answer = self.server.answer(MANAGEMENT, 1, association.encode(aarq))
        assert association.decode(answer).result == 0

    def is_lost(self):
        self.count += 1
        return self.loses(self.count)

    def put(self, octets):
        assert len(octets) <= self.max_pdu
        self.sent.append(octets)
        if self.is_lost():
            return
        answer = self.server.answer(MANAGEMENT, 1, octets)
        while answer is not None:
            assert len(answer) <= self.max_pdu
            self.taken.append(answer)
            if not self.is_lost():
                self.waiting.append(answer)
            answer = self.server.more(MANAGEMENT)

    def do(self, talk, is_lossy=True):
        talk = in_blocks(talk, self.max_pdu, self.window, is_lossy)
        step, value = talk.send, None
        while True:
            try:
                request = step(value)
            except StopIteration as end:
                return end.value
            for each in request if isinstance(request, tuple) else (request,):
                if each:
                    self.put(each)
            step, value = talk.send, self.waiting.pop(0) if self.waiting else None
            if value is None:
                step, value = talk.throw, Silence("nothing came")
