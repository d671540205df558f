"""What the panel starts and somebody has to wait for: reading a meter now, searching a bus."""

from dcu.schema import PORTS
from dcu.verbs import read
from dcu.verbs_scan import scan
from hal import coop
from hal.errors import DcuError, Refused

READ_TARGETS = "0.0.1.0.0.255,1.0.1.8.0.255"  # clock, active energy import
SEARCHED = "1-127"  # addresses of one octet
_SEARCHES = {f"search.{port[-1]}": port for port in PORTS}


class Jobs:
    """One at a time; what came of it stays until the next one begins."""

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
        coop.spawn(self._run(self._searched(key) if key in _SEARCHES else self._read(row)))

    def text(self, key, row):
        """How far it is, or what came of it."""
        return self._text if self._what == (key, row) else ""

    async def _run(self, job):
        try:
            self._text = await job
        except DcuError as error:
            self._text = str(error)
        finally:
            self._is_running = False

    async def _say(self, what):
        if isinstance(what, str):
            self._text = what

    async def _read(self, mp):
        _, result = await read(self._dcu, self._say, str(mp), READ_TARGETS)
        return " ".join([_value(row) for row in result["values"]])

    async def _searched(self, key):
        _, found = await scan(self._dcu, self._say, _SEARCHES[key], SEARCHED)
        return "; ".join([_found(row) for row in found])


def _value(row):
    said = row.get("error") or f"{row['value']} {row.get('unit', '')}".strip()
    return f"{row['obis']}: {said};"


def _found(row):
    return f"{row['address']} {'MP ' + str(row['mp']) if row['on_file'] else 'new'}"
