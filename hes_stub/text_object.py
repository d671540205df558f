"""A Data object of a DCU that is text, and another beside it: why a change of it was denied."""

from hes_stub.errors import NoAnswer, ReadRefused
from hes_stub.rows import printable
from wire import axdr, dialogue

ERRAND_S = 60  # for the session to come to it, and for the answers of the DCU
_SET_OCTETS = 1024  # a longer text goes in blocks; every DCU takes that much at once


async def errand(hall, answer, talk):
    """Has `talk(session)` done by the link to answer["terminal"]. The result is in `answer`:
    "good", "no answer" or "refused", with the error."""
    answer.update(result="good", error=None)
    try:
        link = hall.dcus.get(answer["terminal"])
        if link is None:
            raise NoAnswer(f"terminal {answer['terminal']} is not connected; see `hes dcus`")
        await link.errand(talk, ERRAND_S)
    except ReadRefused as error:
        answer.update(result="refused", error=str(error))
    except NoAnswer as error:
        answer.update(result="no answer", error=str(error))
    return answer


async def put_text(session, attribute, refusal, text):
    """Stored in the DCU when this returns; ReadRefused with the reason that the DCU gives."""
    try:
        data = axdr.octets(text.encode())
        await session.do(dialogue.set_(attribute, data, max_pdu=_SET_OCTETS))
    except dialogue.AccessRefused as error:
        if error.exception:
            raise
        reason = await get_text(session, refusal)
        raise ReadRefused(reason or printable(error))


async def get_text(session, attribute):
    """Several lines are left as they are; other control characters are not for a terminal."""
    try:
        octets = await session.do(dialogue.get(attribute))
    except dialogue.AccessRefused as error:
        if error.exception:
            raise
        raise ReadRefused(f"the DCU has no such object: {printable(error)}")
    text = octets.decode("utf-8", "replace") if isinstance(octets, bytes) else ""
    return "".join([char for char in text if char.isprintable() or char == "\n"])
