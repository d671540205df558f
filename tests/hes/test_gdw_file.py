"""`hes gdw --file`: a firmware in segments, told again, broken off and gone on with."""

import types

import pytest

from hes_stub import gdw_file
from hes_stub.errors import HesError
from hes_stub.gdw_file import MODULE, SEGMENT, TERMINAL, TRIES, answer_to
from wire.cursor import Cursor
from wire.qgdw3761_parameters import FILE

OCTETS = bytes(range(256)) * 9  # two segments and a quarter
ASKED = {"terminal": "07310001", "afn": 0x0F, "fn": 1, "pn": 0, "data": None}


class Dcu:
    """Takes segments; `silent` and `refused` are numbers of those that it does not."""

    def __init__(self, silent=(), refused=()):
        self.silent = list(silent)
        self.refused = refused
        self.heard = []

    def ask(self, request):
        value = FILE.take(Cursor(bytes.fromhex(request["data"])))
        self.heard.append(value)
        number = value["segment"]
        if number in self.silent:
            self.silent.remove(number)
            return {"result": "no answer", "error": "it did not answer", "units": []}
        told = 0xFFFFFFFF if number in self.refused else number
        return {"result": "good", "error": None, "units": [{"data": {"segment": told}}]}


def sent(dcu, tmp_path, segment=0, module=False, octets=OCTETS):
    (tmp_path / "image").write_bytes(octets)
    options = types.SimpleNamespace(file=tmp_path / "image", segment=segment, module=module)
    return answer_to(dcu.ask, ASKED, options)


def test_a_file_goes_in_segments_of_one_length_but_the_last(tmp_path):
    dcu = Dcu()
    assert sent(dcu, tmp_path)["result"] == "good"
    assert [value["segment"] for value in dcu.heard] == [0, 1, 2]
    assert b"".join([value["octets"] for value in dcu.heard]) == OCTETS
    assert [len(value["octets"]) for value in dcu.heard] == [SEGMENT, SEGMENT, 256]
    assert [value["attribute"] for value in dcu.heard] == [0, 0, 1]
    assert {(value["file"], value["segments"]) for value in dcu.heard} == {(TERMINAL, 3)}
    sent(dcu, tmp_path, module=True)
    assert dcu.heard[-1]["file"] == MODULE


def test_a_segment_without_an_answer_is_told_again_so_often(tmp_path):
    dcu = Dcu(silent=[1] * (TRIES - 1))
    assert sent(dcu, tmp_path)["result"] == "good" and len(dcu.heard) == 3 + TRIES - 1
    dcu = Dcu(silent=[1] * TRIES)
    answer = sent(dcu, tmp_path)
    assert answer["result"] == "no answer" and "go on with --segment 1" in answer["error"]
    assert sent(dcu, tmp_path, segment=1)["result"] == "good"
    assert [value["segment"] for value in dcu.heard[-2:]] == [1, 2]


def test_a_segment_that_is_not_taken_ends_it(tmp_path):
    dcu = Dcu(refused=[1])
    answer = sent(dcu, tmp_path)
    assert answer["result"] == "refused" and "segment 1 of 3" in answer["error"]
    assert len(dcu.heard) == 2


def test_a_file_has_so_many_segments_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(gdw_file, "SEGMENTS_MAX", 3)
    assert sent(Dcu(), tmp_path, octets=bytes(3 * SEGMENT))["result"] == "good"
    with pytest.raises(HesError, match="1 to 3072 octets"):
        sent(Dcu(), tmp_path, octets=bytes(3 * SEGMENT + 1))


def test_what_cannot_be_sent_is_said(tmp_path):
    for octets, segment, told in (
        (b"", 0, "1 to 33554432 octets"),
        (OCTETS, 3, "3 segments, from 0 on"),
        (OCTETS, -1, "3 segments, from 0 on"),
    ):
        with pytest.raises(HesError, match=told):
            sent(Dcu(), tmp_path, segment, octets=octets)
    options = types.SimpleNamespace(file=tmp_path / "none", segment=0, module=False)
    with pytest.raises(HesError, match="No such file"):
        answer_to(Dcu().ask, ASKED, options)
    with pytest.raises(HesError, match="0F F1"):
        answer_to(Dcu().ask, {**ASKED, "afn": 4}, options)
