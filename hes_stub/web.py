"""The web application of `hes serve`: the status page, and where the verbs of `hes` ask."""

import asyncio
import json
import secrets

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route

from hes_stub import client, page
from hes_stub.errors import HesError
from hes_stub.queries import Queries

# What waits for the session of a DCU: when who asked has gone, it is not done later
_ERRANDS = (client.REKEY_PATH, client.TASKS_PATH, client.SETTINGS_PATH)
BODY_MAX = 65_536  # octets of a request: a task list has up to 32 768
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def application(folder, token, answers):
    """`answers`: {path: coroutine function(decoded JSON of a verb) -> dict, HesError}."""

    async def status(request):
        try:
            text = await run_in_threadpool(_status, folder)
        except HesError as error:
            return PlainTextResponse(str(error), 500, _HEADERS)
        return HTMLResponse(text, headers=_HEADERS)

    async def verb(request):
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JSONResponse({"error": "wrong token: serve.json is of another run"}, 403)
        try:
            path = request.url.path
            answer = answers[path](await _document(request))
            if path in _ERRANDS:
                answer = _unless_gone(request, answer)
            return JSONResponse(await answer)
        except HesError as error:
            return JSONResponse({"error": str(error)}, 400)

    verbs = [Route(path, verb, methods=["POST"]) for path in answers]
    return Starlette(routes=[Route("/", status), *verbs])


def _status(folder):
    queries = Queries(folder)
    try:
        alarms = queries.alarms(last=page.ALARMS_SHOWN)[::-1]
        events = queries.events(last=page.EVENTS_SHOWN)[::-1]
        return page.status(queries.dcus(), queries.meters(), alarms, events)
    finally:
        queries.close()


async def _unless_gone(request, answer):
    """What `answer`, a coroutine, gives; it is cancelled when the client hangs up."""
    work = asyncio.ensure_future(answer)
    gone = asyncio.ensure_future(request.receive())  # all has come: the next is the end
    try:
        await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise HesError("who asked has gone")
        return await work
    finally:
        work.cancel()
        gone.cancel()


async def _document(request):
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_MAX:
            raise HesError(f"a request has at most {BODY_MAX} octets")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise HesError("the request is no JSON object")
    return document
