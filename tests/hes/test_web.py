"""The verbs of `hes` by HTTP: who has gone is not worked for."""

import asyncio

from hes_stub import client, web

TOKEN = "t"


def asked(path, answer, *messages):
    """The status of the answer to a client that sends `messages`, then nothing more."""
    app = web.application(None, TOKEN, {path: answer})
    headers = [(b"authorization", b"Bearer t")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    scope.update(query_string=b"", root_path="", scheme="http", server=("h", 1))
    waiting, sent = list(messages), []

    async def receive():
        return waiting.pop(0) if waiting else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    asyncio.run(asyncio.wait_for(app(scope, receive, send), 5))
    return sent[0]["status"]


BODY = {"type": "http.request", "body": b"{}", "more_body": False}
GONE = {"type": "http.disconnect"}


def test_an_errand_is_given_up_when_who_asked_has_gone():
    ends = []

    async def errand(document):
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("given up")

    asked(client.REKEY_PATH, errand, BODY, GONE)
    assert ends == ["given up"]


def test_an_errand_is_done_for_who_waits():
    async def errand(document):
        await asyncio.sleep(0)
        return {"result": "good"}

    for path in (client.REKEY_PATH, client.READ_PATH):
        assert asked(path, errand, BODY) == 200
