"""DCUs that are dialled (`uplink.mode` server): kept connected, and asked who they are."""

import asyncio
import os
import socket
import ssl

from hes_stub import tls
from hes_stub.converse import converse
from hes_stub.errors import NoAnswer
from hes_stub.events import say
from hes_stub.rows import printable, text
from wire import dialogue, obis
from wire.apdu import Attribute
from wire.errors import WireError

DIAL_S = 30
AGAIN_MIN_S, AGAIN_MAX_S = 1, 300  # between two dials, doubling while nobody lets us in
_PUBLIC = 16  # client
_TERMINAL = Attribute(1, obis.parse("0.0.96.1.0.255"), 2)


async def keep_dialled(host, port, new_link, sleep=asyncio.sleep, security=tls.PLAIN):
    """For ever. `new_link()` gives a hes_stub.link.Link that is told that it is dialled;
    `security` is half of hes_stub.tls.Security."""
    pause_s, told = AGAIN_MIN_S, None
    while True:
        link = new_link()
        trouble = await _dial(host, port, link, security)
        if trouble and trouble != told:
            say(f"{host}:{port}: {trouble}; it is dialled again and again")
        told = trouble
        pause_s = AGAIN_MIN_S if link.terminal else min(2 * pause_s, AGAIN_MAX_S)
        await sleep(pause_s)


async def _dial(host, port, link, security):
    """One connection until its end; why it came to nothing, or None."""
    try:
        async with asyncio.timeout(DIAL_S):
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: link, host, port, **security)
    except OSError as error:
        return _why(error)
    try:
        await _introduce(link)
    except (NoAnswer, WireError, dialogue.AssociationRefused, dialogue.AccessRefused) as error:
        link.close()
        await link.lost.wait()
        return f"does not say which terminal it is: {printable(error)}"
    await link.lost.wait()
    return None


async def _introduce(link):
    """Any client may read the terminal ID."""

    async def ask(request):
        return await link.ask(request, _PUBLIC)

    await converse(dialogue.associate(), ask)
    link.introduced(text(await converse(dialogue.get(_TERMINAL), ask)))


def _why(error):
    if isinstance(error, TimeoutError):
        return f"no answer within {DIAL_S} s"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {tls.why(error)}"
    if isinstance(error, socket.gaierror) or not error.errno:
        return error.strerror or str(error)
    return os.strerror(error.errno)
