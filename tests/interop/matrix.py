"""What was tried with DLMS implementations that nobody here wrote: the rows are the tests.

`python -m tests.interop.matrix` writes them into docs/interop.md. Each row without a `why_not`
is run by the tests beside this file, on CPython and, where the DCU is a process, MicroPython.
"""

import pathlib
from collections import namedtuple

# services in words; why_not: what the peer lacks, "" for a row that is run
Case = namedtuple("Case", ("peer", "transport", "mechanism", "suite", "services", "why_not"))

GURUX, PYDLMS = "gurux-dlms", "pydlms"
ALL_OBJECTS = "object list; GET of every attribute, in blocks; SET of every one that may be"
NO_WINDOW = "the client of 1.0.203 does not count the frames of a window"
GATEWAY = "GET of a meter through the gateway"
SEGMENTS = "object list and SET of 1000 octets, in segments of 128"
BUFFER = "GET of the alarms as a profile, in blocks"
LIST = "GET with list; blocks"

# clients of other make, the DCU is the server
CLIENTS = (
    Case(GURUX, "tcp", "none", "–", "object list; GET of every attribute", ""),
    Case(GURUX, "udp", "none", "–", "object list; GET of every attribute", ""),
    Case(GURUX, "tcp", "lls", "–", ALL_OBJECTS, ""),
    Case(GURUX, "udp", "lls", "–", ALL_OBJECTS, ""),
    Case(GURUX, "hdlc, one octet", "none", "–", "object list; GET of every attribute", ""),
    Case(GURUX, "hdlc, window 1", "lls", "–", ALL_OBJECTS, ""),
    Case(GURUX, "hdlc, long frames", "lls", "–", ALL_OBJECTS, ""),
    Case(GURUX, "hdlc, window 7", "lls", "–", SEGMENTS, NO_WINDOW),
    Case(GURUX, "gateway", "lls", "–", GATEWAY, ""),
    Case(PYDLMS, "tcp", "none", "–", "object list", ""),
    Case(PYDLMS, "tcp", "lls", "–", BUFFER, ""),
    Case(PYDLMS, "udp", "lls", "–", BUFFER, ""),
    Case(PYDLMS, "hdlc, one octet", "none", "–", "object list", ""),
    Case(PYDLMS, "hdlc, window 1", "lls", "–", SEGMENTS, ""),
    Case(PYDLMS, "hdlc, window 7", "lls", "–", SEGMENTS, ""),
)

# meters of other make, the DCU's drivers are the client
METERS = (
    Case(PYDLMS, "wrapper", "none", "–", LIST, ""),
    Case(PYDLMS, "wrapper", "lls", "–", LIST, ""),
    Case(PYDLMS, "hdlc, window 1", "none", "–", LIST, ""),
    Case(PYDLMS, "hdlc, window 7", "lls", "–", LIST, ""),
)

# every service, with objects that keep what is set: tests/interop/test_services_of_other_make.py
EVERY = "long GET, SET and ACTION, with lists, ACCESS"
NO_BLOCKS = "the client of 1.0.203 fails when an answer comes in general blocks"
SERVICES = (
    ("client", Case(PYDLMS, "tcp", "none", "–", EVERY + "; blocks of the service", "")),
    ("client", Case(PYDLMS, "tcp", "none", "–", EVERY + "; general blocks, windows 1, 3", "")),
    ("meter", Case(PYDLMS, "wrapper", "none", "–", EVERY + "; general blocks, some lost", "")),
    ("client", Case(GURUX, "tcp", "none", "–", "general blocks", NO_BLOCKS)),
)

# who proves what: tests/interop/test_security_of_other_make.py
GLO, DED = "GET with list under glo-", "GET with list under ded-, a dedicated key"
SUITE_0 = "its simulated meter answers the challenge as one of suite 0"
SECURE_CLIENTS = (
    Case(GURUX, "tcp", "hls-gmac", "0", ALL_OBJECTS + ", all under glo-", ""),
    Case(GURUX, "udp", "hls-gmac", "0", ALL_OBJECTS + ", all under glo-", ""),
    Case(GURUX, "tcp", "hls-gmac", "2", ALL_OBJECTS + ", all under glo-", ""),
    Case(PYDLMS, "tcp", "hls-gmac", "0", "GET in blocks under glo", ""),
    Case(PYDLMS, "tcp", "hls-gmac", "0", "GET in blocks under general-glo", ""),
    Case(PYDLMS, "udp", "hls-gmac", "0", "GET in blocks under glo", ""),
)
SECURE_METERS = (
    Case(PYDLMS, "wrapper", "hls", "–", LIST, ""),
    Case(PYDLMS, "wrapper", "hls-md5", "–", LIST, ""),
    Case(PYDLMS, "wrapper", "hls-sha1", "–", LIST, ""),
    Case(PYDLMS, "wrapper", "hls-sha256", "–", LIST, ""),
    Case(PYDLMS, "wrapper", "hls-gmac", "–", LIST, ""),
    Case(PYDLMS, "hdlc", "hls-gmac", "–", LIST, ""),
    Case(PYDLMS, "wrapper", "hls-gmac", "0", GLO, ""),
    Case(PYDLMS, "wrapper", "hls-gmac", "1, 2", GLO, SUITE_0),
    Case(PYDLMS, "wrapper", "hls-sha256", "1", GLO, ""),
    Case(PYDLMS, "wrapper", "hls-sha256", "2", GLO, ""),
    Case(PYDLMS, "hdlc", "hls-gmac", "0", GLO, ""),
    Case(PYDLMS, "hdlc", "hls-sha256", "2", DED, ""),
    Case(PYDLMS, "wrapper", "hls-ecdsa", "1", GLO + ", on CPython", ""),
)

PAGE = pathlib.Path("docs/interop.md")
BEGIN, END = "<!-- matrix: generated -->\n", "<!-- matrix: end -->\n"
_HEAD = "| peer | as | transport | mechanism | suite | services | outcome |\n" + "|---" * 7 + "|\n"


def name_of(case):
    return f"{case.peer}-{case.transport}-{case.mechanism}-{case.suite}"


def run(cases):
    """Those that are tried."""
    return [case for case in cases if not case.why_not]


def table():
    rows = [("client", case) for case in CLIENTS + SECURE_CLIENTS]
    rows += [("meter", case) for case in METERS + SECURE_METERS]
    return _HEAD + "".join([_line(role, case) for role, case in rows + list(SERVICES)])


def _line(role, case):
    outcome = f"not supported by the peer: {case.why_not}" if case.why_not else "passed"
    cells = (case.peer, role, case.transport, case.mechanism, case.suite, case.services, outcome)
    return "| " + " | ".join(cells) + " |\n"


def main():
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2])
    print(table(), end="")


if __name__ == "__main__":
    main()
