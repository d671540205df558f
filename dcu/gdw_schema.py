"""The settings of Q/GDW 376.1, as rows of dcu/schema.py; what each does is in docs/gdw.md."""

_NO_YES = ("no", "yes")
NONE, CLASS_1_ALONE, CLASS_2_ALONE, BOTH = "none", "1", "2", "both"
CONFIRMED = (NONE, CLASS_1_ALONE, CLASS_2_ALONE, BOTH)  # by the bits of F1

ROWS = (
    ("gdw.password", "key", "", 0, 32, "of orders by 376.1, 16 octets; empty: not asked"),
    ("gdw.pw_in_10", "choice", "no", _NO_YES, None, "whether AFN 10 has the password, too"),
    ("gdw.on", "choice", "yes", _NO_YES, None, "376.1 beyond the login and heartbeat"),
    ("gdw.open_orders", "choice", "no", _NO_YES, None, "who dials, or needs keys: without"),
    ("gdw.factory", "choice", "no", _NO_YES, None, "AFN 01 F3: the HES may lose us by it"),
    ("gdw.excluded", "choice", "no", _NO_YES, None, "nothing is served until AFN 05 F36"),
    ("gdw.confirm", "choice", "all", ("all", "unit"), None, "AFN 00: F1 and F2, or F3"),
    ("gdw.check_tp", "choice", "yes", _NO_YES, None, "376.1 frames that are late: dropped"),
    ("gdw.frames_2005", "choice", "yes", _NO_YES, None, "those of Q/GDW 130: taken"),
    ("gdw.heartbeat_clock", "choice", "no", _NO_YES, None, "as in the edition of 2013"),
    ("gdw.groups", "numbers", "0", 0, 65534, "group addresses that are ours; 0: none"),
    ("gdw.confirmed", "choice", NONE, CONFIRMED, None, "reports of which class the HES confirms"),
    ("gdw.a2_shown", "choice", "hex", ("hex", "decimal"), None, "address 2 of the terminal"),
    ("gdw.msa", "number", "0", 0, 127, "address of the HES in frames that we begin"),
    ("gdw.dlms_protocol", "number", "20", 3, 255, "of a DLMS meter in F10"),
    ("gdw.frame_octets", "number", "1024", 256, 16383, "longest 376.1 frame we send"),
    ("gdw.push", "choice", "no", _NO_YES, None, "important events go by AFN 0E unasked"),
    ("gdw.events", "numbers", "1,3,4,8,12,14,20,21,31,32,35", 0, 64, "ERC told; 0: none"),
)
