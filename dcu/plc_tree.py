"""The meters behind the module slot as rows: for the console, the panel and the HES."""

from dcu.schema import PLC

_DEPTH_MAX = 16  # two that were each other's parent at different times make no circle


def nodes_of(dcu):
    """A dict for each meter on file, in the order of MP, and for each member that is not:
    "mp", "address", "eui", "short", "state" and what dcu/plc_survey.py `row` has."""
    plc, rows = dcu.plc, []
    for record in dcu.archive.meters(PLC):
        short = plc.book.short(record.eui)
        state = dcu.state_of(record.mp) if short else "not in the network"
        rows.append(_row(plc, record.mp, record.address, record.eui, short, state))
    for short, eui in plc.door.strangers():
        rows.append(_row(plc, None, None, eui, short, "not on file"))
    return rows


def _row(plc, mp, address, eui, short, state):
    row = {"mp": mp, "address": address, "eui": eui.hex().upper(), "short": short}
    row["state"] = state
    row.update(plc.survey.row(short))
    return row


def tree_of(dcu):
    """The members as rows of `nodes_of`, each after its parent, with its "depth": 1 is next to
    the module. Those whose parent is not known come last, with depth None."""
    members = [row for row in nodes_of(dcu) if row["short"]]
    children = {}
    for row in members:
        children.setdefault(row["parent"], []).append(row)
    rows = []
    _add(rows, children, 0, 1)
    placed = [row["short"] for row in rows]
    for row in members:
        if row["short"] not in placed:
            row["depth"] = None
            rows.append(row)
    return rows


def _add(rows, children, parent, depth):
    for row in sorted(children.pop(parent, []), key=lambda row: row["short"]):
        row["depth"] = depth
        rows.append(row)
        if depth < _DEPTH_MAX:
            _add(rows, children, row["short"], depth + 1)
