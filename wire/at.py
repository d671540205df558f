"""The AT dialogue with a cellular module: octets to lines, prompts and counted payloads.

A line is an answer when the command in flight says so; every other one is a notification, which
may come between any two lines of an answer. What is counted is taken as it is: it may hold line
ends, `OK`, `> ` and whole notifications. Nothing here waits: of a module that has stayed silent
its driver says `abandon`.

Lines are compared with patterns, which are written as lines: a pattern fits when its name is the
same and its fields begin like it; the field `#` fits any. Blanks after commas and colons, and
quotation marks, count for nothing: firmwares differ.

Reference: ITU-T V.250, 5.7 (result codes); 3GPP TS 27.007, 9.2 (+CME ERROR).
"""

from collections import namedtuple

from wire.errors import WireError

LINE_MAX = 512  # octets; a longer line is data that nobody counts
PAYLOAD_MAX = 2048  # octets of one answer
_ANY = "#"
_LINE_ENDS = b"\r\n"
_BLANKS = b"\r\n "
_CR, _LF = 13, 10

# One line: `+QIURC: "recv",0` has the name "+QIURC" and the fields ["recv", "0"]; `0, SEND OK`
# has no name, and there a colon is a comma. `text` is as it came, printable ASCII only.
Line = namedtuple("Line", ("name", "fields", "text"))

# What is asked, and the lines that belong to it.
#   text      without the AT
#   answers   patterns of lines before the end
#   ends      patterns that all have to come, in any order; then it has ended well
#   fails     patterns beside ERROR and +CME ERROR that end it at once; looked at after the ends
#   is_prompted  a prompt comes, and a payload of ours follows it
#   limit_ms  for the whole of it
Command = namedtuple("Command", ("text", "answers", "ends", "fails", "is_prompted", "limit_ms"))

# A payload follows a line that fits `pattern` and has exactly `fields` fields, of which number
# `index` is its length in octets.
Counted = namedtuple("Counted", ("pattern", "fields", "index"))

Answer = namedtuple("Answer", ("line",))
Payload = namedtuple("Payload", ("octets",))
Prompt = namedtuple("Prompt", ())
Final = namedtuple("Final", ("is_good", "line"))  # the command in flight has ended
Notice = namedtuple("Notice", ("line", "is_known"))  # is_known: it is in the table of notices

_FAILS = ("ERROR", "+CME ERROR:", "+CMS ERROR:")


def command(text, answers=(), ends=("OK",), fails=(), is_prompted=False, limit_ms=1_000):
    return Command(text, answers, ends, fails, is_prompted, limit_ms)


def parse_line(text):
    """A Line of printable text."""
    head, colon, rest = text.partition(":")
    is_name = head[:1] == "+" or head.isalpha()
    if colon and is_name and "," not in head and '"' not in head:
        return Line(head, _fields(rest), text)
    if text[:1] == "+":  # "+IPCLOSE 0,1" of older firmware
        head, _, rest = text.partition(" ")
        return Line(head, _fields(rest), text)
    return Line("", _fields(text.replace(":", ",")), text)


def _fields(text):
    fields, field, is_quoted = [], "", False
    for character in text:
        if character == '"':
            is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            fields.append(field.strip())
            field = ""
        else:
            field += character
    fields.append(field.strip())
    return [] if fields == [""] else fields


def fits(line, pattern):
    """Whether `line` is one of those that the text `pattern` stands for."""
    pattern = parse_line(pattern)
    if line.name != pattern.name or len(line.fields) < len(pattern.fields):
        return False
    pairs = zip(line.fields, pattern.fields)
    return all([wanted in (_ANY, field) for field, wanted in pairs])


def number(line, index):
    """The field as a whole number, or None."""
    field = line.fields[index] if index < len(line.fields) else ""
    digits = field[1:] if field[:1] == "-" else field
    return int(field) if 0 < len(digits) < 10 and digits.isdigit() else None


class Dialogue:
    """Octets in, events out: Answer, Payload, Prompt, Final or Notice.

    notices  patterns of lines that are never an answer, though they have no name
    counted  of the module, or None; also a late payload is counted, and is no lines
    """

    def __init__(self, notices=(), counted=None):
        self._notices = notices
        self._counted = counted
        self._buffer = bytearray()
        self._is_overlong = False  # the rest of a line that was refused is still to come
        self._count = 0  # octets of payload that are due
        self._is_lf_due = False  # before them
        self._flight = None
        self._awaited = []  # of its ends
        self._is_prompt_due = False

    def learn(self, notices, counted):
        """What kind of module it is."""
        self._notices = notices
        self._counted = counted

    def send(self, command):
        """The octets that ask for it. CR alone: an LF would be taken for payload."""
        assert self._flight is None, "one command at a time"
        self._flight = command
        self._awaited = list(command.ends)
        self._is_prompt_due = command.is_prompted
        return b"AT" + command.text.encode() + b"\r"

    def abandon(self):
        """Nobody waits for the answer any more: should it come, it is a notification."""
        self._flight = None
        self._is_prompt_due = False

    def feed(self, data):
        self._buffer.extend(data)
        assert len(self._buffer) <= 2 * (LINE_MAX + PAYLOAD_MAX), "events are not taken out"

    def next_event(self):
        """The next event, or None when more octets are needed.

        WireError, once, for a line of more than LINE_MAX octets and for a payload of more than
        PAYLOAD_MAX; what follows is read on.
        """
        while not self._count:
            self._skip_blanks()
            if self._is_prompt_due and self._buffer[:1] == b">":
                self._buffer[:1] = b""
                self._is_prompt_due = False
                return Prompt()
            text = self._cut_line()
            if text is None:
                return None
            if text and text[:2] != "AT":  # else an echo
                return self._classify(parse_line(text))
        return self._cut_payload()

    def _skip_blanks(self):
        blanks = 0
        while blanks < len(self._buffer) and self._buffer[blanks] in _BLANKS:
            if self._buffer[blanks] in _LINE_ENDS:
                self._is_overlong = False
            blanks += 1
        self._buffer[:blanks] = b""

    def _cut_line(self):
        """Text without its line end; "" for what was refused; None when there is no end yet."""
        buffer = self._buffer
        ends = [end for end in (buffer.find(b"\r"), buffer.find(b"\n")) if end >= 0]
        if not ends and len(buffer) <= LINE_MAX:
            return None
        end = min(ends) if ends else len(buffer)
        octets = bytes(buffer[:end])
        self._is_lf_due = bool(ends) and buffer[end] == _CR
        buffer[: end + 1] = b""
        was_refused, self._is_overlong = self._is_overlong, not ends
        if was_refused:
            return ""
        if end > LINE_MAX:
            raise WireError("modem: a line without an end")
        return "".join([chr(octet) if 32 <= octet < 127 else "?" for octet in octets]).strip()

    def _cut_payload(self):
        if self._is_lf_due and self._buffer:
            if self._buffer[0] == _LF:
                self._buffer[:1] = b""
            self._is_lf_due = False
        if len(self._buffer) < self._count:
            return None
        octets = bytes(self._buffer[: self._count])
        self._buffer[: self._count] = b""
        self._count = 0
        return Payload(octets)

    def _classify(self, line):
        if _is_among(line, self._notices):
            return Notice(line, True)
        self._count_payload(line)
        flight = self._flight
        if flight is None:
            return Notice(line, False)
        if _is_among(line, _FAILS):
            return self._end(False, line)
        for pattern in self._awaited:
            if fits(line, pattern):
                self._awaited.remove(pattern)
                return Answer(line) if self._awaited else self._end(True, line)
        if _is_among(line, flight.fails):
            return self._end(False, line)
        if line.fields == ["OK"] or _is_among(line, flight.answers):
            return Answer(line)
        return Notice(line, False)

    def _count_payload(self, line):
        counted = self._counted
        if counted and len(line.fields) == counted.fields and fits(line, counted.pattern):
            octets = number(line, counted.index)
            if octets is None or not 0 <= octets <= PAYLOAD_MAX:
                raise WireError("modem: a payload of wrong length")
            self._count = octets

    def _end(self, is_good, line):
        self._flight = None
        self._is_prompt_due = False
        return Final(is_good, line)


def _is_among(line, patterns):
    return any([fits(line, pattern) for pattern in patterns])
