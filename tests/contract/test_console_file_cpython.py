"""The longest answer of a running DCU: more than MicroPython's heap has room for."""

from boards.console_file import ANSWER_MAX
from hal.errors import WireError
from tests.contract.test_console_file import ask, says


def answer_of(size):
    head, tail = b'{"exit": 0, "result": "', b'"}'
    return head + b"x" * (size - len(head) - len(tail) - 1) + tail


def test_an_answer_may_be_as_long_as_the_limit_and_no_longer():
    (code, _), _ = ask(says(answer_of(ANSWER_MAX)))
    assert code == 0
    error, _ = ask(says(answer_of(ANSWER_MAX + 1)))
    assert isinstance(error, WireError)
