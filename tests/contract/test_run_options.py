"""What `run` takes from its command line, and from files with secrets."""

import os

from boards import run
from tests.kept import refusal

_PATH = "%s/secret" % (os.getenv("DUAL_TMP") or "/tmp")


def secret(octets):
    file = open(_PATH, "wb")
    file.write(octets)
    file.close()
    return "cosem.password=@" + _PATH


def test_a_secret_is_the_first_line_of_its_file():
    for octets in (b"open sesame", b" open sesame \r\nand more\n"):
        assert run.pair(secret(octets)) == ("cosem.password", "open sesame")


def test_a_file_that_is_no_text_or_none_at_all_is_refused_by_its_name():
    assert "secret: is not text" in refusal(run.pair, secret(b"\xff\xfe\x80\x00"))
    for path in ("/no/such/file", "/"):
        assert f"{path}: cannot be read" in refusal(run.pair, "cosem.password=@" + path)
