"""`hes gdw`: one function of Q/GDW 376.1 is asked of a DCU, or ordered.

The answer is a dict for JSON: {"terminal", "result", "error", "units"}; result is "good", "no
answer" or "refused", a unit is {"pn", "fn", "name", "data"} in the words of the standard.
"""

import asyncio

from hes_stub.errors import HesError, NoAnswer, ReadRefused
from hes_stub.rows import printable
from wire import qgdw3761, qgdw3761_message
from wire.errors import WireError
from wire.qgdw3761_frame import PASSWORD, WITH_PASSWORD
from wire.qgdw3761_units import ALL_POINTS, unit

ANSWER_S = 90  # the DCU may have to ask a meter, and others before
FRAMES_MAX = 256  # of one answer
_ALL_OF_IT = "all of it; its log says why"  # AFN 00 F2 has no reason
MSA = 1  # what we are called in frames of ours


class Exchange:
    """The frames that answer one request, as they come over the link."""

    def __init__(self, number):
        self._number = number
        self._frames = []
        self.done = asyncio.get_running_loop().create_future()

    def take(self, frame):
        if self.done.done() or frame.seq & qgdw3761.COUNT != self._next():
            raise WireError("a 376.1 answer that nobody waits for")
        self._frames.append(frame)
        is_last = frame.seq & qgdw3761.FIN or frame.afn == qgdw3761.AFN_CONFIRM
        if is_last or len(self._frames) == FRAMES_MAX:
            self.done.set_result(self._frames)

    def _next(self):
        return self._number + len(self._frames) & qgdw3761.COUNT


class Gdw:
    """`hall.dcus` are the links."""

    def __init__(self, hall):
        self._hall = hall

    async def ask(self, request):
        """The answer to {"terminal", "afn", "fn", "pn", "data", "password"}: numbers, "all" for
        all points, and hexadecimal. HesError."""
        terminal = str(request.get("terminal"))
        answer = {"terminal": terminal, "result": "good", "error": None, "units": []}
        afn, body = _body_of(request)
        link = self._hall.dcus.get(terminal)
        try:
            if link is None:
                raise NoAnswer(f"terminal {terminal} is not connected; see `hes dcus`")
            for frame in await _frames(link, afn, body):
                answer["units"] += _units(frame)
        except ReadRefused as error:
            answer.update(result="refused", error=str(error))
        except NoAnswer as error:
            answer.update(result="no answer", error=str(error))
        except WireError as error:
            answer.update(result="no answer", error=f"a wrong answer: {printable(error)}")
        return answer


def _body_of(request):
    afn, fn, pn = [request.get(name) for name in ("afn", "fn", "pn")]
    is_number = [type(number) is int for number in (afn, fn, pn)]
    good = is_number[:2] == [True, True] and 0 <= afn <= 0xFF and 1 <= fn <= 2048
    if not good or not (pn == ALL_POINTS or (is_number[2] and 0 <= pn <= 2040)):
        raise HesError("AFN 0 to FF, Fn 1 to 2048, Pn 0 to 2040 or all")
    try:
        data = bytes.fromhex(str(request.get("data") or ""))
        password = bytes.fromhex(str(request.get("password") or "00" * PASSWORD))
    except ValueError:
        raise HesError("data and password are hexadecimal")
    if len(password) != PASSWORD:
        raise HesError(f"a password of 376.1 has {PASSWORD} octets")
    body = unit(pn, fn, data)
    if len(body) > qgdw3761.BODY_MAX:
        raise HesError(f"at most {qgdw3761.BODY_MAX} octets go in one frame")
    has_password = afn in WITH_PASSWORD and (afn != 0x10 or request.get("password"))
    return afn, body + (password if has_password else b"")


async def _frames(link, afn, body):
    async with link.gdw_turn:
        number = next(link.numbers)
        link.gdw = exchange = Exchange(number)
        try:
            link.send_gdw(qgdw3761.request(link.terminal, afn, number, MSA, body))
            async with asyncio.timeout(ANSWER_S):
                return await exchange.done
        except TimeoutError:
            raise NoAnswer(f"terminal {link.terminal} did not answer within {ANSWER_S} s")
        finally:
            link.gdw = None


def _units(frame):
    if frame.afn == qgdw3761.AFN_CONFIRM:
        fn, _, results = qgdw3761.parse_confirmation(frame)
        errors = [f"p{pn} F{fn}: error {error}" for pn, fn, error in results if error]
        if fn == qgdw3761.ALL_DENIED or errors:
            raise ReadRefused("the DCU denies it: " + (", ".join(errors) or _ALL_OF_IT))
    units, rest = qgdw3761_message.take_units(frame.afn, True, frame.body)
    if rest:
        raise WireError("not to be understood", rest[:32])
    return qgdw3761_message.shown(frame.afn, True, units)


def report_in_words(frame):
    """Lines for what a terminal says unasked: one of a frame of events, else one for each data
    unit. WireError."""
    units, rest = qgdw3761_message.take_units(frame.afn, True, frame.body)
    if rest or not units:
        raise WireError("a report that is not to be understood", rest[:32])
    rows = qgdw3761_message.shown(frame.afn, True, units)
    if frame.afn == qgdw3761.AFN_EVENTS:
        events = [event for row in rows for event in row["data"]["events"]]
        return [
            printable(
                "; ".join([f"ERC {each['erc']}: {_fields(each['body'])}" for each in events])
            )
        ]
    return [
        printable(f"p{row['pn']} F{row['fn']} {row['name']}: {_fields(row['data'])}")
        for row in rows
    ]


def _fields(data):
    fields = data.items() if isinstance(data, dict) else [("body", data)]
    return ", ".join([f"{name} {value}" for name, value in fields])
