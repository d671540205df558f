"""The maintenance console: one request, one line of JSON; answers are lines of JSON.

    > {"token": "…", "verb": "read", "args": ["5", "1.0.1.8.0.255"]}
    < {"say": "asking MP 5"}                  any number of these, while it works
    < {"exit": 0, "result": {…}}              or {"exit": 4, "error": "no answer from …"}

It listens on loopback only, and asks for the token that lies readable for the owner alone in the
data folder: other users of the machine cannot drive the DCU.
"""

import json

from dcu.exit_codes import NO_ANSWER, REFUSED, WRONG_USE
from dcu.verb_words import NO_JSON
from dcu.verbs import VERBS
from hal.errors import DcuError, NoReply, NotAuthenticated, PortError, Refused, WireError
from wire.apdu import READ_WRITE_DENIED
from wire.dialogue import AccessRefused, AssociationRefused

REQUEST_MAX = 524_288  # octets: a CSV of the largest archive, with all keys, is 450 000
WRONG_TOKEN = "wrong token"
_FIRST_WAIT_MS = 5_000
_READ_SIZE = 4096

_EXITS = (  # the first that fits; the order is from the special to the general
    (AccessRefused, REFUSED),
    (AssociationRefused, REFUSED),
    (NotAuthenticated, REFUSED),
    (Refused, WRONG_USE),
    (NoReply, NO_ANSWER),
    (PortError, NO_ANSWER),
    (WireError, NO_ANSWER),
)


class Console:
    def __init__(self, dcu, token):
        self._dcu = dcu
        self._token = token

    async def serve(self, stream):
        """One connection: a request, its answers, closed by the caller."""
        try:
            request = await _request(stream)
            if request is not None:
                await self._answer(stream, request)
        except PortError:
            pass  # the asker went away; what was done stays done

    async def _answer(self, stream, request):
        async def say(text):
            await _send(stream, {"say": text})

        if not isinstance(request, dict) or request.get("token") != self._token:
            await _send(stream, {"exit": REFUSED, "error": WRONG_TOKEN})
            return
        verb, arguments = request.get("verb"), request.get("args", [])
        exit_code, result = await execute(self._dcu, verb, arguments, say)
        name = "error" if isinstance(result, str) and exit_code else "result"
        await _send(stream, {"exit": exit_code, name: result})


async def execute(dcu, verb, arguments, say):
    """(exit code, result) of a verb; a failure is its exit code and a line of text."""
    for name, function, words, _ in VERBS:
        if name == verb:
            most, least = len(words.split()), len(words.split("[")[0].split())
            good = isinstance(arguments, list) and least <= len(arguments) <= most
            if not good or not all([isinstance(word, str) for word in arguments]):
                return WRONG_USE, f"usage: {name} {words}"
            try:
                return await function(dcu, say, *arguments)
            except DcuError as error:
                return _exit_of(error), _words(error)
    return WRONG_USE, f"no verb {verb!r}; there are: {', '.join([row[0] for row in VERBS])}"


def _words(error):
    if isinstance(error, AccessRefused) and error.result == READ_WRITE_DENIED:
        return f"{error}; as whom a meter is asked its row says: client, auth, password"
    return str(error)


def _exit_of(error):
    for kind, code in _EXITS:
        if isinstance(error, kind):
            return code
    return NO_ANSWER


async def _request(stream):
    """The request as a value; None when none came in time or it is no JSON."""
    line = b""
    while b"\n" not in line:
        data = await stream.read(_READ_SIZE, _FIRST_WAIT_MS)
        line += data
        if not data:
            return None
        if len(line) > REQUEST_MAX:
            await _send(stream, {"exit": WRONG_USE, "error": f"more than {REQUEST_MAX} octets"})
            return None
    try:
        return json.loads(line.decode())
    except NO_JSON:
        await _send(stream, {"exit": WRONG_USE, "error": "the request is not one line of JSON"})
        return None


async def _send(stream, value):
    await stream.write(json.dumps(value).encode() + b"\n")
