"""The status page as HTML text: plain, no asset from elsewhere, readable at 360 px.

All that came from the wire goes through `html.escape`: every cell, in `_cells`.
"""

from html import escape

from hes_stub import report

REFRESH_S = 5
ALARMS_SHOWN = 20
EVENTS_SHOWN = 10

_STYLE = """
body { font: 15px/1.4 sans-serif; margin: 8px; color: #222; background: #fff; }
h1 { font-size: 1.2em; } h2 { font-size: 1.05em; margin: 1em 0 .3em; }
table { border-collapse: collapse; } td, th { padding: 2px 8px 2px 0; text-align: left; }
th { color: #555; font-weight: normal; } tr { border-bottom: 1px solid #ddd; }
.bad { color: #a00; }
@media (max-width: 700px) {
  thead { display: none; } tr { display: block; padding: 4px 0; }
  td { display: inline-block; padding-right: 12px; overflow-wrap: anywhere; }
  td::before { content: attr(data-name) " "; color: #666; font-size: .85em; }
}
"""
_METERS = (("terminal", "terminal"), *report.METERS)
_EVENTS = (("time", "time_s"), ("terminal", "terminal"), ("event", "text"))
BAD_STATES = {"late", "silent", "wrong"}  # of a meter


def status(dcus, meters, alarms, events):
    """The whole page from lists of dicts, newest alarms and events first."""
    sections = [
        _section("Concentrators", report.DCUS, dcus, "none has registered yet"),
        _section("Meters", _METERS, meters, "none known yet"),
        _section("Recent alarms", report.ALARMS, alarms, "none"),
        _section("Notices", _EVENTS, events, "none"),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{REFRESH_S}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>HES</title><style>{_STYLE}</style></head><body>"
        f"<h1>Head-end system</h1>{''.join(sections)}</body></html>"
    )


def _section(title, columns, rows, empty):
    if not rows:
        return f"<h2>{title}</h2><p>{empty}</p>"
    heads = "".join(f"<th>{name}</th>" for name, _ in columns)
    body = "".join(f"<tr{_mood(row)}>{_cells(columns, row)}</tr>" for row in rows)
    return (
        f"<h2>{title} ({len(rows)})</h2>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cells(columns, row):
    return "".join(
        f'<td data-name="{name}">{escape(report.cell(key, row))}</td>' for name, key in columns
    )


def _mood(row):
    bad = row.get("connected") == 0 or row.get("state") in BAD_STATES
    return ' class="bad"' if bad else ""
