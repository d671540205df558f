"""What the panel starts and somebody has to wait for: one job at a time, each a row of JOBS."""

from boards.panel_status import civil
from boards.panel_tests import TESTS
from boards.panel_usb import from_usb
from dcu.schema import PORTS
from dcu.verbs import read
from dcu.verbs_scan import scan
from dcu.why import why
from hal import coop
from hal.errors import DcuError, Refused

READ_TARGETS = "0.0.1.0.0.255,1.0.1.8.0.255"  # clock, active energy import
SEARCHED = "1-127"  # addresses of one octet


class Jobs:
    """What came of it stays until the next one begins."""

    def __init__(self, dcu):
        self._dcu = dcu
        self._is_running = False
        self._what = None
        self._text = ""

    def start(self, key, row):
        """Refused while another one goes on; asked for again, it goes on."""
        if self._is_running:
            if self._what == (key, row):
                return
            raise Refused("one at a time: something is being read or searched")
        self._is_running, self._what, self._text = True, (key, row), "..."
        coop.spawn(self._run(JOBS[key](self._dcu, self._tell, key, row)))

    def text(self, key, row):
        """How far it is, or what came of it."""
        return self._text if self._what == (key, row) else ""

    def is_running(self, key):
        return self._is_running and self._what[0] == key

    def _tell(self, text):
        self._text = text

    async def _run(self, job):
        try:
            self._text = await job
        except DcuError as error:
            self._text = str(error)
        finally:
            self._is_running = False


def _say_of(tell):
    """What the verbs of the console want, who tell rows beside texts."""

    async def say(what):
        if isinstance(what, str):
            tell(what)

    return say


async def _read(dcu, tell, key, mp):
    _, result = await read(dcu, _say_of(tell), str(mp), READ_TARGETS)
    return "; ".join([f"{row['obis']}: {_said(dcu, row)}" for row in result["values"]])


def _said(dcu, row):
    if row.get("utc_s"):
        utc_s = row["utc_s"]
        return f"{civil(dcu, utc_s)}:{utc_s % 60:02}"
    return row.get("error") or f"{row['value']} {row.get('unit', '')}".strip()


async def _search(dcu, tell, key, row):
    _, found = await scan(dcu, _say_of(tell), PORTS[int(key[-1]) - 1], SEARCHED)
    return "; ".join([_found(each) for each in found])


def _found(row):
    return f"{row['address']} {'MP ' + str(row['mp']) if row['on_file'] else 'new'}"


async def _why(dcu, tell, key, mp):
    """Of the slot that ended last, or is at hand: a line for each thing that happened."""
    stories = await why(dcu, dcu.archive.get(mp), dcu.clock.utc_s())
    lines = [line for story in stories for line in [f"# {story['task']}"] + story["lines"]]
    return "\n".join(lines)


JOBS = {"meter.read": _read, "meter.why": _why, "firmware.usb": from_usb}
for _number in range(1, len(PORTS) + 1):
    JOBS[f"search.{_number}"] = _search
JOBS.update(TESTS)
