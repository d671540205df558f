"""What goes back for one request of Q/GDW 376.1: data in as many frames as they need, then what
was denied; or one confirmation.

Reference: Q/GDW 376.1-2009, 4.3.4.3 (FIR, FIN, RSEQ), 5.1.
"""

from wire import qgdw3761
from wire.qgdw3761_units import unit

BY_BROADCAST = (0x0A, 89)  # the one function that is answered to who asks all
WELL, OTHER = 0, 1  # errors of AFN 00 F3
ANSWERED_MAX = 3_000  # points times functions; as many results fit one frame


class Answer:
    def __init__(self, request, ours, send, octets_max, by_unit, events_of):
        """
        ours        our wire.qgdw3761.Address
        send        coroutine function(Frame)
        octets_max  of a frame; a unit that is longer has one of its own
        by_unit     whether results are told by unit (F3), and not all at once (F1, F2)
        events_of   function -> EC, or b"" while no important events wait
        """
        self._request = request
        self.afn = request.afn  # of the data
        self._ours = ours
        self._send = send
        self._body_max = octets_max - qgdw3761.OVERHEAD
        self._by_unit = by_unit
        self._events_of = events_of
        self._body = b""
        self._frames = 0
        self._results = []

    async def begin(self, afn):
        """From now on data of this AFN: those of another are in no frame of it."""
        if self._body and afn != self.afn:
            await self._flush(False)
        self.afn = afn

    async def add(self, pn, fn, octets, error):
        """The data of one unit, or with None in their place what came of it: 0 is well."""
        if octets is None:
            self._results.append((pn, fn, error))
        elif self._is_wanted(fn):
            octets = unit(pn, fn, octets)
            if self._body and len(self._body) + len(octets) > self._body_max:
                await self._flush(False)
            self._body += octets

    async def end(self):
        if self._body:
            await self._flush(True)
        if not qgdw3761.wants_answer(self._request):
            return
        errors = [error for _, _, error in self._results]
        if self._frames and not (errors and self._by_unit):
            return  # what is denied is left out
        if errors and (self._by_unit or (any(errors) and not all(errors))):
            make, arguments = qgdw3761.confirmation_by_unit, (self._results,)
        else:
            is_denied = not errors or any(errors)
            make, arguments = (qgdw3761.denial if is_denied else qgdw3761.confirmation), ()
        await self._send(make(self._request, *arguments, events=self._events_of()))

    async def deny(self):
        """Nothing is done."""
        if qgdw3761.wants_answer(self._request):
            await self._send(qgdw3761.denial(self._request, events=self._events_of()))

    def _is_wanted(self, fn):
        if qgdw3761.wants_answer(self._request):
            return True
        return qgdw3761.asks(self._request) and (self._request.afn, fn) == BY_BROADCAST

    async def _flush(self, is_last):
        body, self._body = self._body, b""
        number, self._frames = self._frames, self._frames + 1
        frame = qgdw3761.data_frame(
            self._request, self._ours, number, is_last, body, self._events_of(), self.afn
        )
        await self._send(frame)
