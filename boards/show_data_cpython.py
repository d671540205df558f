"""Prints tasks, plans, holes, rates and stories for a person: a part of show_cpython.py."""

from boards.words_cpython import harmless, when

_TASK = (
    "{id:>4} {kind:<10} {meters:<16} {period:>6} {offset:>6} {window:>6} {last:<20} {got:>7} "
    "{next:<20} {items}"
)


def _tasks(rows):
    heads = ("id", "kind", "meters", "period", "offset", "window", "last", "got", "next", "items")
    yield _TASK.format(**{head: head for head in heads})
    for row in rows:
        row["last"] = when(row["last_s"]) if row["last_s"] else "-"
        row["got"] = f"{row['good']}/{row['chosen']}" if row["last_s"] else f"-/{row['chosen']}"
        row["next"] = when(row["next_s"]) if row["next_s"] else "never"
        yield _TASK.format(**{head: row.get(head) or "-" for head in heads}).rstrip("- ")


def _plan(result):
    for channel, port in result["ports"].items():
        busiest = f"busiest minute {port['busiest_minute']} with {port['busiest_s']} s of work"
        yield f"{channel}: busy {port['busy_percent']} % of a day; {busiest}"
        for row in port["tasks"]:
            known = f"{row['measured']} of {row['meters']} meters measured"
            yield (
                f"  task {row['task']:>2} {row['kind']:<10} every {row['period']:<6} "
                f"{row['run_s']:>7} s of {row['window_s']} s; {known}"
            )
        if port["first_s"]:
            yield f"  and once {port['first_s']} s, for what the meters have kept so far"
    for text in result["refusals"]:
        yield f"does not fit: {text}"
    for text in result["warnings"]:
        yield f"warning: {text}"


def _alarms(rows):
    for row in rows:
        where = f"MP {row['mp']}: " if row["mp"] else ""
        what = ": ".join([text for text in (row["name"], row["text"]) if text])
        sent = "" if row["acknowledged"] else "  (not acknowledged)"
        head = f"{row['seq']:>6} {when(row['time_s'])} {row['severity']:<7}"
        yield f"{head} {where}{harmless(what)}{sent}"
    if not rows:
        yield "none"


def _why(result):
    state = result["state"]
    yield f"MP {result['mp']} is {state['state']}" + (
        f": {state['reason']}" if state["reason"] else ""
    )
    for story in result["stories"]:
        yield ""
        yield from story["lines"]


def _gaps(rows):
    if not rows:
        yield "no holes"
    for row in rows:
        span = when(row["from_s"])
        if row["slots"] > 1:
            span += f" to {when(row['to_s'])}"
        head = f"MP {row['mp']:>4} task {row['task']:>2}"
        yield f"{head} {row['slots']:>5} × {row['reason']}: {span}"


def _rates(result):
    cutoffs = [f"≤{cutoff_s // 60} min" for cutoff_s in result["cutoffs_s"]]
    yield f"{'':<24} {'expected':>8} {'received':>9} " + " ".join(f"{c:>10}" for c in cutoffs)
    for row in result["rows"]:
        name = " ".join(
            when(row[key])[:10] if key == "day_s" else f"{key} {row[key]}"
            for key in ("task", "channel", "mp", "day_s")
            if key in row
        )
        shares = [_percent(count, row["expected"]) for count in [row["good"], *row["by"]]]
        line = f"{name or 'all':<24} {row['expected']:>8} {shares[0]:>9} "
        yield line + " ".join(f"{share:>10}" for share in shares[1:])


def _percent(part, whole):
    return f"{100 * part / whole:.2f} %" if whole else "-"


def _show(result):
    yield "  ".join([f"{'MP %d' % result['mp']:<20}", *result["columns"]])
    for utc_s, *values in result["rows"]:
        cells = [
            f"{'-' if value is None else value:>{len(head)}}"
            for value, head in zip(values, result["columns"])
        ]
        yield "  ".join([when(utc_s), *cells])


class Export:
    """Of `data export`, piece by piece: printed as CSV as it comes, or kept for one document."""

    def __init__(self, as_json):
        self._as_json = as_json
        self.all = {"columns": [], "rows": []}

    def found(self, said):
        if self._as_json:
            for name, rows in said.items():
                self.all[name] += rows
            return
        for row in [said["columns"]] if "columns" in said else said["rows"]:
            print(",".join(["" if value is None else str(value) for value in row]))


LINES = {
    "alarms": _alarms,
    "tasks list": _tasks,
    "tasks plan": _plan,
    "why": _why,
    "data gaps": _gaps,
    "data rates": _rates,
    "data show": _show,
}
