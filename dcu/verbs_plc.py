"""What the console can do with the network behind the module slot: see dcu/verbs.py."""

from dcu.exit_codes import GOOD
from dcu.meter_services import clock_for_all
from dcu.plc_door import OPEN, OPEN_MAX_MIN, STRICT
from dcu.plc_survey import guarded
from dcu.plc_tree import nodes_of, tree_of
from dcu.schema import ADMISSIONS, PLC, whole
from dcu.verb_words import counted, mp_of
from hal import coop
from hal.errors import DcuError, Refused
from wire import module_image
from wire.errors import WireError
from wire.hdlc_address import CLIENT_PUBLIC

MODULE_FILE = "module-image"  # of the data folder: where the command line puts a firmware
_YES = "yes"
_TELL_MS = 20_000  # of a long job: who asked would think that we are gone
_EUI_DIGITS = 16


async def nodes(dcu, say):
    return GOOD, nodes_of(dcu)


async def tree(dcu, say, how=""):
    """`how`: "look" asks the module now, which takes some seconds."""
    if how not in ("", "look"):
        raise Refused(f"{how!r}: nothing, or look")
    if how:
        await say("asking the module for its tables")
        await dcu.plc.survey.look(dcu.plc.demand_running())
    return GOOD, tree_of(dcu)


async def stats(dcu, say):
    """Of the module since the DCU has known it, and of our side of the line."""
    module = dcu.plc.demand_running()
    dcu.plc.survey.totals.add(await module.statistics())
    return GOOD, dcu.plc.survey.totals.values


async def ping(dcu, say, name):
    """The way to a meter and back, hop by hop, as the module finds it now."""
    module, (short, eui) = dcu.plc.demand_running(), _member(dcu, name)
    await say(f"looking for the way to {_text(eui)}, address {short}")
    began_ms = dcu.clock.ticks_ms()
    forward, reverse = await module.path(short)
    took_ms = dcu.clock.ticks_ms() - began_ms
    ways = {"there": [_hop(dcu, each) for each in forward]}
    ways["back"] = [_hop(dcu, each) for each in reverse]
    return GOOD, {"eui": _text(eui), "short": short, "took_ms": took_ms, "ways": ways}


async def whitelist(dcu, say, mode="", minutes=""):
    """How meters are met that are not on file; "open" for some minutes, the others for good."""
    door = dcu.plc.door
    if mode == OPEN:
        span = whole(minutes, 1, OPEN_MAX_MIN)
        if span is None:
            raise Refused(f"open for how long? minutes, from 1 to {OPEN_MAX_MIN}")
        if dcu.plc.module.needs_keys and not dcu.settings.get("plc.psk"):
            raise Refused("nobody could join: there is no key for them (plc.psk)")
        door.open_for(span)
    elif mode in ADMISSIONS and not minutes:
        door.open_for(0)
        dcu.settings.put_all([("plc.admission", mode)], "the console")
    elif mode or minutes:
        words = f"{mode} {minutes}".strip()
        raise Refused(f"{words!r}: {', '.join(ADMISSIONS)}, or {OPEN} with minutes")
    if mode and door.mode != STRICT:
        await guarded(dcu.plc.module.search())
    strangers = [{"short": short, "eui": _text(eui)} for short, eui in door.strangers()]
    return GOOD, {"mode": door.mode, "open_s": door.open_left_s(), "strangers": strangers}


async def kick(dcu, say, name, sure=""):
    if sure != _YES:
        raise Refused("it could not be read until it has joined again: say --yes")
    short, eui = _member(dcu, name)
    await dcu.plc.kick(short, eui, "was put out by the operator")
    returns = "; it is on file, and may join again" if dcu.archive.find_eui(eui) else ""
    return GOOD, f"{_text(eui)} was told to leave{returns}"


async def rekey(dcu, say, sure=""):
    members = dcu.plc.book.members()
    if sure != _YES:
        raise Refused(
            f"{counted(len(members), 'meter')} get a new key, one after the other; who is away "
            "has to join anew: say --yes"
        )
    missed = await _told(say, dcu.plc.rekey(), f"{counted(len(members), 'meter')} get a new key")
    return GOOD, f"there is a new group key; {len(missed)} of {len(members)} meters have missed it"


async def sync(dcu, say):
    """The time to all meters at once; nobody answers. It is said as each client that meters are
    read by; the public client may set no clock, and who wants it ciphered does not take it."""
    if not dcu.clock.is_set:
        raise Refused("the clock of the DCU is not set")
    dcu.plc.demand_running()
    ways = {}
    for record in dcu.archive.meters(PLC):
        if record.client != CLIENT_PUBLIC and record.ciphering == "none":
            ways.setdefault((record.client, record.logical), []).append(record)
    if not ways:
        raise Refused("no meter would take it: a task of kind clock sets them one by one")
    for way in sorted(ways):
        sender, _ = dcu.broadcast(ways[way])
        await sender.send(clock_for_all(dcu.clock.utc_s()))
    clients = ", ".join([str(client) for client, _ in sorted(ways)])
    return GOOD, f"the time was said to all, as client {clients}; nobody answers"


async def upgrade(dcu, say, sure=""):
    """A firmware for the module, which is in the data folder. It is checked before anything."""
    if sure != _YES:
        raise Refused("nothing is read over the module meanwhile: say --yes")
    image = dcu.files.read(MODULE_FILE)
    if not image:
        raise Refused(f"no file {MODULE_FILE} in the data folder; dcu plc upgrade puts it there")
    try:
        module_image.decode(image)
    except WireError as error:
        raise Refused(error.reason)
    job = dcu.plc.demand_running().upgrade(image)
    await _told(say, job, f"{len(image)} octets for the module; the log says how far it is")
    return GOOD, "the module has its new firmware and starts with it"


async def _told(say, job, text):
    """The result of a long job, with a word now and then. It goes on when who asked has gone: a
    group key that only half of the meters have would cost the others."""
    running = coop.spawn(_outcome(job))
    while not running.done():
        await say(text)
        for _ in range(_TELL_MS // 1000):
            if not running.done():
                await coop.sleep_ms(1_000)
    result, error = await running
    if error:
        raise error
    return result


async def _outcome(job):
    """(result, None) or (None, error), for whom nobody may be there any more."""
    try:
        return await job, None
    except DcuError as error:
        return None, error


def _member(dcu, name):
    """(short address, EUI) of a member: `name` is its MP or its EUI-64."""
    if len(name) == _EUI_DIGITS:
        try:
            eui = bytes.fromhex(name)
        except ValueError:
            raise Refused(f"{name!r}: an MP, or an EUI-64 of 16 hex digits")
    else:
        record = dcu.archive.get(mp_of(name))
        eui = record.eui
        if not eui:
            raise Refused(f"MP {record.mp} on {record.place()} has no eui")
    short = dcu.plc.book.short(eui)
    if short is None:
        raise Refused(f"{_text(eui)} is not in the network; `dcu plc nodes` shows who is")
    return short, eui


def _hop(dcu, hop):
    record = dcu.plc.record_of(hop.address)
    return {
        "short": hop.address,
        "mp": record.mp if record else None,
        "cost": None if hop.no_metric else hop.link_cost,
        "phase": None if hop.phase_difference is None else 60 * (hop.phase_difference % 6),
    }


def _text(eui):
    return eui.hex().upper()


PLC_VERBS = (
    ("plc nodes", nodes, "", "the meters behind the module slot"),
    ("plc tree", tree, "[look]", "who is behind whom"),
    ("plc stats", stats, "", "what module and driver have counted"),
    ("plc ping", ping, "MP|EUI", "the way to a meter and back"),
    ("plc whitelist", whitelist, "[strict|alarm|open MINUTES]", "who is let in"),
    ("plc kick", kick, "MP|EUI [yes]", "a meter out of the network"),
    ("plc rekey", rekey, "[yes]", "a new group key for all"),
    ("plc upgrade", upgrade, "[yes]", "a new firmware for the module"),
    ("plc sync", sync, "", "the time to all at once"),
)
