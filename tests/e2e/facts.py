"""What must be true of a plant, looked at from the outside: the database of the HES, the meters'
own truth, the store of the DCU, the processes. Each fact is (holds, text).
"""

import json
import pathlib
import re
import time
import urllib.request

from boards import store
from dcu import reading
from dcu.alarm_codes import METER_BACK, METER_SILENT
from hal.files import Files
from hes_stub.queries import Queries
from meter_sim.curve import curve_of
from tests.e2e import slot
from tests.e2e.plant import BUSES, FIRST_ADDRESS, METERS_PER_BUS, TERMINAL

FILLED = "filled later from the meter's memory"
READ_MP = 5  # the meter that the demo reads on demand
ROUNDS_MIN = 2
HEARTBEATS_MIN = 2
_HEARD_S = 10  # ago at most: who is asked without a pause need not beat
_SETTLE_S = 30
_QUIET_S = 3600
_TASKS = 1, 2  # of the demo
_ALL = 10**9


def truth_of(mp, utc_s):
    """{column: value} that meter `mp` of the plant measured at `utc_s`."""
    if mp > slot.MP_BEFORE:
        return slot.truth_of(mp, utc_s)
    bus, place = divmod(mp - 1, METERS_PER_BUS)
    return curve_of(bus + 1, FIRST_ADDRESS + place).truth(utc_s)


def while_running(plant, read):
    """The facts that need the processes; waits until the rounds, then heartbeats have come."""
    hes = Queries(plant.hes_data)
    _wait_until(lambda: min(_rounds(hes.readings(last=_ALL))) >= ROUNDS_MIN)
    _quieten(plant)
    is_busy = plant.uplink != "tcp" or plant.has_slot  # a slow line, or much to tell
    _wait_until(lambda: is_busy or [row["heartbeats"] for row in hes.dcus()] >= [HEARTBEATS_MIN])
    (dcu,) = hes.dcus() or [{"terminal": "none", "heartbeats": 0, "connected": 0}]
    page = _page(f"http://127.0.0.1:{plant.web_port}/")
    status = plant.call_dcu("status", "--json")
    return [
        (dcu["terminal"] == TERMINAL and dcu["connected"], f"terminal {TERMINAL} is registered"),
        _heartbeats(plant.uplink, is_busy, dcu),
        _on_demand(plant, read),
        (TERMINAL.encode() in page, "the status page of the HES names the terminal"),
        _changed(plant),
        (b"panel.js" in _page(panel_url(plant)), "the front panel has its page"),
        (status.returncode == 0 and TERMINAL in status.stdout, "dcu status answers"),
    ]


def _heartbeats(uplink, is_busy, dcu):
    count = dcu["heartbeats"]
    if uplink == "server":
        return count == 0, "a DCU that is dialled sends no heartbeats"
    if not is_busy:
        return count >= HEARTBEATS_MIN, f"{count} heartbeats answered"
    silent_s = int(time.time()) - (dcu["fetched_s"] or 0)
    good = count > 0 or silent_s <= _HEARD_S
    return good, f"{count} heartbeats answered, and it was fetched from {silent_s} s ago"


def panel_url(plant):
    return f"http://127.0.0.1:{dict(plant.settings)['web.port']}/"


def _changed(plant):
    """What the HES has set is what the command line of the DCU shows."""
    listed = plant.call_dcu("settings", "list", "--json").stdout
    is_so = ["hes.reply_s", "6"] in [row[:2] for row in json.loads(listed or "[]")]
    return (is_so, "a setting changed by the HES is so in the DCU")


def _page(url):
    try:
        return urllib.request.urlopen(url, timeout=10).read()
    except OSError as error:
        return str(error).encode()


def _wait_until(holds):
    ends_s = time.monotonic() + _SETTLE_S
    while time.monotonic() < ends_s and not holds():
        time.sleep(0.5)


def _quieten(plant):
    """Nothing more to tell: rounds every few seconds would leave no silence for a heartbeat."""
    plant.call_dcu("settings", "set", f"collect.period_s={_QUIET_S}")
    for task in _TASKS:
        plant.call_dcu("tasks", "remove", task)


def _rounds(readings):
    """Number of readings of each meter of the buses."""
    counts = dict.fromkeys(range(1, len(BUSES) * METERS_PER_BUS + 1), 0)
    for row in readings:
        if row["mp"] in counts:
            counts[row["mp"]] += 1
    return list(counts.values())


def _on_demand(plant, read):
    """The value that `hes read` printed lies between the truth at the start and now."""
    match = re.search(r"= ([\d.]+) Wh", read.stdout)
    if read.returncode or not match:
        return False, f"on-demand read: exit {read.returncode}, {read.stdout}{read.stderr}"
    value_wh = float(match[1])
    low = truth_of(READ_MP, plant.started_s)["energy_import_wh"]
    high = truth_of(READ_MP, time.time())["energy_import_wh"]
    return low <= value_wh <= high, f"on-demand read through the DCU is true: {value_wh:.0f} Wh"


def after_stop(plant):
    """The facts that hold when all has ended."""
    hes = Queries(plant.hes_data)
    readings = hes.readings(last=_ALL)
    wrong = [row for row in readings if untrue(row)]
    rounds = _rounds(readings)
    alarms = hes.alarms(last=_ALL)
    hes_records = hes.records(last=_ALL)
    kept = open_store(plant)
    hes.close()
    behind_slot = slot.facts(readings, alarms) if plant.has_slot else []
    return behind_slot + [
        (min(rounds) >= ROUNDS_MIN, f"all {len(rounds)} meters were read in {min(rounds)} rounds"),
        (not wrong, f"{len(readings)} readings at the HES equal the meters' truth"),
        lost_readings(kept, readings),
        lost_alarms(kept, alarms),
        _records(kept, hes_records),
        _meter_alarm(alarms, METER_SILENT, "the silent meter's alarm is at the HES"),
        _meter_alarm(alarms, METER_BACK, "so is that it is back"),
        (not processes_of(plant.folder), "no process is left behind"),
        (not any(plant.tty(bus).is_symlink() for bus in BUSES), "no pty is left behind"),
    ]


def untrue(row):
    """The columns of a reading at the HES that are not what the meter measured."""
    truth = truth_of(row["mp"], row["clock_s"])
    values = [(name, row[name], value) for name, value in truth.items()]
    return [name for name, found, value in values if found not in (None, value)]


def open_store(plant):
    """The store of the DCU, which must have ended."""
    return store.open_store(Files(str(plant.dcu_data)))


def lost_readings(kept, readings):
    """Every reading that the DCU holds as acknowledged is at the HES with the same values."""
    journal = kept.journal("readings", 100_000)
    at_hes = {(row["mp"], row["slot_s"]): row for row in readings}
    missing = 0
    for _, payload in journal.read(0, journal.mark):
        mp, slot_s, _ = reading.unpack(payload)
        missing += (mp, slot_s) not in at_hes
    good = missing == 0 and journal.mark > 0
    return good, f"of {journal.mark} acknowledged readings {missing} are missing at the HES"


def lost_alarms(kept, alarms):
    """Every alarm up to the mark is at the HES, once."""
    journal = kept.journal("alarms", 4096)
    numbers = sorted([row["seq"] for row in alarms])
    good = numbers[: journal.mark] == list(range(1, journal.mark + 1)) and journal.mark > 0
    return good, f"all {journal.mark} acknowledged alarms are at the HES, each once"


def _meter_alarm(alarms, code, text):
    return any(row["code"] == code and row["mp"] for row in alarms), text


def processes_of(folder):
    """Command lines of the processes of this machine that name the folder."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:
            continue  # it has just ended
        if str(folder).encode() in words:
            found.append(words)
    return found


def _records(kept, at_hes):
    """All acknowledged records of tasks are at the HES, each once."""
    journal = kept.journal("records", 1_000_000)
    numbers = [row["seq"] for row in at_hes]
    are_there = set(range(1, journal.mark + 1)) <= set(numbers)
    good = are_there and len(numbers) == len(set(numbers)) and journal.mark > 0
    return good, f"{len(numbers)} records of tasks are at the HES, each once"
