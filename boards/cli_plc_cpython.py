"""The verbs of `dcu` about the network behind the module slot: a part of cli_cpython.py."""

from boards import do_cpython as do
from boards.words_cpython import described

_NODE = ("node", None, "measuring point, or EUI-64")


def add(verbs, asking):
    """`asking` makes a verb with --data and --json: see cli_cpython.py."""
    group = verbs.add_parser("plc", **described("the network behind the module slot"))
    rows = group.add_subparsers(dest="what", required=True, metavar="VERB")
    asking(rows, "nodes", "the meters: address, hops, phase, state", do.console("plc nodes"))
    tree = asking(rows, "tree", "who is behind whom", _tree)
    tree.add_argument("--look", action="store_true", help="ask the module now, some seconds")
    asking(
        rows,
        "stats",
        "what module and driver have counted since the DCU was started",
        do.console("plc stats"),
    )
    asking(rows, "ping", "the way to a meter and back, hop by hop", _ping, _NODE)
    asking(
        rows,
        "whitelist",
        "who is let in that is not on file, and who is in; or change that",
        _whitelist,
        ("mode", "?", "strict, alarm, or open"),
        ("minutes", "?", "open: for how long"),
    )
    asking(rows, "sync", "the time to all meters at once, unanswered", do.console("plc sync"))
    kick = asking(rows, "kick", "a meter out of the network", _kick, _NODE)
    rekey = asking(rows, "rekey", "a new group key for all", _rekey)
    for verb in (kick, rekey):
        verb.add_argument("--yes", action="store_true", help="meters may have to join again")
    image = ("file", None, "the firmware, as wire/module_image.py has it")
    upgrade = asking(rows, "upgrade", "a new firmware for the module", do.module_upgrade, image)
    upgrade.add_argument("--yes", action="store_true", help="nothing is read meanwhile")


def _tree(options):
    return do.show(options, "plc tree", ["look"] * options.look)


def _ping(options):
    return do.show(options, "plc ping", [options.node])


def _whitelist(options):
    words = [word for word in (options.mode, options.minutes) if word]
    return do.show(options, "plc whitelist", words)


def _kick(options):
    return do.show(options, "plc kick", [options.node] + ["yes"] * options.yes)


def _rekey(options):
    return do.show(options, "plc rekey", ["yes"] * options.yes)
