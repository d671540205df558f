"""`hes tasks`: the task list of a DCU, what it costs there, and another one in its place.

The answer is a dict for JSON: {"terminal", "result", "error", "csv", "plan"}; result is "good",
"no answer" or "refused", plan the JSON of docs/cosem-objects.md.
"""

import json

from hes_stub.errors import ReadRefused
from hes_stub.text_object import errand, get_text, put_text
from wire import obis
from wire.apdu import Attribute

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
        answer = {"terminal": str(request.get("terminal")), "csv": None, "plan": None}

        async def talk(session):
            if request.get("csv") is not None:
                await put_text(session, _LIST, _REFUSAL, str(request["csv"]))
            answer["csv"] = await get_text(session, _LIST)
            answer["plan"] = _document(await get_text(session, _PLAN))

        return await errand(self._hall, answer, talk)


def _document(text):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ReadRefused("the plan of the DCU is no JSON")
