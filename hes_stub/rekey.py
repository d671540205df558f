"""`hes rekey`: a DCU is given new keys, or is to have those of the key file again.

The answer is a dict for JSON: {"terminal", "result", "error"}; result is "good", "no answer" or
"refused".
"""

from hes_stub.errors import HesError, NoAnswer, ReadRefused
from hes_stub.session import Session

REKEY_S = 60  # for the session to come to it, and for the answer of the DCU


class Rekeyer:
    """`hall.dcus` are the links; `keys` is hes_stub/keys.py or None."""

    def __init__(self, hall, keys):
        self._hall = hall
        self._keys = keys

    async def rekey(self, request):
        """The answer to {"terminal", "forget"}. HesError."""
        if self._keys is None:
            raise HesError("`hes serve` has no keys: give it --dcu-key")
        terminal = str(request.get("terminal"))
        answer = {"terminal": terminal, "result": "good", "error": None}
        try:
            await (self._forget if request.get("forget") else self._renew)(terminal)
        except ReadRefused as error:
            answer.update(result="refused", error=str(error))
        except NoAnswer as error:
            answer.update(result="no answer", error=str(error))
        return answer

    async def _renew(self, terminal):
        link = self._hall.dcus.get(terminal)
        if link is None:
            raise NoAnswer(f"terminal {terminal} is not connected; see `hes dcus`")
        try:
            await link.errand(Session.rekey, REKEY_S)
        except NoAnswer as error:
            more = "if it was sent new keys, they and the old ones are tried when it comes back"
            raise NoAnswer(f"{error}; {more}")

    async def _forget(self, terminal):
        """The DCU may be there, or not yet."""
        self._keys.forget(terminal)
        if terminal in self._hall.dcus:
            self._hall.dcus[terminal].close()
