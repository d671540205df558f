"""What the menu shows of the DCU: one function for each key that lcd_menu/tree.py asks for."""

from dcu.meter_state import ONLINE
from dcu.unit import VERSION
from hal.errors import Refused
from lcd_menu import engine, render
from lcd_menu.tree import MENU
from wire import axdr

_CHANNEL_TAIL = -1  # rs485-3 is "3" in a narrow column


class Panel:
    """The front panel of one DCU, for every place that shows it."""

    def __init__(self, dcu):
        self._menu = engine.Menu(MENU, Model(dcu))

    def press(self, key):
        """Press `key` ("" only looks): {"rows", "inverted", "text", "frame" in hex}."""
        if key:
            self._menu.press(key)
        screen = self._menu.screen()
        return {
            "rows": screen.rows,
            "inverted": screen.inverted,
            "text": engine.text(screen),
            "frame": bytes(render.frame(screen)).hex(),
        }


class Model:
    """What lcd_menu/engine.py asks: show(key, row), rows(key), icons()."""

    def __init__(self, dcu):
        self._dcu = dcu

    def show(self, key, row=None):
        if row is None:
            return str(_VALUES[key](self._dcu))
        try:
            record = self._dcu.archive.get(row)
        except Refused:
            return "removed"  # from the archive, while it is looked at
        return str(_METER[key](record, self._dcu.states.of(record)))

    def rows(self, key):
        return [record.mp for record in self._dcu.archive.meters()]

    def icons(self):
        hes = "hes" if self._dcu.uplink.state == "online" else "hes-off"
        waiting = self._dcu.alarms.last > self._dcu.alarms.mark
        return (hes, "alarm") if waiting else (hes,)


def _now(dcu):
    return _utc(dcu.clock.utc_s()) if dcu.clock.is_set else "clock not set"


def _utc(utc_s):
    at = axdr.date_time(utc_s)
    year = at[0] << 8 | at[1]
    return f"{year}-{at[2]:02}-{at[3]:02} {at[5]:02}:{at[6]:02}:{at[7]:02}Z"


def _meter_row(record, state):
    return f"{record.mp:>4} {record.address:>5} {record.channel[_CHANNEL_TAIL:]} {state.state}"


def _last_good(record, state):
    return "not since start" if state.last_good_s is None else _utc(state.last_good_s)


_VALUES = {
    "terminal.id": lambda dcu: dcu.settings.terminal_id(),
    "clock.utc": _now,
    "uplink.state": lambda dcu: dcu.uplink.state,
    "meters.total": lambda dcu: len(dcu.archive.meters()),
    "meters.online": lambda dcu: dcu.meter_counts().get(ONLINE, 0),
    "readings.stored": lambda dcu: dcu.readings.last,
    "alarms.waiting": lambda dcu: dcu.alarms.last - dcu.alarms.mark,
    "firmware.version": lambda dcu: VERSION,
    "firmware.interpreter": lambda dcu: dcu.interpreter,
    "board.name": lambda dcu: dcu.board,
}
_METER = {
    "meters": _meter_row,
    "meter.mp": lambda record, state: record.mp,
    "meter.address": lambda record, state: record.address,
    "meter.channel": lambda record, state: record.channel,
    "meter.state": lambda record, state: state.state,
    "meter.last_good": _last_good,
    "meter.success": lambda record, state: f"{state.good} of {state.good + state.failed}",
    "meter.reason": lambda record, state: state.reason or "-",
}
