"""A dialogue of wire.dialogue, a generator of requests, with somebody who answers them."""


async def converse(steps, ask):
    """What the dialogue `steps` returns; `ask(APDU)` is awaited for each answer."""
    try:
        request = next(steps)
        while True:
            request = steps.send(await ask(request))
    except StopIteration as end:
        return end.value
    finally:
        steps.close()
