"""The shape of a dialect: what each maker of modules says in its own way, as rows of tables.

The tables are in drivers/modem_simcom.py and modem_quectel.py; when which row is due is said in
drivers/modem.py and the files beside it. In a row, {link} is the number of a socket and {size} a
number of octets; {first} and {second} are user and password in the order of `modem.auth_order`.
The other places explain themselves.
"""

from collections import namedtuple

from wire.at import Command, command

LINKS_MAX = 6  # sockets at a time, of the module that has the fewest

# What a notification means.
DATA, CLOSED, INCOMING, LOST, RESTARTED, NOTHING = range(6)

# pattern -> meaning; `link` and `peer` are indices of fields.
Urc = namedtuple("Urc", ("pattern", "meaning", "link", "peer"))

# One row of a sequence. is_needed: else it may be refused; when: name of the value that must be
# set for it; code: index of the field of the last line that has to be 0.
Step = namedtuple("Step", ("command", "is_needed", "when", "code"))

# A line of a ping that tells a round trip: its pattern, how many fields it has, which is the time,
# in units of how many ms, and from which number on it means silence.
Echo = namedtuple("Echo", ("pattern", "fields", "index", "unit_ms", "lost"))

Dialect = namedtuple(
    "Dialect",
    (
        "name",
        "urcs",
        "counted",  # what announces octets of a socket
        "left",  # index there: octets that wait after these; None: read until there are none
        "piece",  # octets of one read or one send
        "iccid",
        "pin_tries",  # command, and index of the field: tries that the PIN has left
        "registration",  # commands, that of the bearer of data first
        "setup",  # steps after each start
        "save_rate",
        "restart",
        "down",  # steps that end the context and all sockets
        "up",  # steps that begin it
        "address",  # command, and index of the field that is our address
        "open",  # TCP; a step
        "open_udp",
        "send",
        "send_udp",
        "full",  # what a send says when the module has no room now; None: it never does
        "read",
        "close",
        "listen",
        "unlisten",
        "resolve",  # command and index of the address; None: the ping takes names
        "ping",
        "echo",
    ),
)


def step(text, is_needed=True, when=None, code=None, **how):
    return Step(command(text, **how), is_needed, when, code)


def urc(pattern, meaning, link=None, peer=None):
    return Urc(pattern, meaning, link, peer)


def fill(command, values, limit_ms=1 << 30):
    """The command with its places filled in; `limit_ms` if that is less than its own."""

    def filled(patterns):
        return [pattern.format(**values) for pattern in patterns]

    return Command(
        command.text.format(**values),
        filled(command.answers),
        filled(command.ends),
        filled(command.fails),
        command.is_prompted,
        min(command.limit_ms, limit_ms),
    )


COMMON_URCS = (
    urc("RDY", RESTARTED),
    urc("APP RDY", RESTARTED),
    urc("START", RESTARTED),
    urc("NORMAL POWER DOWN", RESTARTED),
    urc("UNDER-VOLTAGE POWER DOWN", RESTARTED),
    urc("POWERED DOWN", RESTARTED),
    urc("+CPIN: NOT READY", LOST),
    urc("NO CARRIER", NOTHING),  # of a data call that somebody else had begun
    urc("RING", NOTHING),
    urc("Call Ready", NOTHING),
    urc("SMS Ready", NOTHING),
    urc("SMS DONE", NOTHING),
    urc("PB DONE", NOTHING),
)
