"""What the console tells of the uplink: see dcu/verbs.py."""

from dcu.exit_codes import GOOD

_MODULE = ("model", "operator", "registration", "signal_dbm")  # of drivers/modem.py status


async def uplink(dcu, say):
    """dcu/uplink.py status, and by which way; "module" is None where none is in use; "trial" is
    dcu/way_trial.py status."""
    channel = dcu.settings.get("uplink.channel")
    status = dcu.uplink.status()
    status["channel"], status["mode"] = channel, dcu.settings.get("uplink.mode")
    is_module = channel == "modem"
    status["module"] = {name: dcu.modem_facts.get(name) for name in _MODULE} if is_module else None
    status["trial"] = dcu.way_trial.status()
    return GOOD, status


async def uplink_log(dcu, say):
    """[(utc_s, text)], the oldest first."""
    return GOOD, dcu.uplink.told.rows


UPLINK_VERBS = (
    ("uplink", uplink, "", "the way to the HES, and what has gone over it"),
    ("uplink log", uplink_log, "", "what has happened to it of late"),
)
