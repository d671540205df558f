"""Prints the network behind the module slot for a person: a part of show_cpython.py."""

_NODE = (
    "{mp:>4} {address:>12} {eui:<16} {short:>5} {hops:>4} {cost:>4} {lqi:>3} {phase:>5} {state}"
)
_NODE_KEYS = ("mp", "address", "eui", "short", "hops", "cost", "lqi", "phase", "state")
_HEADS = ("MP", "meter", "EUI-64", "addr.", "hops", "cost", "LQI", "phase", "state")


def _cells(row, keys):
    return {key: "-" if row[key] is None else row[key] for key in keys}


def _nodes(rows):
    if not rows:
        yield "no meters behind the module slot; docs/plc.md tells how they come there"
        return
    yield _NODE.format(**dict(zip(_NODE_KEYS, _HEADS, strict=True)))
    for row in rows:
        yield _NODE.format(**_cells(row, _NODE_KEYS))


def _tree(rows):
    if not rows:
        yield "no meter is in the network"
        return
    yield "module"
    for row in rows:
        cell = _cells(row, _NODE_KEYS)
        branch = "  " * row["depth"] if row["depth"] else "  ? "
        name = f"MP {row['mp']}" if row["mp"] else cell["eui"]
        yield (
            f"{branch}{name}, address {row['short']}: {_counted(cell['hops'])}, "
            f"cost {cell['cost']}, LQI {cell['lqi']}, phase {cell['phase']}, {row['state']}"
        )


def _counted(hops):
    return f"{hops} hop" if hops == 1 else f"{hops} hops"


def _stats(counts):
    for name in sorted(counts):
        yield f"{name:<20} {counts[name]}"


def _ping(result):
    yield f"{result['eui']}, address {result['short']}: found in {result['took_ms'] / 1000:.1f} s"
    for name, hops in result["ways"].items():
        yield f"  {name:<5} " + " → ".join(_hop(hop) for hop in hops)


def _hop(hop):
    name = f"MP {hop['mp']}" if hop["mp"] else "module" if hop["short"] == 0 else hop["short"]
    known = [f"{key} {hop[key]}" for key in ("phase", "cost") if hop[key] is not None]
    return f"{name} ({', '.join(known)})" if known else str(name)


def _whitelist(result):
    words = {
        "strict": "strict: only meters on file are let in",
        "alarm": "alarm: who is not on file is let in, and told of",
        "open": f"open: for {result['open_s']} s who is not on file is let in, and told of",
    }
    yield words[result["mode"]]
    soon = "; put out within a minute" if result["mode"] == "strict" else ""
    for row in result["strangers"]:
        yield f"  not on file: {row['eui']}, address {row['short']}{soon}"


LINES = {
    "plc nodes": _nodes,
    "plc tree": _tree,
    "plc stats": _stats,
    "plc ping": _ping,
    "plc whitelist": _whitelist,
}
