"""`hes read`: a meter asked now, through its DCU, by the gateway header.

The answer is a dict for JSON: {"terminal", "mp", "result", "error", "items"}; result is "good",
"partly", "no answer" or "refused"; an item is {"obis", "class", "attribute"} with {"value",
"unit"} or with {"error"}.
"""

from hes_stub.converse import converse
from hes_stub.errors import HesError, NoAnswer, ReadRefused
from hes_stub.events import say
from hes_stub.items import VALUE, parse
from hes_stub.rows import U16_MAX, printable
from hes_stub.session import Session
from hes_stub.values import plain, scaled
from wire import association, dialogue, obis
from wire.apdu import Attribute
from wire.errors import WireError

WAITING_MAX = 8  # reads through one DCU at a time, the one under way included
LOOK_S = 30  # for a look at the archive of the DCU
MAX_PDU = 1024  # octets; meters have little memory
_CLOCK, _REGISTER, _SCALER_UNIT = 8, 3, 3
# What the DCU answers in place of a meter: docs/cosem-objects.md, transparent access
SILENT = b"\xd8\x01\x03"
NOT_REACHED = b"\xd8\x01\x01"
NETWORKS = {"rs485-1": 1, "rs485-2": 2, "rs485-3": 3, "plc": 31}


class Reader:
    """`hall.dcus` are the links; `password` is the LLS password of the meters."""

    def __init__(self, hall, database, password):
        self._hall = hall
        self._database = database
        self._password = password
        self._waiting = {}

    async def read(self, request):
        """The answer to {"terminal", "mp", "items", "attribute", "logical"}. HesError."""
        terminal, mp = request.get("terminal"), _whole(request, "mp")
        asked = parse(str(request.get("items")), _whole(request, "attribute"))
        answer = {"terminal": terminal, "mp": mp, "result": "good", "error": None, "items": []}
        try:
            await self._through(terminal, mp, _whole(request, "logical"), asked, answer["items"])
        except ReadRefused as error:
            answer.update(result="refused", error=str(error))
        except NoAnswer as error:
            answer.update(result="no answer", error=str(error))
        if answer["error"] is None:
            answer["result"] = _result(answer["items"])
        elif any(["value" in item for item in answer["items"]]):
            answer["result"] = "partly"
        _tell(answer)
        return answer

    async def _through(self, terminal, mp, logical, asked, items):
        link = self._hall.dcus.get(terminal)
        if link is None:
            raise NoAnswer(f"terminal {terminal} is not connected; see `hes dcus`")
        if self._waiting.get(terminal, 0) >= WAITING_MAX:
            raise ReadRefused(f"{WAITING_MAX} reads through {terminal} are under way")
        self._waiting[terminal] = self._waiting.get(terminal, 0) + 1
        try:
            meter = await self._meter(link, mp)
            async with link.meters_turn:
                await self._talk(_Meter(link, meter, logical, self._secret(meter)), asked, items)
        finally:
            self._waiting[terminal] -= 1

    async def _meter(self, link, mp):
        """The Meter, by the archive of the DCU as it is now if it is not known here."""
        if self._database.meter(link.terminal, mp) is None:
            try:
                await link.errand(Session.look, LOOK_S)
            except NoAnswer:
                pass  # it is not known then
        meter = self._database.meter(link.terminal, mp)
        if meter is None:
            raise HesError(f"no MP {mp} behind {link.terminal}; see `hes meters {link.terminal}`")
        return meter

    def _secret(self, meter):
        if meter.auth == "none":
            return b""
        if meter.auth != "lls":
            raise HesError(
                f"MP {meter.mp} wants {meter.auth}: this HES reads meters with none and lls only;"
                " on the DCU, `dcu read` reads it, and tasks do"
            )
        if not self._password.octets:
            raise HesError(f"MP {meter.mp} wants lls: give hes serve --meter-password")
        return self._password.octets

    async def _talk(self, meter, asked, items):
        """A meter that falls silent is not released: the DCU lets go of it by itself."""
        await meter.associate()
        for attribute in asked:
            items.append(await meter.item(attribute))
        await meter.release()


class _Meter:
    def __init__(self, link, meter, logical, password):
        self._link = link
        self._meter = meter
        self._logical = logical
        self._password = password
        self._name = f"MP {meter.mp}"
        if meter.channel not in NETWORKS or not meter.address.isascii():
            raise HesError(f"{self._name} is on {meter.channel}, which is not reached from here")

    async def associate(self):
        mechanism = association.LLS if self._password else association.NONE
        try:
            await self._do(dialogue.associate(mechanism, self._password, MAX_PDU))
        except dialogue.AssociationRefused as error:
            raise ReadRefused(f"{self._name}: {printable(error)}")
        except WireError as error:
            raise NoAnswer(f"{self._name} answers wrongly: {printable(error)}")

    async def release(self):
        """So that the DCU lets go of the meter at once."""
        try:
            await self._do(dialogue.release())
        except (HesError, WireError):
            pass  # all has been read; the DCU lets go by itself after a silence

    async def item(self, attribute):
        """One item of the answer. NoAnswer when the meter is silent."""
        class_id, ln, index = attribute
        item = {"obis": obis.text(ln), "class": class_id, "attribute": index}
        try:
            value = await self._get(attribute)
            unit = None
            if (class_id, index) == (_REGISTER, VALUE):
                scaler_unit = Attribute(class_id, ln, _SCALER_UNIT)
                value, unit = scaled(value, await self._get(scaler_unit))
            item.update(value=plain(value, class_id == _CLOCK), unit=unit)
        except WireError as error:
            item["error"] = printable(error)
        return item

    async def _get(self, attribute):
        """Numbered, so that a late answer to an earlier question is not taken for this one."""
        return await self._do(dialogue.get(attribute, invoke=next(self._link.invokes)))

    async def _do(self, steps):
        return await converse(steps, self._ask)

    async def _ask(self, request):
        meter = self._meter
        network, address = NETWORKS[meter.channel], meter.address.encode()
        wports = meter.client, self._logical
        answer = await self._link.ask_meter(network, address, *wports, request)
        if answer == SILENT:
            raise NoAnswer(f"{self._name} does not answer")
        if answer == NOT_REACHED:
            raise ReadRefused(
                f"the DCU does not give way to {self._name}: unknown to it, or in use"
            )
        return answer


def _whole(request, name):
    value = request.get(name)
    if type(value) is not int or not 0 < value <= U16_MAX:
        raise HesError(f"{name} must be a whole number from 1 to {U16_MAX}")
    return value


def _result(items):
    read = sum(["value" in item for item in items])
    return "good" if read == len(items) else "partly" if read else "refused"


def _tell(answer):
    name = f"read MP {answer['mp']} through {printable(answer['terminal'])}"
    for item in answer["items"]:
        value = item.get("error", f"{item.get('value')} {item.get('unit') or ''}".rstrip())
        say(f"{name}: {item['obis']} = {printable(value)}")
    if answer["error"]:
        say(f"{name}: {answer['error']}")
