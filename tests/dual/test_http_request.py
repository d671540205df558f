"""What may come in from a browser, and what is refused before anything works with it."""

from wire.errors import WireError
from wire.http_request import BODY_MAX, FIELDS_MAX, HEAD_MAX, body_length, head_end

HEAD = b"POST /key HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 2\r\n\r\n"


def refused(function, octets):
    """The reason, or "" when it passes."""
    try:
        function(octets)
    except WireError as error:
        assert not error.data  # it may have a password in it
        return error.reason
    return ""


def get(line=b"GET / HTTP/1.1", fields=b"Host: h\r\n"):
    return line + b"\r\n" + fields + b"\r\n"


def test_what_is_no_text_is_refused_before_an_end_has_come():
    for octets in (b"\x16\x03\x01\x02\x00\x01", b"GET /\xff", b"GET / HTTP/1.1\r\nhost: \x00"):
        assert "not printable" in refused(head_end, octets)
        assert "not printable" in refused(head_end, octets + b"\r\n\r\n")
    assert head_end(HEAD + b"\x16\xff") == len(HEAD)  # of a body that is another's affair


def test_a_head_ends_at_its_empty_line_however_it_comes():
    for end in range(len(HEAD)):
        assert head_end(HEAD[:end]) is None
    assert head_end(HEAD) == head_end(HEAD + b"up") == head_end(HEAD + b"\r\n\r\n") == len(HEAD)
    assert body_length(HEAD) == 2


def test_a_head_has_a_limit():
    filler = b"X: " + b"y" * (HEAD_MAX - len(get()) - 5) + b"\r\n"
    longest = get(fields=b"Host: h\r\n" + filler)
    assert len(longest) == HEAD_MAX and head_end(longest) == HEAD_MAX
    assert body_length(longest) == 0
    assert refused(head_end, longest[:-4] + b"y\r\n\r\n") == "a head too long"
    assert head_end(b"x" * (HEAD_MAX - 1)) is None
    assert refused(head_end, b"x" * HEAD_MAX) == "a head too long"


def test_fields_and_body_have_limits():
    fields = [b"F%d: x\r\n" % number for number in range(FIELDS_MAX - 1)]
    assert body_length(get(fields=b"Host: h\r\n" + b"".join(fields))) == 0
    fields.append(b"F: x\r\n")
    assert refused(body_length, get(fields=b"Host: h\r\n" + b"".join(fields)))
    for text, reason in ((b"%d" % BODY_MAX, ""), (b"%d" % (BODY_MAX + 1), "a body too long")):
        head = get(fields=b"Host: h\r\nContent-Length: " + text + b"\r\n")
        assert refused(body_length, head) == reason


def test_a_path_that_says_so_has_a_longer_body_and_no_other():
    large = {"/list": 32_768}
    for path, size, reason in (
        (b"/list", 32_768, ""),
        (b"/list", 32_769, "a body too long"),
        (b"/list", 100_000, "no length"),
        (b"/lists", BODY_MAX + 1, "a body too long"),
        (b"/list/", BODY_MAX + 1, "a body too long"),
    ):
        head = get(b"POST " + path + b" HTTP/1.1", b"Host: h\r\nContent-Length: %d\r\n" % size)
        assert refused(lambda head: body_length(head, large), head) == reason, (path, size)


def test_what_no_browser_sends_is_refused():
    for line in (
        b"GET  / HTTP/1.1",
        b"GET / HTTP/1.1 x",
        b"GET / HTTP/2",
        b"GET /",
        b"PUT / HTTP/1.1",
        b"GET http://h/ HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET /?a=%zz HTTP/1.1",
        b"GET /%00 HTTP/1.1",
        b"GET /\x80 HTTP/1.1",
        b"GET /\x00 HTTP/1.1",
        b"GET /" + b"a" * 64 + b" HTTP/1.1",
        b"",
    ):
        assert refused(body_length, get(line)), line
    for fields in (
        b"",
        b"Host: a\r\nHost: b\r\n",
        b"Host: a\r\nHOST: a\r\n",
        b"Host: a\r\n folded\r\n",
        b"Host: a\r\nno colon\r\n",
        b"Host: a\r\n: nameless\r\n",
        b"Host: a\r\nspace : x\r\n",
        b"Host: a\r\nTransfer-Encoding: chunked\r\n",
        b"Host: a\r\nContent-Length: -1\r\n",
        b"Host: a\r\nContent-Length: \r\n",
        b"Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
        b"Host: a\nX: b\r\n",
        b"Host: a\rX: b\r\n",
        b"Host: \xc3\xa9\r\n",
    ):
        assert refused(body_length, get(fields=fields)), fields
    assert not refused(body_length, get(fields=b"hOsT: a\r\nContent-length:\t7 \r\n"))


def test_whatever_is_damaged_is_refused_and_nothing_else_happens():
    for at in range(len(HEAD) - 4):
        for octet in (0x00, 0x0A, 0x0D, 0x20, 0x3A, 0x41, 0x80, 0xFF):
            damaged = HEAD[:at] + bytes([octet]) + HEAD[at + 1 :]
            if not refused(body_length, damaged):
                assert 0 <= body_length(damaged) <= BODY_MAX
