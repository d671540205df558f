"""`hes settings`: what is answered when the DCU leaves right after it has taken a change."""

import asyncio

import pytest

from hes_stub.errors import NoAnswer
from hes_stub.settings import Settings

TERMINAL = "07310001"


class Link:
    """A DCU that answers so many requests, then is gone."""

    def __init__(self, answers):
        self.answers = answers

    async def errand(self, talk, limit_s):
        await talk(self)

    async def do(self, dialogue):
        if not self.answers:
            raise NoAnswer("the connection was lost")
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("answers", "result", "lines"),
    [
        ([], "no answer", []),
        ([None], "good", ["hes.main=other:1"]),
        ([None, b"hes.main=other:1\nhes.sub="], "good", ["hes.main=other:1", "hes.sub="]),
    ],
)
def test_a_change_that_was_taken_is_told_also_when_the_dcu_then_leaves(answers, result, lines):
    class Hall:
        dcus = {TERMINAL: Link(answers)}

    request = {"terminal": TERMINAL, "lines": ["hes.main=other:1"]}
    answer = asyncio.run(Settings(Hall()).settings(request))
    assert (answer["result"], answer["lines"]) == (result, lines)
    assert bool(answer["error"]) == (result != "good")
