"""`dcu decode`: explains frames in words or as JSON, without a running DCU."""

import json
import os
import pathlib
import re
import sys

from boards.explain_ciphered_cpython import Keys
from boards.explain_frames_cpython import Explainer, protocol_of
from boards.words_cpython import described, harmless
from dcu.exit_codes import GOOD, PARTLY
from hal.errors import Refused

_INPUT_MAX = 1 << 20  # characters
_TOLD_MAX = 16  # lines that are not hexadecimal
_KEY_SIZES = (16, 32)
_TITLE_SIZE = 8
_WRAPPER_HEAD = 8  # octets, the last two of which say how many follow
_HDLC_FORMAT = 0xA
_INDENT = "  "


def decode(options):
    """Exit code 0; 3 when something in it is damaged, or a line is not hexadecimal."""
    keys = Keys(
        _octets("--ek", options.ek, _KEY_SIZES),
        _octets("--ak", options.ak, _KEY_SIZES),
        _octets("--title", options.title, (_TITLE_SIZE,)),
    )
    explainer = Explainer(keys)
    found = []
    frames, troubles = _frames(options.what)
    for octets in frames:
        found += explainer.explain(octets, options.protocol or protocol_of(octets))
    if not found:
        raise Refused(troubles[0] if troubles else _why_none(frames))
    for text in troubles[:_TOLD_MAX]:
        print(f"dcu decode: {text}", file=sys.stderr)
    if troubles[_TOLD_MAX:]:
        more = len(troubles) - _TOLD_MAX
        print(f"dcu decode: {more} more lines are not hexadecimal", file=sys.stderr)
    print(json.dumps(found, indent=2) if options.json else "\n".join(lines(found)))
    return PARTLY if troubles or _is_damaged(found) else GOOD


def _why_none(frames):
    """Of octets in which there is no frame: is one cut short?"""
    for octets in frames:
        whole = 0
        if octets[:2] == b"\x00\x01" and len(octets) >= _WRAPPER_HEAD:
            whole = _WRAPPER_HEAD + int.from_bytes(octets[6:8], "big")
        elif octets[:1] == b"\x7e" and len(octets) > 2 and octets[1] >> 4 == _HDLC_FORMAT:
            whole = 2 + ((octets[1] & 7) << 8 | octets[2])
        if whole > len(octets):
            return f"cut short: {len(octets)} of {whole} octets"
    return "no whole frame in it; is --protocol right?"


def lines(value, depth=0):
    """Names and values, one a line, what is in what by indentation."""
    if isinstance(value, list):
        return [line for each in value for line in lines(each, depth)]
    if not isinstance(value, dict):
        return [f"{_INDENT * depth}{harmless(str(value))}"]
    found = []
    for name, inner in value.items():
        if isinstance(inner, (dict, list)) and inner:
            found += [f"{_INDENT * depth}{name}", *lines(inner, depth + 1)]
        else:
            found.append(f"{_INDENT * depth}{name}: {harmless(str(inner))}")
    return found


def one_line(value):
    """The same in one line, for a trace."""
    if isinstance(value, list):
        return "[" + "; ".join([one_line(each) for each in value]) + "]"
    if not isinstance(value, dict):
        return harmless(str(value))
    return ", ".join([f"{name} {one_line(inner)}" for name, inner in value.items()])


def _frames(what):
    """([octets], [text]): of each line of hexadecimal in the text, or in the file that it names;
    and of each line that is none, what is wrong with it."""
    text = what
    if os.path.isfile(what) or not re.fullmatch(r"[0-9A-Fa-f\s]*", what):
        try:
            text = pathlib.Path(what).read_text(errors="replace")
        except OSError as error:
            raise Refused(f"{what}: neither hexadecimal nor a file ({error.strerror})")
    if len(text) > _INPUT_MAX:
        raise Refused(f"{len(text)} characters: at most {_INPUT_MAX} at once")
    frames, troubles = [], []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            octets = _line_octets(line)
        except Refused as refusal:
            troubles.append(f"line {number}: {refusal}")
            continue
        frames += [octets] if octets else []
    return frames, troubles


def _line_octets(line):
    """The hexadecimal at the end of a line. What stands before it, apart by two spaces, is a
    remark, and so is a line that begins with #."""
    words = line.strip().rsplit("  ", 1)[-1]
    digits = "".join(words.split())
    if not digits or line.startswith("#"):
        return b""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise Refused(f"{words[:40]!r} is not hexadecimal: digits 0-9 and A-F in pairs")


def _octets(option, text, sizes):
    """A key or title in hexadecimal, or in the file @FILE. What was given is never shown."""
    if not text:
        return b""
    if text.startswith("@"):
        try:
            text = pathlib.Path(text[1:]).read_text().strip()
        except (OSError, UnicodeDecodeError):
            raise Refused(f"{option}: the file {text[1:]} cannot be read")
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) not in sizes:
        counts = " or ".join([str(2 * size) for size in sizes])
        raise Refused(f"{option}: needs {counts} hexadecimal digits, or @FILE with them")
    return octets


def _is_damaged(value):
    if isinstance(value, list):
        return any(_is_damaged(each) for each in value)
    if isinstance(value, dict):
        return any(
            name.startswith("damaged") or _is_damaged(inner) for name, inner in value.items()
        )
    return False


def add(verbs):
    """The verb in the command line."""
    verb = verbs.add_parser(
        "decode", **described("explain a frame in words; needs no running DCU")
    )
    verb.add_argument("what", metavar="HEX|FILE", help="hexadecimal, or a file with lines of it")
    verb.add_argument(
        "--protocol",
        choices=("hdlc", "wrapper", "apdu", "376.1", "376.2", "645", "usi", "mode-e"),
        help="what it looks like",
    )
    for name, text in (("ek", "encryption key"), ("ak", "authentication key"), ("title", "")):
        help_ = f"{text or 'system title of the sender'} in hexadecimal, or @FILE"
        verb.add_argument(f"--{name}", help=help_)
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    verb.set_defaults(function=decode)
