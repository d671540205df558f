"""`hes settings`: all settings of a DCU, and others for some of them.

The answer is a dict for JSON: {"terminal", "result", "error", "lines"}; result is "good",
"no answer" or "refused", lines are KEY=VALUE.
"""

from hes_stub.text_object import errand, get_text, put_text
from wire import obis
from wire.apdu import Attribute

_ALL, _REFUSAL = [Attribute(1, obis.parse(f"0.0.96.133.{e}.255"), 2) for e in (1, 2)]


class Settings:
    """`hall.dcus` are the links."""

    def __init__(self, hall):
        self._hall = hall

    async def settings(self, request):
        """The answer to {"terminal", "lines"}; no lines only look."""
        answer = {"terminal": str(request.get("terminal")), "lines": []}
        wanted = [str(line) for line in request.get("lines") or []]

        async def talk(session):
            if wanted:
                await put_text(session, _ALL, _REFUSAL, "\n".join(wanted))
                answer["lines"] = wanted  # taken, also when the DCU now leaves for another HES
            answer["lines"] = (await get_text(session, _ALL)).split("\n")

        await errand(self._hall, answer, talk)
        if answer["lines"]:
            answer.update(result="good", error=None)
        return answer
