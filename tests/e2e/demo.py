"""`make demo`: the whole plant on this machine, with a play; `make demo-check` also checks it.

python -m tests.e2e.demo [--check] [--interpreter cpython|micropython] [--plc]
                         [--uplink tcp|modem|udp|server|tls|modem-tls|server-tls]
"""

import argparse
import fcntl
import pathlib
import shutil
import signal
import sys
import tempfile
import threading
import time

from tests.e2e import facts, slot, ways
from tests.e2e.plant import BUSES, METERS_PER_BUS, ROOT, TERMINAL, Plant, free_port, mp_of

OFF_BUS, OFF_ADDRESS = 2, 19  # the meter that is switched off
READ_OBIS = "1.0.1.8.0.255"
PERIOD_S = 4
GAP = 3, 18  # bus and address of the meter whose line is cut
TASKS = "id,kind,meters,period,window\n1,profile,1-2,1m,\n2,switch,all,30s,\n"
TOO_MUCH = "3,events,all,1m,2s\n"
SETTINGS = (
    ("collect.period_s", str(PERIOD_S)),
    ("collect.silent_after", "2"),
    ("meter.reply_ms", "300"),
    ("meter.attempts", "2"),
    ("hes.heartbeat_s", "3"),
    ("hes.reply_s", "5"),
)
REPLY_S = 6
PANEL_PASSWORD = "246802"
_WAIT_S = 60
_SLOT_S = 180  # for 20 meters to join
_ISO = "%Y-%m-%dT%H:%M:%S"
_NAMES = {
    "dcu": "DCU  ",
    "hes": "HES  ",
    "bus 1": "bus 1",
    "bus 2": "bus 2",
    "bus 3": "bus 3",
    "modem": "modem",
    "slot": "slot ",
}


class Screen:
    """Lines of all the processes, each with who said it; our own between them."""

    def __init__(self):
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def heard(self, name, line):
        with self._lock:
            print(f"{self._seconds()} {_NAMES[name]} | {line}", flush=True)

    def say(self, text):
        with self._lock:
            print(f"{self._seconds()} ————— | {text}", flush=True)

    def _seconds(self):
        return f"{time.monotonic() - self._began:6.1f} s"


def play(plant, screen):
    """What a person sees in the first half minute. AssertionError when it does not come."""
    total = len(BUSES) * METERS_PER_BUS
    screen.say(f"{len(BUSES)} buses with {METERS_PER_BUS} meters each, the DCU, the HES: starting")
    plant.start()
    plant.hes.wait_for(f"terminal {TERMINAL} (registered|answers)", _WAIT_S)
    screen.say(f"status page of the HES: http://127.0.0.1:{plant.web_port}/")
    screen.say(f"front panel of the DCU: {facts.panel_url(plant)}, password {PANEL_PASSWORD}")
    plant.hes.wait_for(r"fetched \d+ readings", _WAIT_S)
    screen.say(f"switching off meter MP {mp_of(OFF_BUS, OFF_ADDRESS)} (bus {OFF_BUS})")
    plant.switch(OFF_BUS, OFF_ADDRESS, "off")
    read = _read(plant, screen, facts.READ_MP)
    plant.hes.wait_for(f"meter silent.*MP {mp_of(OFF_BUS, OFF_ADDRESS)}", _WAIT_S)
    screen.say("its alarm is at the HES; switching it on again")
    plant.switch(OFF_BUS, OFF_ADDRESS, "on")
    plant.hes.wait_for(f"meter back.*MP {mp_of(OFF_BUS, OFF_ADDRESS)}", _WAIT_S)
    screen.say(f"all {total} meters are read again")
    if plant.has_slot:
        slot.play(plant, screen, _SLOT_S)
        _read(plant, screen, slot.READ_MP)
    play_tasks(plant, screen)
    play_settings(plant, screen)
    play_gap(plant, screen)
    screen.say("that was all; it goes on until Ctrl-C")
    return read


def _panel():
    """The front panel in a browser."""
    password, port = ("panel.password", PANEL_PASSWORD), ("web.port", str(free_port()))
    return (password, port, ("web.on", "yes"))


def _read(plant, screen, mp):
    """From the HES, now."""
    read = plant.call_hes("read", TERMINAL, mp, READ_OBIS)
    said = (read.stdout + read.stderr).strip()
    screen.say(f"hes read {TERMINAL} {mp} {READ_OBIS}: {said}")
    return read


def play_tasks(plant, screen):
    """The HES gives the DCU tasks; one that cannot be done is refused, and the reason told."""
    file = plant.folder / "tasks.csv"
    for text in (TASKS, TASKS + TOO_MUCH):
        file.write_text(text)
        screen.say(f"hes tasks {TERMINAL} --set: {text.strip().splitlines()[-1]}")
        said = plant.call_hes("tasks", TERMINAL, "--set", file)
        for line in (said.stdout + said.stderr).strip().splitlines():
            screen.say("    " + line)
    assert "its window is" in said.stderr, "a task that does not fit was taken"
    plant.hes.wait_for(r"fetched \d+ records", _WAIT_S)


def play_settings(plant, screen):
    """The HES changes a setting of the DCU; one that cannot be is refused, and the reason told."""
    for pair in (f"hes.reply_s={REPLY_S}", "hes.reply_s=0"):
        done = plant.call_hes("settings", TERMINAL, pair)
        said = (done.stdout + done.stderr).strip()
        screen.say(f"hes settings {TERMINAL} {pair}: {said}")
        assert "hes.reply_s" in said, said
    assert "refused" in said, "a setting out of its range was taken"


def play_gap(plant, screen):
    """A meter that is cut off, its hole, and the story of a reading that came later."""
    mp = mp_of(*GAP)
    screen.say(f"cutting the line to meter MP {mp} for a while")
    plant.tell(GAP[0], "fault", GAP[1], "silent")
    cut_s = int(time.time()) + PERIOD_S
    plant.hes.wait_for(f"meter silent.*MP {mp}", _WAIT_S)
    plant.tell(GAP[0], "clear", GAP[1])
    ends_s = time.monotonic() + _WAIT_S
    told = ""
    while time.monotonic() < ends_s and facts.FILLED not in told:
        time.sleep(1)
        told = plant.call_dcu("why", mp, time.strftime(_ISO, time.gmtime(cut_s))).stdout
    screen.say(f"dcu why {mp} {time.strftime(_ISO, time.gmtime(cut_s))}")
    for line in told.splitlines():
        screen.say("    " + line)
    assert facts.FILLED in told, "the hole was not filled"


def _parse(words):
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("--check", action="store_true", help="check each fact, then end")
    parser.add_argument("--uplink", default="tcp", choices=tuple(ways.DCU_SETTINGS))
    parser.add_argument("--plc", action="store_true", help="with a G3 module and its meters")
    parser.add_argument("--interpreter", default="cpython", choices=("cpython", "micropython"))
    return parser.parse_args(words)


def _only_one(path):
    """An open file that holds the lock, or None when another demo has it."""
    file = open(path, "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def main(words=None):
    options = _parse(words)
    signal.signal(signal.SIGTERM, _interrupt)
    screen = Screen()
    if options.check:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="opendcu-"))
    else:
        folder = ROOT / "demo-data"
        lock = _only_one(folder.with_suffix(".lock"))
        if lock is None:
            print("a demo is running in this folder already; end it first")
            return 1
        shutil.rmtree(folder, ignore_errors=True)
    plant = Plant(
        folder,
        options.interpreter,
        SETTINGS + _panel(),
        screen.heard,
        uplink=options.uplink,
        has_slot=options.plc,
    )
    try:
        if options.check:
            return check(plant, screen)
        play(plant, screen)
        while all(process.running() for process in plant.processes()):
            time.sleep(0.5)
        screen.say("a process has ended by itself")
        return 1
    except AssertionError as error:
        screen.say(f"FAILED: {error}")
        return 1
    except KeyboardInterrupt:
        screen.say("stopping")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must leave no process
        plant.stop()
        if options.check:
            shutil.rmtree(folder, ignore_errors=True)


def check(plant, screen):
    """0 when every fact holds."""
    try:
        read = play(plant, screen)
        settled = facts.while_running(plant, read)
    finally:
        plant.stop()
    held = [row for rows in (settled, facts.after_stop(plant)) for row in rows]
    for good, text in held:
        print(f"{'ok    ' if good else 'FAILED'} {text}", flush=True)
    bad = sum(not good for good, _ in held)
    print(f"demo-check on {plant.interpreter}: {len(held) - bad} facts hold, {bad} do not")
    return 1 if bad else 0


def _interrupt(number, frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
