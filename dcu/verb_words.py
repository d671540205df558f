"""The words that the verbs of the console are given, checked."""

from dcu.schema import whole
from hal.errors import Refused


def mp_of(text):
    """The number of a measuring point, or Refused."""
    number = whole(text, 1, 65535)
    if number is None:
        raise Refused(f"MP {text!r}: a measuring point is a number from 1 on")
    return number
