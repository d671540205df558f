"""General block transfer of the client, around any talk of wire/dialogue.py.

What it yields is as in wire/dialogue.py, and besides: b"" to wait for another APDU of the server,
or with a window of more than 1 a tuple of APDUs to send one after another.

Reference: IEC 62056-5-3, general-block-transfer.
"""

from wire.apdu import APDU_MAX
from wire.block_transfer import PDU_MIN, Transfer
from wire.dialogue_answer import WHOLE_MAX
from wire.errors import DcuError, WireError

_GENERAL_BLOCK = b"\xe0"


def in_blocks(talk, max_pdu, window=1, is_lossy=False):
    """`talk`, whose requests go in blocks when they are longer than `max_pdu` octets, and whose
    answers may come in blocks.

    max_pdu    of the server; 0: any
    window     blocks in a row each way, 1..63; 1 for a link where every APDU has an answer
    is_lossy   the link may lose an APDU and goes on: a NoReply that is thrown in is answered by
               asking again for the blocks that are missing, a few times. A plain request without
               an answer is not repeated here.
    """
    max_pdu = max(max_pdu or APDU_MAX, PDU_MIN)
    transfer = Transfer(window, max_pdu, WHOLE_MAX, True)
    answer = None
    while True:
        try:
            request = talk.send(answer)
        except StopIteration as done:
            return done.value
        transfer.restart()
        sent = request
        if len(request) > max_pdu:
            sent = transfer.send(request)
        answer = yield from _answer(transfer, sent, is_lossy)


def _answer(transfer, sent, is_lossy):
    while True:
        try:
            answer = yield _as_one(sent)
        except WireError:
            raise
        except DcuError:  # silence
            sent = transfer.repeat() if is_lossy else ()
            if not sent:
                raise
            continue
        if answer[:1] != _GENERAL_BLOCK:
            return answer
        whole, sent = transfer.receive(answer)
        if whole is not None:
            return whole


def _as_one(sent):
    """What a talk yields for the blocks of a window."""
    if isinstance(sent, tuple):
        return b"" if not sent else sent[0] if len(sent) == 1 else sent
    return sent
