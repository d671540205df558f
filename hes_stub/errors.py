"""What `hes` tells its user in one line: the text, and the exit code that goes with it."""

GOOD, WRONG_USE, PARTLY, NO_ANSWER, REFUSED = 0, 1, 3, 4, 5


class HesError(Exception):
    """The text says what is wrong and how to mend it; `exit_code` is one of the five above."""

    exit_code = WRONG_USE


class NoAnswer(HesError):
    """The DCU or the meter is not there, or silent."""

    exit_code = NO_ANSWER


class ReadRefused(HesError):
    """The DCU or the meter is there and does not want to."""

    exit_code = REFUSED
