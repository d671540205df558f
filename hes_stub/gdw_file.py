"""`hes gdw TERMINAL 0F F1 --file FILE`: a firmware in segments, one question each. Who was broken
off goes on with `--segment`: the concentrator keeps what it has.

Reference: Q/GDW 376.1-2009, 5.15.
"""

import sys

from hes_stub.errors import HesError
from wire.qgdw3761_parameters import FILE

SEGMENT = 1024  # octets
SEGMENTS_MAX = 32_768
TRIES = 3  # of a segment that is not answered
TERMINAL, MODULE = 1, 3
_FN = (0x0F, 1)


def answer_to(ask, request, options):
    """The answer to one question; with `options.file`, to one for each segment."""
    if not options.file:
        return ask(request)
    if (request["afn"], request["fn"]) != _FN:
        raise HesError("a file goes with 0F F1")
    kind = MODULE if options.module else TERMINAL
    return send(ask, request, _octets_of(options.file), kind, options.segment)


def _octets_of(path):
    try:
        with open(path, "rb") as file:
            octets = file.read(SEGMENT * SEGMENTS_MAX + 1)
    except OSError as error:
        raise HesError(f"{path}: {error.strerror}")
    if not 0 < len(octets) <= SEGMENT * SEGMENTS_MAX:
        raise HesError(f"{path}: 1 to {SEGMENT * SEGMENTS_MAX} octets can be sent")
    return octets


def send(ask, request, octets, file, first):
    """The last answer: to the last segment, or to that which was not taken.

    ask(request)  the answer of hes_stub/gdw.py
    first         the number of the segment to begin with
    """
    count = (len(octets) + SEGMENT - 1) // SEGMENT
    if not 0 <= first < count:
        raise HesError(f"the file has {count} segments, from 0 on")
    for number in range(first, count):
        value = {"file": file, "attribute": int(number == count - 1), "command": 0}
        value.update(segments=count, segment=number)
        value["octets"] = octets[number * SEGMENT : (number + 1) * SEGMENT]
        answer = _sent(ask, {**request, "data": FILE.give(value).hex()})
        if answer["result"] == "good" and not _is_taken(answer, number):
            answer.update(result="refused", error="the DCU does not take it; its log says why")
        if answer["result"] != "good":
            answer["error"] += f" (segment {number} of {count}: go on with --segment {number})"
            return answer
        if number % 64 == 63 or number == count - 1:
            print(f"{number + 1} of {count} segments", file=sys.stderr)
    return answer


def _sent(ask, request):
    for _ in range(TRIES):
        answer = ask(request)
        if answer["result"] != "no answer":
            break
    return answer


def _is_taken(answer, number):
    return [unit["data"] for unit in answer["units"]] == [{"segment": number}]
