"""The settings of TLS, as rows of dcu/schema.py; what each does is in docs/uplink.md.

Files are named, not held: what is in them is never shown, exported or sent.
"""

_NO_YES = ("no", "yes")
WHEN_SET, ALWAYS = "when-set", "always"  # of tls.dates

ROWS = (
    ("uplink.tls", "choice", "no", _NO_YES, None, "TLS to the HES; never without, then"),
    ("tls.ca", "text", "", 0, 127, "file, PEM: who signs the HES"),
    ("tls.certificate", "text", "", 0, 127, "file, PEM: ours; empty: none is shown"),
    ("tls.key", "text", "", 0, 127, "file, PEM: the key of ours, not encrypted"),
    ("tls.name", "text", "", 0, 63, "of the HES in its certificate; empty: as dialled"),
    ("web.tls", "choice", "no", _NO_YES, None, "the page by https, with tls.certificate"),
    ("tls.dates", "choice", WHEN_SET, (WHEN_SET, ALWAYS), None, "always: no HES without a clock"),
)
