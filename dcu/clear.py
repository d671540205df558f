"""All that was collected goes: asked for now, done at the next start.

A file says that it is to be done until it is. So a power cut leaves nothing half cleared, and
nobody reads or writes meanwhile. Settings, archive, tasks, keys and counters, alarms, statistics
and what was learned of the meters stay; numbers of records go on.
"""

from dcu.alarm_codes import DATA_CLEARED
from hal.errors import PortError

ASKED = "clear.asked"


def ask(files, reason):
    """Durable on return. `reason` is ASCII. PortError."""
    files.replace(ASKED, reason.encode())


def do_if_asked(dcu, journals):
    """At start, before anything is put. A disk that does not do it is tried at the next start."""
    files = dcu.files
    if ASKED not in files.names(ASKED):
        return
    reason = "".join([chr(octet) for octet in files.read(ASKED) if 32 <= octet < 127])
    try:
        dcu.store.clear(journals)
        dcu.alarms.raise_alarm(DATA_CLEARED, 0, reason)
        if not dcu.alarms.unstored:
            files.remove(ASKED)
    except PortError as error:
        dcu.damage.append(f"the data is not all cleared: {error}")
