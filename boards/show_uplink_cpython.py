"""Prints the uplink for a person: a part of show_cpython.py."""

from boards.words_cpython import harmless, when

_NETWORK = {"home": "in the home network", "roaming": "roaming"}


def volume(rows):
    """What has gone over it, a line for each bearer and period."""
    for row in rows:
        octets = f"{row['sent']} octets sent, {row['received']} received"
        online = f"online {row['online_s'] // 60} min"
        failed = f"{row['redials']} redials, {row['resets']} resets"
        logins = f"{row['logins']} logins, {row['heartbeats_missed']} heartbeats missed"
        words = [octets, online, logins, failed]
        if "signal_mean_dbm" in row:
            ends = f"{row['signal_min_dbm']} to {row['signal_max_dbm']}"
            words.append(f"signal {ends} dBm, {row['signal_mean_dbm']} on average")
        yield f"  {row['when']:<10} {row['bearer']}: {', '.join(words)}"


def _uplink(status):
    heard = when(status["last_contact_s"]) if status["last_contact_s"] else "not since start"
    way = ", ".join([status[name] for name in ("channel", "mode", "tls") if status[name]])
    yield f"uplink     {way}: {harmless(status['state'])}"
    yield f"HES        {status['host'] or 'none set (hes.main)'}; heard {heard}"
    counts = f"{status['sessions']} sessions, {status['heartbeats']} heartbeats answered and"
    failed = f"{status['redials']} redials, {status['resets']} resets"
    yield f"of late    {counts} {status['heartbeats_missed']} missed, {failed}"
    if status["module"]:
        yield f"module     {_module(status['module'])}"
    yield from _trial(status["trial"])
    yield from volume(status["volume"])


def _trial(trial):
    if trial["came_back"]:
        yield f"came back  {trial['came_back']}"
    if trial["left_s"] is not None:
        keys = ", ".join(trial["keys"])
        yield f"on trial   {trial['left_s']} s more, then back without a login: {keys}"


def _module(facts):
    dbm = facts["signal_dbm"]
    network = _NETWORK.get(facts["registration"], facts["registration"])
    words = [facts["model"], facts["operator"], network, None if dbm is None else f"{dbm} dBm"]
    return harmless(", ".join([word for word in words if word])) or "not known yet"


def _ethernet(status):
    yield f"{status['interface']:<10} {harmless(status['state'])}"
    yield f"set        {status['ipv4']}"
    if status["came_back"]:
        yield f"came back  {harmless(status['came_back'])}"
    if status["trial_s"] is not None:
        yield f"on trial   {status['trial_s']} s more; `dcu ethernet keep` keeps it,"
        yield f"           else {status['kept']} comes back"


def _log(rows):
    if not rows:
        yield "nothing yet"
    for utc_s, text in rows:
        yield f"{when(utc_s)}  {harmless(text)}"


LINES = {"uplink": _uplink, "uplink log": _log, "ethernet": _ethernet}
