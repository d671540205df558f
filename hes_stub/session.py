"""What one DCU is asked for as long as it is connected: its archive, its readings, its alarms."""

import asyncio
import sqlite3

from hes_stub import rows
from hes_stub.database import ALARMS, READINGS, RECORDS
from hes_stub.errors import HesError, NoAnswer, ReadRefused
from hes_stub.events import say
from hes_stub.fetch import Fetch
from wire import apdu, association, axdr, dialogue, obis
from wire.apdu import Attribute
from wire.errors import WireError

# After a refusal: a person has to set a password or keys, and each is an alarm in the DCU
AGAIN_MIN_S, AGAIN_MAX_S = 60, 3600
# Between two looks at the archive, a second for each meter: some 45 octets a second. An alarm, and
# a read of a meter that is not known, bring the next one forward
ARCHIVE_MIN_S, ARCHIVE_MAX_S = 60, 300
MP_MAX = 0xFFFF
_DATA, _PROFILE = 1, 7
_VERSION = Attribute(_DATA, obis.parse("0.0.0.2.0.255"), 2)
_ARCHIVE = Attribute(_PROFILE, obis.parse("0.0.99.128.2.255"), 2)
_MP = (_DATA, obis.parse("0.0.96.130.1.255"), 2, 0)


class Session:
    """`link` is a registered hes_stub.link.Link; `access`, over it: hes_stub/access.py."""

    def __init__(self, link, database, access, fetch_s):
        self._link = link
        self._access = access
        self._terminal = link.terminal
        self._database = database
        self._fetch_s = fetch_s
        self._readings = Fetch(self._terminal, access.do, database, READINGS)
        self._alarms = Fetch(self._terminal, access.do, database, ALARMS)
        self._records = Fetch(self._terminal, access.do, database, RECORDS)
        self._meters = None
        self._archive_due_s = 0
        self._alarms_seen = 0
        self._complaint = None
        self._is_in = False
        self._has_no_records = False

    async def run(self):
        """Until the link is lost, which cancels the task, or the DCU gives no good answer; who
        runs it closes the link then."""
        try:
            for pause_s in pauses_s():
                if await self._associated():
                    break
                await asyncio.sleep(pause_s)
            await self._attempt(self._read_version)
            while True:
                await self._attempt(self._round)
                await self._wait()
        except NoAnswer as error:
            say(f"{error}; the connection is closed")
        except HesError as error:
            say(f"terminal {self._terminal}: {error}; the connection is closed")
        except WireError as error:
            say(f"terminal {self._terminal} breaks the protocol, closed: {rows.printable(error)}")

    async def do(self, steps):
        """For an errand: what the dialogue with the DCU returns."""
        return await self._access.do(steps)

    async def look(self):
        """An errand: read the archive now."""
        self._archive_due_s = 0
        await self._attempt(self._look_at_meters)

    async def rekey(self):
        """An errand: give the DCU new keys."""
        try:
            await self._access.rekey()
        except dialogue.AccessRefused as error:
            if error.exception:
                raise
            raise ReadRefused(f"terminal {self._terminal} has no cosem.kek, or another one")
        except sqlite3.Error as error:
            raise HesError(f"hes.db refused: {error}")
        say(f"terminal {self._terminal} has new keys, and is to dial again")

    async def _associated(self):
        try:
            await self._access.associate()
            self._is_in, self._link.trouble = True, ""
            return True
        except dialogue.AssociationRefused as error:
            text = rows.printable(error)
            if error.diagnostic == association.CONTEXT_NOT_SUPPORTED:
                text += f": {self._access.other_context}"
            self._complain(text)
        except NoAnswer:
            raise
        except HesError as error:
            self._complain(str(error))
        except sqlite3.Error as error:
            self._complain(f"not asked: hes.db refused: {error}")
        return False

    async def _round(self):
        await self._alarms.catch_up(self._between_alarms)
        await self._look_at_meters()
        await self._readings.catch_up(self._between)
        self._database.heard(self._terminal, self._readings.backlog)
        await self._catch_up_records()

    async def _catch_up_records(self):
        try:
            await self._records.catch_up(self._between)
        except dialogue.AccessRefused as error:
            if error.exception:
                raise
            if not self._has_no_records:
                say(f"terminal {self._terminal} has no records of tasks: an older version?")
            self._has_no_records = True

    async def _wait(self):
        """Until the next round is due; alarms that are pushed meanwhile are taken at once."""
        ends_s = asyncio.get_running_loop().time() + self._fetch_s
        while asyncio.get_running_loop().time() < ends_s:
            try:
                async with asyncio.timeout_at(ends_s):
                    await self._link.woken.wait()
            except TimeoutError:
                return
            self._link.woken.clear()
            await self._attempt(self._take_pushes)
            await self._run_errands()

    async def _between(self):
        """While a backlog is fetched: what is urgent all the same."""
        await self._take_pushes()
        await self._run_errands()

    async def _between_alarms(self):
        """Likewise, while old alarms are fetched: new ones do not wait for them."""
        await self._take_pushes(is_behind=True)
        await self._run_errands()

    async def _run_errands(self):
        while self._link.errands:
            await self._run(*self._link.errands[0])
            self._link.errands.popleft()

    async def _run(self, what, done):
        """An errand, unless who asked for it has gone."""
        failure = None
        if not done.done():
            try:
                await what(self)
            except HesError as error:
                failure = error
        if not done.done():
            done.set_exception(failure) if failure else done.set_result(None)
        if isinstance(failure, NoAnswer):
            raise failure

    async def _take_pushes(self, is_behind=False):
        """is_behind: old alarms are being fetched."""
        for _ in range(len(self._link.pushes)):  # those that come meanwhile have their turn
            pushed = axdr.decode_all(apdu.decode(self._link.pushes.popleft()).data)
            if isinstance(pushed, tuple):
                await self._take_live(*rows.live(pushed))
            elif is_behind:
                await self._alarms.take_live(rows.alarms(pushed))
            else:
                await self._alarms.take(rows.alarms(pushed), self._between_alarms)
        await self._look_at_meters()

    async def _take_live(self, buffer, pushed):
        for fetch in (self._readings, self._records):
            if fetch.buffer == buffer:
                await fetch.take_live(fetch.rows(pushed))
                return
        raise WireError(f"a push of {obis.text(buffer)}, which is none of ours")

    async def _look_at_meters(self):
        """Alarms change the states of meters, so they bring the next look forward."""
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._archive_due_s or self._alarms.stored != self._alarms_seen:
            self._alarms_seen = self._alarms.stored
            await self._read_archive()
            self._archive_due_s = now_s + archive_pause_s(len(self._meters))

    async def _read_version(self):
        version = await self._access.do(dialogue.get(_VERSION))
        self._database.has_version(self._terminal, rows.text(version))

    async def _read_archive(self):
        found = []
        while True:
            after = found[-1].mp if found else 0
            restricting = dialogue.restricting_attribute(*_MP)
            access = dialogue.by_range(restricting, axdr.u16(after + 1), axdr.u16(MP_MAX))
            page = rows.meters(await self._access.do(dialogue.get(_ARCHIVE, access)), after)
            found += page
            if not page or page[-1].mp == MP_MAX:
                break
        if found != self._meters:
            self._database.replace_meters(self._terminal, found)
            self._meters = found

    async def _attempt(self, action):
        """Do it; what the disk or the DCU refuses is said once and tried again next time."""
        try:
            await action()
            self._complaint = None
        except sqlite3.Error as error:
            self._complain(f"nothing stored or acknowledged: hes.db refused: {error}")
        except dialogue.AccessRefused as error:
            if error.exception:
                raise  # it has lost the association: begin anew
            self._complain(rows.printable(error))

    def _complain(self, text):
        if not self._is_in:
            self._link.keep_out(text)
        if text != self._complaint:
            say(f"terminal {self._terminal}: {text}")
        self._complaint = text


def pauses_s():
    """Between associations that are refused, one after the other."""
    pause_s = AGAIN_MIN_S
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, AGAIN_MAX_S)


def archive_pause_s(meters):
    return min(max(meters, ARCHIVE_MIN_S), ARCHIVE_MAX_S)
