"""Calls of the operating system whose failure says what they were made of."""

from hal.errors import PortError
from hal.reasons import reason


def guarded(name, function, *arguments):
    """What `function(*arguments)` returns. PortError with `name` and the reason for an OSError."""
    try:
        return function(*arguments)
    except OSError as error:
        raise PortError(f"{name}: {reason(error)}")
