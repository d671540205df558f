"""`hes gdw`: a request of 376.1 and what answers it, in words."""

import pytest

from hes_stub import gdw as asking
from hes_stub.cli import main
from hes_stub.errors import HesError
from hes_stub.gdw_words import lines, request
from tests.hes.fake_dcu import Dcu, Plant
from tests.hes.running_hes import run_hes, until
from wire import qgdw3761, qgdw3761_message
from wire.qgdw3761_message import Unit
from wire.qgdw3761_units import unit

TERMINAL = "07310001"
ADDRESS = qgdw3761.address_from_text(TERMINAL)
ENERGY = bytes.fromhex("0012221126" + "00" + "7856341200")
ONE = unit(1, 129, ENERGY)
PASSWORD = "50613535776f72643132333435363738"


def asked(afn=0x0C, fn=129, pn=1, **more):
    return {"terminal": TERMINAL, "afn": afn, "fn": fn, "pn": pn, **more}


def answer_to(folder, question, answers=None, limit_s=None, questions=1):
    """(the answers, the frames that the DCU got)"""
    found = []

    async def check(hes):
        dcu = Dcu(Plant(), hes.port)
        dcu.gdw_answers = answers or dcu.gdw_answers
        await dcu.dial()
        await until(lambda: TERMINAL in hes.hall.dcus)
        for _ in range(questions):
            found.append(await hes.gdw.ask(question))
        found.append(dcu.asked)

    run_hes(folder, check)
    return found[:-1], found[-1]


def data(frame, number=0, is_last=True, body=ONE):
    return qgdw3761.data_frame(frame, ADDRESS, number, is_last, body)


def test_data_are_given_in_words(tmp_path):
    (answer,), (frame,) = answer_to(tmp_path, asked(), lambda frame: [data(frame)])
    assert answer["result"] == "good" and answer["units"][0]["fn"] == 129
    assert answer["units"][0]["data"] == {"time": "2026-11-22 12:00", "kwh": ["1234.5678"]}
    assert qgdw3761.terminal_text(frame) == TERMINAL and frame.body == unit(1, 129)
    assert (frame.control, frame.msa) == (0x4B, asking.MSA)


def test_an_answer_may_have_several_frames_and_many_questions_their_numbers(tmp_path):
    def three(frame):
        return [data(frame, n, n == 2, unit(1 + n, 129, ENERGY)) for n in range(3)]

    answers, frames = answer_to(tmp_path, asked(pn="all"), three, questions=18)
    assert all([[u["pn"] for u in answer["units"]] == [1, 2, 3] for answer in answers])
    numbers = [frame.seq & 15 for frame in frames]
    assert numbers == [n % 16 for n in range(18)]


def test_what_is_denied_is_refused_and_says_which(tmp_path):
    (answer,), _ = answer_to(tmp_path, asked())
    assert (answer["result"], answer["units"]) == ("refused", [])

    def by_unit(frame):
        return [qgdw3761.confirmation_by_unit(frame, [(0, 1, 0), (0, 10, 2)])]

    (answer,), (frame,) = answer_to(tmp_path, asked(0x04, 10, 0, data="0000"), by_unit)
    assert answer["result"] == "refused" and "p0 F10: error 2" in answer["error"]
    assert frame.body == unit(0, 10, b"\0\0") + bytes(16)


def test_an_order_has_its_password_and_afn_10_only_when_one_is_given(tmp_path):
    for afn, password, tail in (
        (0x05, None, bytes(16)),
        (0x05, PASSWORD, bytes.fromhex(PASSWORD)),
        (0x10, None, b""),
        (0x10, PASSWORD, bytes.fromhex(PASSWORD)),
        (0x0C, PASSWORD, b""),
    ):
        question = asked(afn, 1, 0, data="1f", password=password)
        (answer,), (frame,) = answer_to(
            tmp_path, question, lambda frame: [qgdw3761.confirmation(frame)]
        )
        assert answer["result"] == "good" and frame.body == unit(0, 1, b"\x1f") + tail


def test_a_wrong_answer_is_not_taken_for_the_right_one(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_S", 0.2)

    def another_number(frame):
        return [data(frame, 1)]

    (answer,), _ = answer_to(tmp_path, asked(), another_number)
    assert answer["result"] == "no answer" and "did not answer" in answer["error"]
    (answer,), _ = answer_to(tmp_path, asked(), lambda frame: [data(frame, body=b"\x00" * 5)])
    assert answer["result"] == "no answer" and "a wrong answer" in answer["error"]


def test_a_report_is_kept_before_it_is_confirmed(tmp_path):
    event = bytes.fromhex("00000100" + "05030405" + "0e0a05192211261519221126")

    async def check(hes):
        dcu = Dcu(Plant(), hes.port)
        await dcu.dial()
        await until(lambda: dcu.confirmed == 1)
        dcu.report(event)
        await until(lambda: dcu.confirmed == 2)
        (kept,) = hes.events()
        assert "ERC 14 (power off and on)" in kept and "2026-11-22 19:15" in kept
        for wrong in (b"", event[:-1], b"\x00\x00\x80\x00"):
            dcu.report(wrong)
        dcu.link(qgdw3761.HEARTBEAT)
        await until(lambda: dcu.confirmed == 3)
        assert len(hes.events()) == 1

    run_hes(tmp_path, check)


def test_data_that_are_reported_are_kept_and_not_confirmed(tmp_path):
    async def check(hes):
        dcu = Dcu(Plant(), hes.port)
        await dcu.dial()
        await until(lambda: dcu.confirmed == 1)
        dcu.tell(0x0C, ONE + unit(0, 2, bytes.fromhex("00001222f126")))
        await until(lambda: len(hes.events()) == 2)
        dcu.link(qgdw3761.HEARTBEAT)
        await until(lambda: dcu.confirmed == 2)
        energy, clock = hes.events()
        assert "p1 F129 import energy: time 2026-11-22 12:00, kwh ['1234.5678']" in energy
        assert "p0 F2 clock: body 2026-11-22 12:00:00" in clock
        dcu.tell(0x0C, ONE[:-1])
        dcu.link(qgdw3761.HEARTBEAT)
        await until(lambda: dcu.confirmed == 3)
        assert len(hes.events()) == 2

    run_hes(tmp_path, check)


def test_who_is_not_there_does_not_answer(tmp_path):
    question = {**asked(), "terminal": "44030001"}
    (answer,), _ = answer_to(tmp_path, question)
    assert answer["result"] == "no answer" and "not connected" in answer["error"]


def test_a_question_that_is_none_is_said_so():
    for wrong in (
        {"afn": 256},
        {"afn": "0C"},
        {"fn": 0},
        {"fn": 2049},
        {"pn": 2041},
        {"pn": -1},
        {"pn": None},
        {"data": "x"},
        {"password": "00"},
        {"data": "00" * (qgdw3761.BODY_MAX - 3)},
    ):
        with pytest.raises(HesError):
            asking._body_of(asked(**wrong))
    _, body = asking._body_of(asked(data="00" * (qgdw3761.BODY_MAX - 4)))
    assert len(body) == qgdw3761.BODY_MAX


class Options:
    def __init__(self, afn="0C", fn="F129", pn="0", value=None, password=None):
        self.terminal, self.afn, self.fn, self.pn = TERMINAL, afn, fn, pn
        self.value, self.password, self.file = value, password, None


def told_of(name, **data):
    return lines({"units": [{"pn": 0, "fn": 1, "name": name, "data": data}]})[1:]


def test_bits_are_told_in_words_and_what_has_none_as_it_is():
    assert told_of("communication", timeout=0x2014, confirm=5) == [
        "  timeout: 20 s, 2 repeats",
        "  confirm: class 1, class 3",
    ]
    assert told_of("communication", confirm=0) == ["  confirm: none"]
    for mode, words in (
        (0x11, "TCP client"),
        (0x91, "UDP client"),
        (0x21, "TCP server"),
        (48, "48"),
    ):
        assert told_of("way to the head-end", mode=mode) == [f"  mode: {words}"]
    assert told_of("way to the head-end", state=6) == ["  state: may report"]
    assert told_of("state of the reading", port=31, state=7) == [
        "  port: 31 (module)",
        "  state: 7",
    ]
    assert told_of("switch of the meter", state=0x22) == ["  state: open"]
    (_, port) = lines(
        {"units": [{"pn": 0, "fn": 10, "name": "meters", "data": [{"port": 0xE2}]}]}
    )[1:]
    assert port == "    port: 2 (RS485 1), 19200"
    assert told_of("import energy", port=3) == ["  port: 3"]


def test_what_is_typed_is_what_is_asked(tmp_path):
    assert request(Options())["fn"] == 129
    assert request(Options(afn="0d", fn="161", pn="p7", value="221126"))["pn"] == 7
    assert request(Options(pn="all"))["pn"] == "all"
    (tmp_path / "pw").write_text(PASSWORD + "\n")
    assert request(Options(password=f"@{tmp_path / 'pw'}"))["password"] == PASSWORD
    for wrong in ({"afn": "0"}, {"fn": "F0"}, {"fn": "F2049"}, {"pn": "p2041"}, {"pn": "x"}):
        with pytest.raises(HesError, match="write it like"):
            request(Options(**wrong))
    with pytest.raises(HesError, match="seen by all"):
        request(Options(password=PASSWORD))


def test_a_value_that_is_not_of_its_function_is_not_sent_and_its_form_is_told():
    for afn, fn, value, words in (
        ("0D", "F161", None, "day, month, year, like 221126"),
        ("0D", "F178", "11260000", "2 octets too many; it is month and year"),
        ("0C", "F129", "00", "1 octets too many; it is nothing"),
        ("0A", "F10", "0100", "cut short: 2 octets wanted, 0 left; it is how many"),
        ("04", "F36", "00", "it is octets"),
        ("0D", "F161", "22112x", "hexadecimal"),
    ):
        with pytest.raises(HesError, match=words):
            request(Options(afn=afn, fn=fn, value=value))
    for afn, fn, value in (
        ("0D", "F161", "221126"),
        ("0D", "F101", "00142311260104"),
        ("0A", "F10", "01000500"),
        ("0A", "F33", "0102"),
        ("0B", "F1", "0014231126"),
        ("0E", "F2", "0008"),
        ("05", "F49", "02"),
        ("05", "F31", "000000231106"),
        ("04", "F999", "00"),  # whether there is one, the DCU says
    ):
        assert request(Options(afn=afn, fn=fn, value=value))["data"] == value


def test_the_answer_in_lines():
    kwh = {"time": "2026-11-22 12:00", "kwh": ["1.5", None]}
    events = {"events": [{"erc": "14", "body": {"on": None}}], "to": 1}
    units = [
        {"pn": 1, "fn": 129, "name": "import energy", "data": kwh},
        {"pn": 0, "fn": 2, "name": "clock", "data": "2026\x1b"},
        {"pn": 0, "fn": 1, "name": "important events", "data": events},
    ]
    told = "\n".join(lines({"units": units}))
    assert "p1 F129 import energy\n  time: 2026-11-22 12:00\n  kwh: 1.5, -" in told
    assert "erc: 14" in told and "on: -" in told and "to: 1" in told and "\x1b" not in told


def test_tasks_and_ratings_are_told_in_words():
    value = {"period": 0x41, "base": (2026, 11, 22, 0, 5, 0, 7), "every": 1}
    value["units"] = [([1, 2], [129]), (["all"], [25])]
    rating = {"pt": 100, "ct": 20, "un": 2200, "in": 50, "sn": None, "wiring": 2}
    units = [Unit([3], [65], [[value]]), Unit([1], [25], [[rating]])]
    octets = qgdw3761_message.give_units(0x0A, True, units)
    found, rest = qgdw3761_message.take_units(0x0A, True, octets)
    told = "\n".join(lines({"units": qgdw3761_message.shown(0x0A, True, found)}))
    assert rest == b"" and "p3 F65 task of class 1" in told and "period: 65" in told
    assert "p1 F129, p2 F129" in told and "pall F25" in told
    assert "un: 220.0" in told and "in: 5.0" in told and "sn: -" in told


def test_without_a_server_it_is_said(tmp_path, capsys):
    assert main(["gdw", "--data", str(tmp_path), TERMINAL, "0C", "F2"]) == 4
    assert "hes: " in capsys.readouterr().err
