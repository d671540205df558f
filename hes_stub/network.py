"""`hes network`: the module slot of a DCU and the meters behind it: who is in, over whom, how far.

The answer is a dict for JSON: {"terminal", "result", "error", "module", "nodes"}; result is
"good", "no answer" or "refused"; module is None where there is no slot.
"""

from hes_stub import rows
from hes_stub.errors import ReadRefused
from hes_stub.report import table
from hes_stub.text_object import errand
from wire import axdr, dialogue, obis
from wire.apdu import Attribute
from wire.errors import WireError

_MODULE = Attribute(1, obis.parse("0.0.96.128.4.255"), 2)
_NODES = Attribute(7, obis.parse("0.0.99.128.4.255"), 2)
_MP = (1, obis.parse("0.0.96.130.1.255"), 2, 0)
_U16_MAX = 0xFFFF
_NODE = ("mp", "eui", "short", "state", "hops", "cost", "parent", "lqi", "phase")
_STATE = ("state", "version", "trouble", "band", "pan", "members", "on_file")
_COLUMNS = (
    ("MP", "mp"),
    ("EUI-64", "eui"),
    ("short", "short"),
    ("state", "state"),
    ("hops", "hops"),
    ("cost", "cost"),
    ("behind", "parent"),
    ("LQI", "lqi"),
    ("phase", "phase"),
)


class Network:
    """`hall.dcus` are the links."""

    def __init__(self, hall):
        self._hall = hall

    async def network(self, request):
        """The answer to {"terminal"}."""
        answer = {"terminal": str(request.get("terminal")), "module": None, "nodes": []}

        async def talk(session):
            try:
                answer["module"] = _module(await session.do(dialogue.get(_MODULE)))
                answer["nodes"] = await _nodes(session)
            except dialogue.AccessRefused as error:
                if error.exception:
                    raise
                raise ReadRefused(f"the DCU has no such object: {rows.printable(error)}")

        return await errand(self._hall, answer, talk)


async def _nodes(session):
    """Those on file in the order of MP, page by page, then members that are not."""
    found, after = [], 0
    while after < _U16_MAX:
        page = await _page(session, after + 1, _U16_MAX)
        if not page:
            break
        found, after = found + page, page[-1]["mp"]
    return found + [{**row, "mp": None} for row in await _page(session, 0, 0)]


async def _page(session, low, high):
    access = dialogue.by_range(dialogue.restricting_attribute(*_MP), axdr.u32(low), axdr.u32(high))
    page = await session.do(dialogue.get(_NODES, access))
    if not isinstance(page, list):
        raise WireError("the buffer of nodes is no array")
    nodes = [_node(row, low, high) for row in page]
    mps = [node["mp"] for node in nodes]
    if high and mps != sorted(set(mps)):
        raise WireError("the nodes are not in the order of their MP numbers")
    return nodes


def _node(row, low, high):
    if not isinstance(row, tuple) or len(row) != len(_NODE) or not isinstance(row[1], bytes):
        raise WireError("a node is no structure of nine")
    mp, eui, short, state, *numbers = row
    numbers = [None if each is None else rows.whole(each, 0, _U16_MAX) for each in numbers]
    short = rows.whole(short, 0, _U16_MAX) or None
    eui = rows.printable(eui.hex().upper(), 16)
    return dict(zip(_NODE, (rows.whole(mp, low, high), eui, short, rows.text(state), *numbers)))


def _module(value):
    if value is None:
        return None
    if not isinstance(value, tuple) or len(value) != len(_STATE):
        raise WireError("the module is no structure of seven")
    texts = [rows.text(each) for each in value[:4]]
    numbers = [rows.whole(each, 0, _U16_MAX) for each in value[4:]]
    return dict(zip(_STATE, texts + numbers))


def lines(answer):
    """For a person."""
    module = answer["module"]
    if module is None:
        return ["this DCU has no module slot (no slot.device)"]
    words = [word for word in (module["state"], module["version"], module["trouble"]) if word]
    words += [module["band"], f"PAN {module['pan']:04X}"]
    told = f"{', '.join(words)}: {module['members']} in the network, {module['on_file']} on file"
    return [f"module {told}"] + table(_COLUMNS, answer["nodes"])
