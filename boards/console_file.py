"""Where a running DCU listens for its command line: the file `console` in the data folder.

port " " token "\n"      both are new at each start
"""

import json

from hal import net
from hal.errors import NoReply, PortError

NAME = "console"
HOST = "127.0.0.1"
_CONNECT_MS = 2_000
_LINE_MAX = 16_777_216  # octets of one answer
_READ_SIZE = 4096


def write(files, port, token):
    files.replace(NAME, f"{port} {token}\n".encode())


def read(files):
    """(port, token), or None when no DCU has left one."""
    words = (files.read(NAME) or b"").decode().split()
    return (int(words[0]), words[1]) if len(words) == 2 and words[0].isdigit() else None


async def ask(files, verb, arguments, say, timeout_ms):
    """(exit code, result) from the running DCU, or None when none is running.

    `say(text)` gets what it tells meanwhile. NoReply when it says nothing for `timeout_ms`.
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
    buffer = b""
    while True:
        while b"\n" not in buffer:
            data = await stream.read(_READ_SIZE, timeout_ms)
            if not data or len(buffer) > _LINE_MAX:
                raise NoReply(f"the running DCU gave no answer within {timeout_ms // 1000} s")
            buffer += data
        line, _, buffer = buffer.partition(b"\n")
        answer = json.loads(line.decode())
        if "say" in answer:
            say(answer["say"])
        else:
            return answer["exit"], answer.get("error", answer.get("result"))
