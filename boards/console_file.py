"""Where a running DCU listens for its command line: the file `console` in the data folder.

port " " token " " folder "\n"      port and token are new at each start

`folder` says which folder it is of (hal/files.py, identity): in a copy of the folder the file does
not lead to the DCU that runs on the original.
"""

import json

from dcu.console import WRONG_TOKEN
from dcu.schema import whole
from hal import net
from hal.errors import NoReply, PortError, Refused, WireError

NAME = "console"
HOST = "127.0.0.1"
_CONNECT_MS = 2_000
ANSWER_MAX = 4_194_304  # octets of one line; the list of the largest archive has a tenth
_READ_SIZE = 65536
_PORT_MAX = 65_535


def write(files, port, token):
    files.replace(NAME, f"{port} {token} {files.identity()}\n".encode())


def read(files):
    """(port, token), or None when no DCU has left one on this folder.

    Refused when it is damaged: a DCU may be running, and what it works on must not be changed
    behind its back.
    """
    octets = files.read(NAME)
    if octets is None:
        return None
    try:
        port, token, folder = octets.decode().split()
        number = whole(port, 1, _PORT_MAX)
    except ValueError:
        number = None
    if number is None:
        raise Refused(
            f"{files.folder}/{NAME} is damaged: end the DCU that may be running, remove this file"
        )
    return (number, token) if folder == files.identity() else None


async def ask(files, verb, arguments, say, timeout_ms):
    """(exit code, result) from the running DCU, or None when none is running.

    `say(text or dict)` gets what it tells meanwhile. NoReply when it says nothing for
    `timeout_ms`, PortError when it ends before its answer, Refused as by `read`.
    """
    known = read(files)
    if known is None:
        return None
    try:
        stream = await net.connect(HOST, known[0], _CONNECT_MS)
    except PortError:
        return None  # it was killed and has left its file
    try:
        request = {"token": known[1], "verb": verb, "args": arguments}
        await stream.write(json.dumps(request).encode() + b"\n")
        return await _answer(stream, say, timeout_ms)
    finally:
        await stream.close()


async def _answer(stream, say, timeout_ms):
    """None when it is not our DCU that has the port now: ours was killed and left its file."""
    buffer = b""
    while True:
        while b"\n" not in buffer:
            data = await stream.read(_READ_SIZE, timeout_ms)
            if not data:
                raise NoReply(f"the running DCU gave no answer within {timeout_ms / 1000:g} s")
            buffer += data
            if len(buffer) > ANSWER_MAX:
                raise WireError(f"the running DCU answers with more than {ANSWER_MAX} octets")
        line, _, buffer = buffer.partition(b"\n")
        answer = _decoded(line)
        if answer is None or answer.get("error") == WRONG_TOKEN:
            return None
        if "say" in answer:
            say(answer["say"])
        else:
            return answer["exit"], answer.get("error", answer.get("result"))


def _decoded(line):
    """The answer of a DCU, or None for a line that no DCU says."""
    try:
        answer = json.loads(line.decode())
    except ValueError:
        return None
    is_ours = isinstance(answer, dict) and ("say" in answer or "exit" in answer)
    return answer if is_ours else None
