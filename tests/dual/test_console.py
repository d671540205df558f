"""The console's connection: who may ask, what a request is, and how it is answered."""

import json

from dcu.console import REQUEST_MAX
from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, REFUSED, WRONG_USE
from dcu.verbs import VERBS
from hal.errors import NoReply, PortError, Refused, WireError
from tests.dual.console_bench import HES_PASSWORD, METER_PASSWORD, TOKEN, ConsoleBench
from tests.dual.northbound import CardboardStream
from tests.virtual import VirtualClock, run_virtual
from wire.dialogue import AccessRefused, AssociationRefused

STATUS = json.dumps({"token": TOKEN, "verb": "status", "args": []}).encode()


def test_a_request_with_the_right_token_is_answered_in_one_line():
    (answer,) = ConsoleBench().answers(STATUS + b"\n")
    assert answer["exit"] == GOOD and answer["result"]["terminal"] == "07310001"


def test_a_request_may_come_in_any_pieces_and_without_arguments():
    bench = ConsoleBench()
    assert bench.answers(STATUS + b"\n", chunk=1)[0]["exit"] == GOOD
    request = json.dumps({"token": TOKEN, "verb": "status"}).encode()
    assert bench.answers(request + b"\n")[0]["exit"] == GOOD


def test_without_the_right_token_nothing_is_done_and_nothing_told():
    bench = ConsoleBench()
    for token in ("", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), None, 0, [TOKEN], True):
        code, error, said = bench.ask("meters remove", "1", token=token)
        assert (code, said) == (REFUSED, []) and "token" in error and TOKEN not in error
    assert len(bench.dcu.archive.meters()) == 2
    for request in (b"{}", b"[]", b"5", b"false", b'"x"', json.dumps([TOKEN]).encode()):
        (answer,) = bench.answers(request + b"\n")
        assert answer["exit"] == REFUSED, request


def test_what_is_no_json_is_wrong_use():
    for line in (b"", b"status", b"{", b'{"token"', b"\xff\xfe", b"{'a': 1}"):
        (answer,) = ConsoleBench().answers(line + b"\n")
        assert answer["exit"] == WRONG_USE and "JSON" in answer["error"], line


def test_deep_nesting_is_survived():
    for line in (b"[" * 100_000, b'{"a":' * 30_000):
        (answer,) = ConsoleBench().answers(line + b"\n")
        assert answer["exit"] in (WRONG_USE, REFUSED)


def request_of(size):
    """A request of `size` octets with the newline."""
    padded = json.dumps({"token": TOKEN, "verb": "status", "pad": ""}).encode()
    pad = b"x" * (size - len(padded) - 1)
    return padded.replace(b'"pad": ""', b'"pad": "' + pad + b'"') + b"\n"


def test_a_request_may_be_as_long_as_the_limit_and_no_longer():
    longest = request_of(REQUEST_MAX)
    assert len(longest) == REQUEST_MAX
    (answer,) = ConsoleBench().answers(longest)
    assert answer["exit"] == GOOD
    (answer,) = ConsoleBench().answers(request_of(REQUEST_MAX + 1))
    assert answer["exit"] == WRONG_USE and str(REQUEST_MAX) in answer["error"]


def test_a_line_without_end_is_given_up_at_the_limit():
    (answer,) = ConsoleBench().answers(b"x" * (REQUEST_MAX + 5000))
    assert answer["exit"] == WRONG_USE and str(REQUEST_MAX) in answer["error"]


def test_who_connects_and_says_nothing_is_let_go():
    bench = ConsoleBench()

    async def main():
        clock, stream = VirtualClock(), CardboardStream()
        stream.says(b'{"token":')
        await bench.console.serve(stream)
        assert stream.written == b"" and clock.ticks_ms() <= 10_000

    run_virtual(main())


def test_who_goes_away_before_the_answer_breaks_nothing():
    bench = ConsoleBench()
    assert bench.answers(STATUS[:20], hang_up=True) == []
    assert bench.answers(STATUS + b"\n", hang_up=True) == []
    request = {"token": TOKEN, "verb": "scan", "args": ["rs485-1", "1-3"]}
    assert bench.answers(json.dumps(request).encode() + b"\n", hang_up=True) == []


def test_an_unknown_verb_names_those_there_are():
    for verb in ("", "reboot", "Status", "status ", "meters", None, 5, ["status"], {}):
        code, error, _ = ConsoleBench().ask(verb)
        assert code == WRONG_USE
        for name, _, _, _ in VERBS:
            assert name in error


def test_wrong_words_are_told_the_usage():
    for name, _, words, text in VERBS:
        assert text
        most, least = len(words.split()), len(words.split("[")[0].split())
        for wrong in (["x"] * (most + 1), ["x"] * ((least or most + 3) - 1), [5] * 9):
            code, error, _ = ConsoleBench().ask(name, *wrong)
            assert (code, error) == (WRONG_USE, f"usage: {name} {words}"), wrong


def test_arguments_that_are_no_list_of_texts_are_told_the_usage():
    for arguments in (None, "rs485.1.baud", {"0": "x"}, 5, [5], [None], [["x"]]):
        request = {"token": TOKEN, "verb": "settings get", "args": arguments}
        (answer,) = ConsoleBench().answers(json.dumps(request).encode() + b"\n")
        assert answer == {"exit": WRONG_USE, "error": "usage: settings get KEY"}, arguments


def test_each_kind_of_failure_has_its_exit_code():
    for failure, expected in (
        (NoReply("silent"), NO_ANSWER),
        (PortError("gone"), NO_ANSWER),
        (WireError("nonsense"), NO_ANSWER),
        (AccessRefused(4), REFUSED),
        (AssociationRefused(1, 13, "wrong password"), REFUSED),
        (Refused("policy"), WRONG_USE),
    ):
        bench = ConsoleBench()
        bench.values = failure
        code, error, _ = bench.ask("read", "1", "1.0.1.8.0.255")
        assert (code, error) == (expected, str(failure)), failure


def test_the_exit_codes_are_those_of_the_command():
    assert (GOOD, WRONG_USE, PARTLY, NO_ANSWER, REFUSED) == (0, 1, 3, 4, 5)


def test_no_verb_shows_a_password():
    bench = ConsoleBench()
    told = [bench.ask(name) for name, _, words, _ in VERBS if not words]
    told.append(bench.ask("settings get", "cosem.password"))
    for text in (HES_PASSWORD, HES_PASSWORD + "\t"):
        told.append(bench.ask("settings set", json.dumps({"cosem.password": text})))
    for text in (METER_PASSWORD, METER_PASSWORD, METER_PASSWORD + ",b", METER_PASSWORD + '"'):
        row = {"mp": "3", "address": "19", "auth": "lls", "password": text}
        told.append(bench.ask("meters add", json.dumps(row)))
    for answer in told:
        for secret in (HES_PASSWORD, METER_PASSWORD, TOKEN):
            assert secret not in json.dumps(answer), answer


def test_the_state_of_ethernet_is_told_and_nothing_is_kept_that_is_not_on_trial():
    bench = ConsoleBench()
    told = json.dumps(bench.ask("ethernet"))
    assert "by the system" in told and "eth0" in told
    assert "on trial" in json.dumps(bench.ask("ethernet keep"))
