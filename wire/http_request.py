"""The head of an HTTP request, judged before anything works with it.

Only what a browser sends to pages of ours passes: a short path without query or escapes, fields in
printable ASCII, a body of known length. Whatever else it is, it is a WireError.

Reference: RFC 9112 (HTTP/1.1), 2 to 6; RFC 9110, 5.6.2 (token).
"""

from wire.errors import WireError

HEAD_MAX = 4096  # octets; a browser with cookies of other pages sends 1500
FIELDS_MAX = 48
BODY_MAX = 1024  # octets; more is for the path that says so
METHODS = ("GET", "HEAD", "POST")
_END = b"\r\n\r\n"
_TARGET_MAX = 64
_DIGITS_MAX = 5  # of a length
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PATH = "/.-_" + _LETTERS
_TOKEN = "!#$%&'*+-.^_`|~" + _LETTERS
_ONCE = ("host", "content-length", "content-type", "cookie", "origin")


def head_end(octets):
    """Where the body begins in what has come so far, or None when the head is not whole. Who
    speaks TLS, or anything else, need not wait for an end that never comes."""
    end = octets.find(_END)
    _check_printable(octets if end < 0 else octets[:end])
    if end + len(_END) > HEAD_MAX or (end < 0 and len(octets) >= HEAD_MAX):
        raise WireError("a head too long")
    return None if end < 0 else end + len(_END)


def body_length(head, large=None):
    """Octets of the body that follows. `head` ends with its empty line; `large` has the paths of
    which a body may be longer than BODY_MAX, with how long."""
    assert head[-len(_END) :] == _END
    lines = _text(head).split("\r\n")[:-2]
    path = _path_of(lines[0])
    fields = _fields(lines[1:])
    if "host" not in fields:
        raise WireError("no host")
    if "transfer-encoding" in fields:
        raise WireError("a body of unknown length")
    return _length(fields.get("content-length", "0"), (large or {}).get(path, BODY_MAX))


def _text(head):
    _check_printable(head)
    text = bytes(head).decode()
    if "\r" in text.replace("\r\n", "") or "\n" in text.replace("\r\n", ""):
        raise WireError("half an end of line")
    return text


def _check_printable(octets):
    if not all([0x20 <= octet < 0x7F or octet in b"\r\n\t" for octet in octets]):
        raise WireError("a head that is not printable")


def _path_of(line):
    words = line.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.0", "HTTP/1.1"):
        raise WireError("no request line")
    method, target, _ = words
    is_path = target[:1] == "/" and len(target) <= _TARGET_MAX
    if method not in METHODS or not is_path or not _all_in(target, _PATH):
        raise WireError("no page of ours")
    return target


def _fields(lines):
    """{name in small letters: value}"""
    if len(lines) > FIELDS_MAX:
        raise WireError("too many fields")
    fields = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not name or not _all_in(name, _TOKEN):
            raise WireError("no field")
        if name in fields and name in _ONCE:
            raise WireError("a field twice")
        fields[name] = value.strip()
    return fields


def _length(text, most):
    if not 0 < len(text) <= _DIGITS_MAX or not _all_in(text, "0123456789"):
        raise WireError("no length")
    if int(text) > most:
        raise WireError("a body too long")
    return int(text)


def _all_in(text, characters):
    return all([character in characters for character in text])
