"""wire/at.py: lines, prompts and counted payloads of a modem, whole and octet by octet."""

from tests.dual.modem_town import Prng
from wire import at
from wire.errors import WireError

NOTICES = ("RING", "#,CLOSED", "+CIPRXGET: 1", "+QIURC: recv", "+QIURC: closed")
CIPRXGET = at.Counted("+CIPRXGET: 2", 4, 2)
QIRD = at.Counted("+QIRD", 1, 0)


def events_of(octets, command=None, counted=None, size=None):
    """What the dialogue makes of the octets, fed in pieces of `size`."""
    dialogue = at.Dialogue(NOTICES, counted)
    if command:
        dialogue.send(command)
    events = []
    for begin in range(0, len(octets), size or len(octets)):
        dialogue.feed(octets[begin : begin + (size or len(octets))])
        while True:
            event = dialogue.next_event()
            if event is None:
                break
            events.append(event)
    return events


def shown(events):
    return [
        (type(event).__name__, event.line.text if hasattr(event, "line") else event)
        for event in events
    ]


def same_in_pieces(octets, command, wanted, counted=None):
    for size in (None, 1, 2, 3, 7):
        assert shown(events_of(octets, command, counted, size)) == wanted, size


def test_a_line_has_a_name_and_fields_whatever_its_blanks_and_quotation_marks():
    for text in ('+QIURC: "recv",0', '+QIURC:"recv", 0', "+QIURC: recv,0"):
        line = at.parse_line(text)
        assert (line.name, line.fields) == ("+QIURC", ["recv", "0"])
    assert at.parse_line("+IPCLOSE 0,1")[:2] == ("+IPCLOSE", ["0", "1"])
    assert at.parse_line("0, CONNECT OK")[:2] == ("", ["0", "CONNECT OK"])
    assert at.parse_line("0, REMOTE IP: 10.0.0.1")[:2] == ("", ["0", "REMOTE IP", "10.0.0.1"])
    assert at.parse_line("DATA ACCEPT:0,5")[:2] == ("", ["DATA ACCEPT", "0", "5"])
    assert at.parse_line('+COPS: 0,0,"A, B: C",2').fields == ["0", "0", "A, B: C", "2"]
    assert at.parse_line("+CME ERROR: 10")[:2] == ("+CME ERROR", ["10"])
    assert at.parse_line("+CREG:").fields == []


def test_a_pattern_fits_what_begins_like_it():
    assert at.fits(at.parse_line("3, SEND OK"), "#,SEND OK")
    assert at.fits(at.parse_line("+CIPRXGET:2,0,5,9"), "+CIPRXGET: 2")
    assert not at.fits(at.parse_line("+CIPRXGET: 1,2"), "+CIPRXGET: 2")
    assert not at.fits(at.parse_line("+CIPRXGET: 2"), "+CIPRXGET: 2,0")
    assert not at.fits(at.parse_line("OK"), "+CSQ")


def test_a_number_is_whole_or_none():
    line = at.parse_line("+CIPSEND: 0,-1,x,,1234567890123")
    assert [at.number(line, index) for index in range(6)] == [0, -1, None, None, None, None]


def test_an_answer_belongs_to_its_command_and_the_rest_is_notified():
    octets = b"\r\nRING\r\n\r\n+CSQ: 20,0\r\n\r\n+CREG: 1\r\n\r\nOK\r\n\r\n+CSQ: 1,1\r\n"
    wanted = [
        ("Notice", "RING"),
        ("Answer", "+CSQ: 20,0"),
        ("Notice", "+CREG: 1"),
        ("Final", "OK"),
        ("Notice", "+CSQ: 1,1"),
    ]
    same_in_pieces(octets, at.command("+CSQ", ["+CSQ"]), wanted)


def test_an_echo_is_nothing():
    octets = b"AT+CSQ\r\r\n+CSQ: 20,0\r\n\r\nOK\r\n"
    wanted = [("Answer", "+CSQ: 20,0"), ("Final", "OK")]
    same_in_pieces(octets, at.command("+CSQ", ["+CSQ"]), wanted)


def test_a_command_ends_when_all_its_ends_have_come_in_any_order():
    command = at.command("+QIOPEN", ends=("OK", "+QIOPEN: 0"))
    late = b"\r\nOK\r\n\r\n+QIOPEN: 1,0\r\n\r\n+QIOPEN: 0,0\r\n"
    wanted = [("Answer", "OK"), ("Notice", "+QIOPEN: 1,0"), ("Final", "+QIOPEN: 0,0")]
    same_in_pieces(late, command, wanted)
    early = b"\r\n+QIOPEN: 0,0\r\n\r\nOK\r\n"
    same_in_pieces(early, command, [("Answer", "+QIOPEN: 0,0"), ("Final", "OK")])


def test_an_error_ends_every_command():
    for text in ("ERROR", "+CME ERROR: 10", "+CMS ERROR: 1", "0, CONNECT FAIL"):
        command = at.command("+X", ["+X"], ("0,CONNECT OK",), ("0,CONNECT FAIL",))
        (event,) = events_of(b"\r\n" + text.encode() + b"\r\n", command)
        assert type(event) is at.Final and not event.is_good


def test_a_bare_line_is_an_answer_only_where_one_is_expected():
    command = at.command("+CIFSR", ends=("#",))
    octets = b"\r\n0, CLOSED\r\n\r\n10.1.2.3\r\n"
    same_in_pieces(octets, command, [("Notice", "0, CLOSED"), ("Final", "10.1.2.3")])
    assert shown(events_of(b"10.1.2.3\r\n")) == [("Notice", "10.1.2.3")]


def test_a_prompt_is_seen_only_by_who_waits_for_it_and_only_once():
    octets = b"\r\nRING\r\n\r\n> \r\nSEND OK\r\n"
    command = at.command("+QISEND", ends=("SEND OK",), is_prompted=True)
    wanted = [("Notice", "RING"), ("Prompt", at.Prompt()), ("Final", "SEND OK")]
    same_in_pieces(octets, command, wanted)
    assert shown(events_of(b"\r\n> \r\nOK\r\n", at.command(""))) == [
        ("Notice", ">"),
        ("Final", "OK"),
    ]


def test_a_counted_payload_is_taken_as_it_is():
    for payload in (b"\r\nOK\r\n", b"\n", b"\x00\x1a\x1b> ", b'+QIURC: "closed",0\r\n', b"\r\r"):
        for header, counted in (
            ("+QIRD: %d", QIRD),
            ("+CIPRXGET: 2,0,%d,7", CIPRXGET),
        ):
            line = header % len(payload)
            octets = b"\r\n" + line.encode() + b"\r\n" + payload + b"\r\n\r\nOK\r\n"
            wanted = [("Answer", line), ("Payload", at.Payload(payload)), ("Final", "OK")]
            command = at.command("+X", ["+QIRD", "+CIPRXGET: 2"])
            same_in_pieces(octets, command, wanted, counted)


def test_an_empty_payload_is_none():
    octets = b"\r\n+QIRD: 0\r\n\r\nOK\r\n"
    command = at.command("+QIRD", ["+QIRD"])
    same_in_pieces(octets, command, [("Answer", "+QIRD: 0"), ("Final", "OK")], QIRD)


def test_a_payload_that_is_late_is_no_lines():
    dialogue = at.Dialogue(NOTICES, QIRD)
    dialogue.send(at.command("+QIRD=0,1500", ["+QIRD"]))
    dialogue.abandon()
    dialogue.send(at.command(""))
    dialogue.feed(b"\r\n+QIRD: 6\r\n\r\nOK\r\n\r\n\r\nOK\r\n")
    kinds = [type(dialogue.next_event()) for _ in range(3)]
    assert kinds == [at.Notice, at.Payload, at.Final]
    assert dialogue.next_event() is None


def test_a_line_with_other_fields_announces_no_payload():
    octets = b"\r\n+QIRD: 5,0,5\r\n\r\nOK\r\n"
    command = at.command("+QIRD", ["+QIRD"])
    same_in_pieces(octets, command, [("Answer", "+QIRD: 5,0,5"), ("Final", "OK")], QIRD)


def test_a_prompt_that_nobody_waits_for_any_more_is_none():
    dialogue = at.Dialogue()
    dialogue.send(at.command("+QISEND=0,5", ends=("SEND OK",), is_prompted=True))
    dialogue.abandon()
    dialogue.feed(b"\r\n> \r\nOK\r\n")
    assert dialogue.next_event().line.text == ">"
    assert dialogue.next_event().line.text == "OK"


def test_a_payload_may_have_so_many_octets_and_no_more():
    size = at.PAYLOAD_MAX
    events = events_of(b"\r\n+QIRD: %d\r\n" % size + bytes(size), counted=QIRD, size=400)
    assert events[-1] == at.Payload(bytes(size))
    for text in (b"%d" % (size + 1), b"-1", b"x"):
        dialogue = at.Dialogue((), QIRD)
        dialogue.feed(b"\r\n+QIRD: " + text + b"\r\nOK\r\n")
        assert refused(dialogue)
        assert dialogue.next_event().line.text == "OK"


def test_a_line_may_have_so_many_octets_and_no_more():
    longest = b"x" * at.LINE_MAX
    assert shown(events_of(longest + b"\r\n")) == [("Notice", longest.decode())]
    for end in (b"", b"y" * 300):
        dialogue = at.Dialogue()
        dialogue.feed(longest + b"x" + end)
        assert refused(dialogue)
        assert dialogue.next_event() is None
        dialogue.feed(b"tail of it")
        assert dialogue.next_event() is None
        dialogue.feed(b"\r\nOK\r\n")
        assert dialogue.next_event().line.text == "OK"
    dialogue = at.Dialogue()
    dialogue.feed(longest)
    assert dialogue.next_event() is None
    dialogue.feed(b"\r\n")
    assert dialogue.next_event().line.text == longest.decode()
    dialogue.feed(longest + b"x")
    assert refused(dialogue)
    dialogue.feed(b"\r\nOK\r\n")  # the end of what was refused, and then a line
    assert dialogue.next_event().line.text == "OK"
    dialogue = at.Dialogue()
    dialogue.feed(longest + b"x\r\nOK\r\n")  # its end is there at once
    assert refused(dialogue)
    assert dialogue.next_event().line.text == "OK"


def refused(dialogue):
    try:
        dialogue.next_event()
    except WireError:
        return True
    return False


def test_what_is_not_ascii_is_shown_as_question_marks():
    assert shown(events_of(b"\x00\xffA\x07\r\n")) == [("Notice", "??A?")]


def test_whatever_comes_is_an_event_or_a_wire_error():
    prng = Prng(7)
    words = [b"\r", b"\n", b"> ", b"OK", b"+QIRD: ", b"+CIPRXGET: 2,0,", b"5,", b"3", b":", b'"']
    words += [b"AT", b"ERROR", b"\x00", b"\xff", b"+", b", ", b"99999", b"-", b"x" * 200]
    for counted in (None, QIRD, CIPRXGET):
        dialogue = at.Dialogue(NOTICES, counted)
        for _ in range(800):
            if prng() < 0.1:
                dialogue.abandon()
                dialogue.send(at.command("+X", ["#"], ["OK", "#"], is_prompted=prng() < 0.5))
            dialogue.feed(words[int(prng() * len(words))])
            for _ in range(40):
                try:
                    if dialogue.next_event() is None:
                        break
                except WireError:
                    pass
            else:
                raise AssertionError("it never comes to an end")
