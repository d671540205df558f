"""What failed calls of the system are called."""

import errno

from hal.reasons import reason


def test_known_numbers_have_words_and_keep_their_number():
    assert reason(OSError(2, "")) == "does not exist (errno 2)"
    assert reason(OSError(28, "")) == "disk full (errno 28)"
    assert reason(OSError(30, "")) == "the file system is read-only (errno 30)"
    assert reason(OSError(99, "")) == "no address of this machine (errno 99)"
    refused = reason(OSError(errno.ECONNREFUSED, ""))
    assert refused.startswith("connection refused: nothing listens there (errno "), refused


def test_an_unknown_number_is_given_as_it_is():
    assert reason(OSError(9999, "")).startswith("errno 9999")
    assert "odd" in reason(OSError(9999, "odd"))
