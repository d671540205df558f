"""The DCU as a terminal of Q/GDW 376.1: serves one frame of a HES at a time.

The same settings, archive, readings and alarms as for DLMS, the panel and the console, by other
names: docs/gdw.md. A function that is not known is denied, and the rest of the frame is served.

Reference: Q/GDW 376.1-2009, 4.3.4, 5.
"""

from dcu import (
    gdw_control,
    gdw_events,
    gdw_file,
    gdw_forward,
    gdw_history,
    gdw_live,
    gdw_parameters,
    gdw_reset,
    gdw_task_report,
    gdw_time,
)
from dcu.alarm_codes import AUTHENTICATION_FAILURE
from dcu.civil import DAY_S, Zone
from dcu.gdw_answer import ANSWERED_MAX, OTHER, WELL, Answer
from dcu.gdw_points import Points
from dcu.gdw_tasks import Tasks
from hal import coop
from hal.errors import DcuError, Refused, WireError
from wire import qgdw3761
from wire.cosem_time import date_of
from wire.cursor import Cursor
from wire.hls import same
from wire.qgdw3761_formats import A1
from wire.qgdw3761_frame import PASSWORD, PROTOCOL_376, password_size
from wire.qgdw3761_message import (
    CLASS_1,
    CLASS_2,
    CLASS_3,
    CONFIGURED,
    CONTROL,
    FILES,
    QUERY,
    RESET,
    SET,
    TASK_DATA,
    TRANSPARENT,
    codec_of,
    take_units,
)
from wire.qgdw3761_units import ALL_POINTS, from_bcd, take_unit_id

_ORDERS = (RESET, SET, CONTROL, FILES, TRANSPARENT)
_MINUTE_S = 60
_SET_CLOCK, _ADMIT = 31, 36  # of AFN 05
_EXCLUDED_TAKES = (_SET_CLOCK, _ADMIT)


def _params(table):
    """The functions of a table as coroutine functions, for those that never wait."""

    def of(function):
        async def call(gdw, pn, value):
            return function(gdw, pn, value)

        return call

    return {fn: of(table[fn]) for fn in table}


_SERVICES = {  # AFN: {Fn: coroutine function(gdw, pn, value)}
    RESET: gdw_reset.RESET,
    SET: _params(gdw_parameters.SET),
    CONTROL: gdw_control.CONTROL,
    CONFIGURED: gdw_live.CONFIGURATION,
    QUERY: _params(gdw_parameters.GET),
    CLASS_1: gdw_live.LIVE,
    CLASS_2: gdw_history.READ,
    CLASS_3: gdw_events.READ,
    FILES: gdw_file.FILES,
    TRANSPARENT: gdw_forward.FORWARD,
}


class Gdw:
    """octets_in  function(period of dcu/tally.py) -> octets over all bearers
    kept_of    function(name) -> load() and save(bytes) of what dcu/gdw_*.py keep
    """

    def __init__(self, dcu, octets_in, kept_of):
        self.dcu = dcu
        self.octets = octets_in
        self._zone = Zone("UTC0")
        self.events = gdw_events.Events(self, kept_of("gdw"))
        self.tasks = Tasks(kept_of("gdw-tasks"), self.zone)
        self.points = Points(kept_of("gdw-points"))
        self.files = gdw_file.FileTransfer(dcu, kept_of("gdw-file"))

    # for the functions

    def zone(self):
        text = self.dcu.settings.get("clock.zone")
        if text != self._zone.text:
            self._zone = Zone(text)
        return self._zone

    def minute_of(self, utc_s):
        return gdw_time.minute_of(self.zone(), utc_s)

    def second_of(self, utc_s):
        return gdw_time.second_of(self.zone(), utc_s)

    def last(self, mp):
        """(time_s, values) of the last reading of a meter on file. Refused without one."""
        self.dcu.archive.get(mp)
        row = self.dcu.profile.last(mp)
        if row is None:
            raise Refused(f"376.1: MP {mp} has not been read yet")
        return row

    def waiting(self):
        """EC, while important events wait; else nothing."""
        return bytes(self.events.counters()) if self.events.are_waiting() else b""

    def may_report(self):
        """Whether anything but logins and heartbeats is said unasked."""
        get = self.dcu.settings.get
        return (get("gdw.on"), get("gdw.push"), get("gdw.excluded")) == ("yes", "yes", "no")

    async def visit(self, mp, use):
        """What `use(meter)` gives, between two exchanges of the scheduled work."""
        meter = self.dcu.open_meter(self.dcu.archive.get(mp))
        await meter.open(urgent=True)
        try:
            return await use(meter)
        finally:
            await meter.close()

    # for the session

    def is_ours(self, frame):
        """Whether it is for this terminal, be it among others."""
        if not frame.is_group:
            return qgdw3761.terminal_text(frame) == self.dcu.settings.terminal_id()
        if frame.number == qgdw3761.NUMBER_BROADCAST:
            return True
        groups = self.dcu.settings.get("gdw.groups").split(",")
        return bool(frame.number) and str(frame.number) in groups

    def is_taken(self, frame):
        """Whether it is in time, and of an edition that is served. If not it is dropped."""
        get = self.dcu.settings.get
        if frame.protocol != PROTOCOL_376 and get("gdw.frames_2005") == "no":
            return False
        return not (get("gdw.check_tp") == "yes" and self._is_late(frame.time))

    def clock_octets(self):
        """Of a heartbeat: A.1, or nothing as in the edition of 2009, or without a time."""
        is_told = self.dcu.settings.get("gdw.heartbeat_clock") == "yes"
        if not is_told or not self.dcu.clock.is_set:
            return b""
        return A1.give(self.second_of(self.dcu.clock.utc_s()))

    async def serve(self, frame, send, has_called, is_secured=False):
        """Answer a request.

        send        coroutine function(Frame)
        has_called  whether the HES has dialled us, and nobody knows who it is
        is_secured  but for TLS, by which it has proved to be ours
        """
        answer = self._answer_to(frame, send)
        try:
            units, rest = take_units(frame.afn, False, frame.body, password_size(frame))
            why = self._why_not(frame, rest, has_called, is_secured)
            why = why or self._why_excluded(frame, units)
        except WireError as error:
            why = error.reason
        if why:
            self.dcu.log("376.1", f"AFN {frame.afn:02X} is denied: {why}")
            await answer.deny()
            return
        for count, (pn, fn, value) in enumerate(self._asked(frame.afn, units)):
            if count == ANSWERED_MAX:
                self.dcu.log("376.1", f"more than {ANSWERED_MAX} answers to one frame")
                break
            await self._serve_one(answer, frame.afn, pn, fn, value)
            await coop.sleep_ms(0)  # others have their turn
        for pn, fn in _not_understood(frame, rest):
            await answer.add(pn, fn, None, OTHER)
        await answer.end()

    def _answer_to(self, frame, send):
        settings = self.dcu.settings
        ours = qgdw3761.address_from_text(settings.terminal_id())
        longest, by_unit = settings.get("gdw.frame_octets"), settings.get("gdw.confirm") == "unit"
        return Answer(frame, ours, send, longest, by_unit, self.waiting)

    async def _serve_one(self, answer, afn, pn, fn, value):
        if afn == TASK_DATA:
            await self._serve_task(answer, pn, fn, value)
            return
        function = _SERVICES.get(afn, {}).get(fn)
        found, error = None, OTHER
        if function:
            try:
                found = await function(self, pn, value)
                error = WELL
            except DcuError as failure:
                self.dcu.log("376.1", f"AFN {afn:02X} F{fn} p{pn}: {failure}")
        if error == WELL and afn in (SET, CONTROL, RESET):
            error = found or WELL
        codec = codec_of(afn, fn, True)
        octets = codec.give(found) if error == WELL and codec else None
        await answer.add(pn, fn, octets, error)

    async def _serve_task(self, answer, pn, fn, value):
        try:
            await gdw_task_report.report_again(self, answer, pn, fn, value)
        except DcuError as failure:
            self.dcu.log("376.1", f"AFN 0B F{fn} p{pn}: {failure}")
            await answer.add(pn, fn, None, OTHER)

    def _asked(self, afn, units):
        """Yields (pn, fn, value) of each. All points are the meters on file, but not in an order:
        one frame does not cut off everybody."""
        for unit in units:
            pairs = zip(unit.points, unit.data)
            if unit.points == [ALL_POINTS] and afn not in _ORDERS:
                pairs = [(meter.mp, unit.data[0]) for meter in self.dcu.archive.meters()]
            for pn, values in pairs:
                for fn, value in zip(unit.functions, values):
                    yield pn, fn, value

    def _why_not(self, frame, rest, has_called, is_secured):
        """Why nothing of it is done, or "". An order that needs no password may come from whom we
        have dialled, unless DLMS would ask him for more."""
        get = self.dcu.settings.get
        if get("gdw.on") == "no":
            return "gdw.on is no"
        if frame.afn not in _ORDERS:
            return ""
        wanted = bytes.fromhex(get("gdw.password"))
        is_asked = frame.afn != TRANSPARENT or get("gdw.pw_in_10") == "yes"
        if wanted and is_asked:
            if same(bytes(rest[-PASSWORD:]), wanted):
                return ""
            text = "a 376.1 order without the password"
            self.dcu.alarms.raise_alarm(AUTHENTICATION_FAILURE, 0, text)
            return text
        is_open = not has_called and not get("cosem.ek") and not get("cosem.password")
        if is_open or is_secured or get("gdw.open_orders") == "yes":
            return ""
        return "orders need gdw.password here, or TLS (or gdw.open_orders)"

    def _why_excluded(self, frame, units):
        """A terminal that is excluded takes what is in _EXCLUDED_TAKES."""
        if self.dcu.settings.get("gdw.excluded") == "no":
            return ""
        asked = [fn for unit in units for fn in unit.functions]
        taken = _EXCLUDED_TAKES if frame.number == qgdw3761.NUMBER_BROADCAST else (_ADMIT,)
        is_taken = frame.afn == CONTROL and not [fn for fn in asked if fn not in taken]
        return "" if is_taken else "gdw.excluded is yes"

    def _is_late(self, time):
        """Tp is PFC, second, minute, hour and day in BCD, and how many minutes are allowed."""
        if not time or not time[5] or not self.dcu.clock.is_set:
            return False
        try:
            second, minute, hour, day = [from_bcd(octet) for octet in time[1:5]]
        except WireError:
            return True
        now_s = self.dcu.clock.utc_s()
        days, of_day_s = divmod(now_s + self.zone().offset_s(now_s), DAY_S)
        sent_s = 3600 * hour + 60 * minute + second
        for back in (0, 1):
            if date_of(days - back)[2] == day:
                return back * DAY_S + of_day_s - sent_s >= _MINUTE_S * time[5]
        return date_of(days + 1)[2] != day


def _not_understood(frame, rest):
    """(pn, fn) of the unit that could not be taken apart, if there is one and it has a name."""
    if len(rest) <= (password_size(frame) if frame.afn in _ORDERS else 0):
        return []
    try:
        points, functions = take_unit_id(Cursor(rest))
    except WireError:
        return []
    return [(pn, fn) for pn in points if pn != ALL_POINTS for fn in functions]
