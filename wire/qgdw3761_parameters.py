"""What Q/GDW 376.1 sets and orders: the data of AFN 01, 04, 05, 0F and 10, and of 0A the answers.

A row is (Fn, name, format of the data). An answer of 0A repeats what 04 sets.

Reference: Q/GDW 376.1-2009, 5.2, 5.5, 5.6, 5.10, 5.15, 5.16.
"""

from wire.qgdw3761_formats import (
    A1,
    A7,
    A12,
    A15,
    A18,
    A19,
    A22,
    A23,
    U8,
    U16,
    U32,
    Ascii,
    Digits,
    Ip,
    Octets,
    Secret,
    SecretOctets,
)
from wire.qgdw3761_records import (
    Fixed,
    IfThere,
    Many,
    Nothing,
    Record,
    SecretSized,
    Sized,
    UnitNames,
)

NOTHING = Nothing()
GROUPS_MAX = 8
TASKS_MAX = 64  # of each class

METER = Record(
    ("seq", U16),
    ("mp", U16),  # 0 takes the meter off
    ("port", U8),  # D7..5 baud, D4..0 port
    ("protocol", U8),
    ("address", A12),
    ("password", SecretOctets(6)),
    ("tariffs", U8),
    ("digits", U8),
    ("gather", A12),
    ("class", U8),
)
_SPAN = Record(("from", A19), ("to", A19))
_READING = Record(
    ("port", U8),
    ("control", U16),
    ("days", U32),
    ("time", A19),
    ("interval_min", U8),
    ("clock", A18),
    ("spans", Many(U8, _SPAN)),
)
_TASK = Record(
    ("period", U8),  # D7..6 minute, hour, day, month; D5..0 how many
    ("base", A1),
    ("every", U8),
    ("units", Many(U8, UnitNames())),
)
# To which time some head-ends say, and some do not: then it is one report.
SPAN_OF_TASK = Record(("from", A15), ("to", IfThere(A15)))
_CLASS = Record(("big", U8), ("groups", Many(U8, Record(("small", U8), ("functions", Sized(U8))))))

PARAMETERS = (  # of AFN 04 and 0A
    (
        1,
        "communication",
        Record(
            ("rts_20_ms", U8),
            ("delay_min", U8),
            ("timeout", U16),  # D11..0 seconds, D13..12 repeats
            ("confirm", U8),  # a bit for each class of data
            ("heartbeat_min", U8),
        ),
    ),
    (
        3,
        "head-end and APN",
        Record(
            ("main", Ip()),
            ("main_port", U16),
            ("sub", Ip()),
            ("sub_port", U16),
            ("apn", Ascii(16)),
        ),
    ),
    (4, "telephone numbers", Record(("hes", Octets(8)), ("sms", Octets(8)))),
    (5, "authentication", Record(("scheme", U8), ("parameter", U16))),
    (6, "group addresses", Fixed(GROUPS_MAX, U16)),
    (
        7,
        "IP of the terminal",
        Record(
            ("ip", Ip()),
            ("mask", Ip()),
            ("gateway", Ip()),
            ("proxy", U8),
            ("proxy_ip", Ip()),
            ("proxy_port", U16),
            ("proxy_method", U8),
            ("user", Sized(U8)),
            ("password", SecretSized(U8)),
            ("port", U16),
        ),
    ),
    (
        8,
        "way to the head-end",
        Record(
            ("mode", U8),  # D7 UDP, D5..4 mixed, client, server
            ("redial_s", U16),
            ("redials", U8),
            ("idle_min", U8),
            ("hours", Octets(3)),
        ),
    ),
    (9, "events", Record(("valid", Octets(8)), ("important", Octets(8)))),
    (10, "meters", Many(U16, METER)),
    (16, "user at the operator", Record(("user", Ascii(32)), ("password", Secret(32)))),
    (
        25,
        "transformers and rating",
        Record(("pt", U16), ("ct", U16), ("un", A7), ("in", A22), ("sn", A23), ("wiring", U8)),
    ),
    (33, "reading of the ports", Many(U8, _READING)),
    (36, "traffic of a month", Record(("octets", U32))),
    (38, "what is in class 1", _CLASS),
    (39, "what is in class 2", _CLASS),
    (50, "reading on or off, of a vendor", Record(("switch", U8))),
    (65, "task of class 1", _TASK),
    (66, "task of class 2", _TASK),
    (67, "class 1 on or off", Record(("switch", U8))),  # 55 on, AA off
    (68, "class 2 on or off", Record(("switch", U8))),
    (89, "terminal address", Record(("area", Digits(2)), ("number", U16))),
)

QUERIES = {10: Many(U16, U16), 33: Many(U8, U8)}  # of AFN 0A; the others ask by their name

RESETS = (
    (1, "restart", NOTHING),
    (2, "clear data", NOTHING),
    (3, "factory settings", NOTHING),
    (4, "clear settings but the communication, and data", NOTHING),
)

_PORT = Record(("port", U8))
CONTROLS = (
    (1, "disconnect", Record(("alarm", U8))),
    (2, "connect", NOTHING),
    (25, "keep the power on", Record(("half_hours", U8))),
    (27, "let the terminal talk", NOTHING),
    (28, "exclude the terminal", NOTHING),
    (29, "let the terminal report", NOTHING),
    (30, "meter clocks", Record(("switch", U8))),
    (31, "set the clock", A1),
    (33, "the power need not be kept on", NOTHING),
    (35, "forbid the terminal to talk", NOTHING),
    (36, "admit the terminal", NOTHING),
    (37, "forbid the terminal to report", NOTHING),
    (38, "connect to the head-end", NOTHING),
    (39, "disconnect from the head-end", NOTHING),
    (49, "pause reading", _PORT),
    (50, "resume reading", _PORT),
    (51, "read anew", _PORT),
    (52, "begin the routes anew", _PORT),
    (53, "remove all meters", _PORT),
)

FILE = Record(
    ("file", U8),
    ("attribute", U8),  # 1: the last segment
    ("command", U8),
    ("segments", U16),
    ("segment", U32),
    ("octets", Sized(U16)),
)
FILE_ACCEPTED = Record(("segment", U32))

FORWARD = Record(
    ("port", U8),
    ("control", U8),  # D7..5 baud, D4 stop, D3..2 parity, D1..0 bits
    ("wait", U8),  # D7 seconds, else 10 ms
    ("gap_10_ms", U8),
    ("octets", Sized(U16)),
)
FORWARDED = Record(("port", U8), ("octets", Sized(U16)))
