"""Runs the DCU:  python -m boards.run --data DIR [--board pc] [--set KEY=VALUE ...]

The same under MicroPython. It is built to be killed: nothing needs an orderly end.
"""

import sys

from boards import console_file, front, linux, pc, wiring
from boards.cover import cover_switch
from boards.disk import free_for_start
from boards.ethernet import ethernet_of
from boards.one_at_a_time import claim
from boards.panel import Panel
from boards.panel_memory import Memory
from boards.panel_status import watch_modem
from boards.store import open_store
from boards.web import Web
from dcu import app
from dcu.alarm_codes import POWER_UP
from dcu.console import Console
from dcu.tell_version import tell_version
from dcu.unit import VERSION
from hal import coop, net
from hal.clock import Clock
from hal.errors import DcuError, Refused
from hal.files import Files
from hal.token import random_token
from storage.slots import Slots

BOARDS = {board.NAME: board for board in (pc, linux)}
USAGE = "usage: run --data DIR [--board pc|linux] [--set KEY=VALUE ...]"
_PANEL_MS = 120_000  # a panel that is not seen for so long is late
_FROM_FILE = "@"  # --set KEY=@FILE: a secret does not belong on a command line


def main(words):
    """Exit code 0 when interrupted, 1 for wrong use or when the watchdog would bite."""
    if "--help" in words:
        print(USAGE)
        return 0
    try:
        folder, board, pairs = options(words)
        coop.run(_run(folder, board, pairs))
    except DcuError as error:
        print(f"dcu run: {error}")
    except KeyboardInterrupt:
        print("stopped")
        return 0
    return 1


def options(words):
    """(folder, board, [(key, text)]) of the command line, or Refused."""
    folder, board, pairs = None, "pc", []
    words = list(words)
    while words:
        option = words.pop(0)
        if option not in ("--data", "--board", "--set") or not words:
            raise Refused(f"{option!r} not understood; {USAGE}")
        text = words.pop(0)
        if option == "--data":
            folder = text
        elif option == "--board":
            board = text
        else:
            pairs.append(pair(text))
    if not folder:
        raise Refused(f"--data is missing; {USAGE}")
    if board not in BOARDS:
        raise Refused(f"no board {board!r}; there are: {', '.join(sorted(BOARDS))}")
    return folder, BOARDS[board], pairs


def pair(text):
    """(key, text) of KEY=VALUE or KEY=@FILE."""
    key, equals, value = text.partition("=")
    if not equals:
        raise Refused(f"{text!r}: write KEY=VALUE, or KEY=@FILE for a secret")
    if value[:1] == _FROM_FILE:
        value = _first_line(value[1:])
    return key, value


def _first_line(path):
    """Of a file that holds a secret."""
    try:
        with open(path) as file:
            return file.readline().strip()
    except OSError as error:
        raise Refused(f"{path}: cannot be read (errno {error.errno})")
    except UnicodeError:
        raise Refused(f"{path}: is not text")


def log_of(clock):
    """Lines on standard output, each with the time of day in UTC.

    One that the output does not take is lost: when the disk is full under the log as well,
    readings wait in memory, and whoever says so must not fail for it.
    """

    def log(part, text):
        second = clock.utc_s() % 86_400
        line = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z {part}: {text}"
        try:
            print(line)
        except (OSError, UnicodeError):
            pass

    return log


async def _run(folder, board, pairs):
    files = Files(folder)
    clock = Clock()
    log = log_of(clock)
    if await _is_running(files):
        raise Refused(f"a DCU is already running on {folder}; `dcu status` shows it")
    await claim(files)
    files.remove_unfinished()
    free_for_start(files, log)
    dcu = wiring.unit_of(board, files, clock, log, pairs)
    wiring.complete(dcu, open_store(files))
    dcu.panel = Panel(dcu, Memory(Slots(files, "panel", dcu.damage)))
    dcu.ethernet = ethernet_of(dcu)
    parts = wiring.parts_of(dcu)
    parts.append(app.Part("ethernet", dcu.ethernet.run, _PANEL_MS, clock))
    parts.append(app.Part("panel", dcu.panel.run, _PANEL_MS, clock))
    modem = app.Part("modem facts", lambda part: watch_modem(dcu, part), _PANEL_MS, clock)
    parts.append(modem)
    parts.append(app.Part("keypad", front.keypad(dcu).run, _PANEL_MS, clock))
    parts.append(app.Part("display", front.display(dcu).run, _PANEL_MS, clock))
    parts.append(app.Part("lamps", front.lamps(dcu).run, _PANEL_MS, clock))
    parts.append(app.Part("cover", cover_switch(dcu).run, _PANEL_MS, clock))
    parts.append(app.Part("web page", Web(dcu).run, _PANEL_MS, clock))
    token = random_token()
    server = await net.serve(Console(dcu, token).serve, console_file.HOST, 0)
    console_file.write(files, server.port, token)
    log("app", f"opendcu {VERSION} on {dcu.interpreter}, terminal {dcu.settings.terminal_id()}")
    for text in wiring.ports_in_words(dcu):
        log("app", text)
    dcu.say_what_was_mended()
    dcu.alarms.raise_alarm(POWER_UP, 0, f"version {VERSION}")
    tell_version(Slots(files, "version", dcu.damage), VERSION, dcu.alarms.raise_alarm)
    try:
        await app.run(parts, board.feed_watchdog, log, clock, lambda: dcu.ending)
    finally:
        await server.close()


async def _is_running(files):
    """By what its console says. A damaged file must not keep a board from starting again."""
    try:
        return await console_file.ask(files, "status", [], _nobody, 5_000) is not None
    except Refused:
        return False


def _nobody(text):
    pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
