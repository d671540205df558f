"""`hes tasks`: the task list of a DCU, what it costs there, and another one in its place.

The answer is a dict for JSON: {"terminal", "result", "error", "csv", "plan"}; result is "good",
"no answer" or "refused", plan the JSON of docs/cosem-objects.md.
"""

import json

from hes_stub.errors import NoAnswer, ReadRefused
from hes_stub.rows import printable
from wire import axdr, dialogue, obis
from wire.apdu import Attribute

TASKS_S = 60  # for the session to come to it, and for the answers of the DCU
_SET_OCTETS = 1024  # a longer list goes in blocks; every DCU takes that much at once
_DATA = 1
_LIST, _REFUSAL, _PLAN = [
    Attribute(_DATA, obis.parse(f"0.0.96.131.{e}.255"), 2) for e in (1, 2, 3)
]


class Tasks:
    """`hall.dcus` are the links."""

    def __init__(self, hall):
        self._hall = hall

    async def tasks(self, request):
        """The answer to {"terminal", "csv"}; csv None only looks."""
        terminal = str(request.get("terminal"))
        answer = {"terminal": terminal, "result": "good", "error": None, "csv": None, "plan": None}

        async def talk(session):
            if request.get("csv") is not None:
                await _put(session, str(request["csv"]))
            answer["csv"] = await _text(session, _LIST)
            answer["plan"] = _document(await _text(session, _PLAN))

        try:
            link = self._hall.dcus.get(terminal)
            if link is None:
                raise NoAnswer(f"terminal {terminal} is not connected; see `hes dcus`")
            await link.errand(talk, TASKS_S)
        except ReadRefused as error:
            answer.update(result="refused", error=str(error))
        except NoAnswer as error:
            answer.update(result="no answer", error=str(error))
        return answer


async def _put(session, csv):
    """Stored in the DCU when this returns; ReadRefused with the reason that the DCU gives."""
    try:
        data = axdr.octets(csv.encode())
        await session.do(dialogue.set_(_LIST, data, max_pdu=_SET_OCTETS))
    except dialogue.AccessRefused as error:
        if error.exception:
            raise
        reason = await _text(session, _REFUSAL)
        raise ReadRefused(reason or printable(error))


async def _text(session, attribute):
    """Several lines are left as they are; other control characters are not for a terminal."""
    try:
        octets = await session.do(dialogue.get(attribute))
    except dialogue.AccessRefused as error:
        if error.exception:
            raise
        raise ReadRefused(f"the DCU has no task list: {printable(error)}")
    text = octets.decode("utf-8", "replace") if isinstance(octets, bytes) else ""
    return "".join([char for char in text if char.isprintable() or char == "\n"])


def _document(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ReadRefused("the plan of the DCU is no JSON")
