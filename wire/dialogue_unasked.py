"""What a server says unasked between request and answer, around any talk of wire/dialogue.py.

It is not the answer: it is handed over, and the next APDU of the server is waited for.
"""

from wire.errors import DcuError, WireError

UNASKED_MAX = 16  # in place of one answer

PLAIN = (0x0F, 0xC2)  # notifications of data and of events
CIPHERED = (0xCA, 0xD2)  # an event notification, under the global or the dedicated key
GENERAL = (0xDB, 0xDC, 0xDD, 0xDF)  # answers may be these only in a ciphered association


def set_aside(talk, unasked, tags=PLAIN + CIPHERED):
    """`talk`, with every APDU of these tags given to `unasked(octets)` instead.

    It goes around ciphering as it stands; within it once more, with tags=PLAIN; without ciphering
    with GENERAL, too. It yields what wire/dialogue_blocks.py yields. WireError after UNASKED_MAX
    in a row.
    """
    step, value = talk.send, None
    while True:
        try:
            request = step(value)
        except StopIteration as done:
            return done.value
        try:
            value = yield from _answer(request, unasked, tags)
            step = talk.send
        except WireError:
            raise
        except DcuError as silence:
            step, value = talk.throw, silence


def _answer(request, unasked, tags):
    answer = yield request
    left = UNASKED_MAX
    while answer[:1] and answer[0] in tags:
        if left == 0:
            raise WireError(f"more than {UNASKED_MAX} notifications in place of an answer")
        left -= 1
        unasked(answer)
        answer = yield b""
    return answer
