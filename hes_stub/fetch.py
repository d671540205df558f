"""One numbered stream of one DCU (its readings, or its alarms), fetched so that nothing is lost.

Ask from our position on, commit rows and new position together, then tell the DCU how far we are.
Dying between any two of these costs a repetition, never a record: see hes_stub.streams.
"""

from collections import namedtuple

from hes_stub import rows, streams
from hes_stub.acks import Acks
from hes_stub.ahead import Ahead
from hes_stub.database import ALARMS, READINGS, RECORDS, Position
from hes_stub.events import say
from hes_stub.settle import settle
from wire import axdr, dialogue, obis
from wire.apdu import Attribute

ALARM_LINES_MAX = 8  # of one batch; the others are counted
_DATA, _PROFILE = 1, 7

# buffer, key (the column that ranges are of), newest and acknowledged number, rows from a value
Stream = namedtuple("Stream", ("name", "buffer", "key", "newest", "acknowledged", "rows"))


def _stream(name, buffer, key, acknowledged, to_rows):
    newest = Attribute(_DATA, obis.parse(key), 2)
    mark = Attribute(_DATA, obis.parse(acknowledged), 2)
    return Stream(name, Attribute(_PROFILE, obis.parse(buffer), 2), newest, newest, mark, to_rows)


STREAMS = {
    stream.name: stream
    for stream in (
        _stream(
            READINGS, "0.0.99.128.1.255", "0.0.96.128.1.255", "0.0.96.129.1.255", rows.readings
        ),
        _stream(RECORDS, "0.0.99.128.3.255", "0.0.96.128.3.255", "0.0.96.129.3.255", rows.records),
        _stream(ALARMS, "0.0.99.98.0.255", "0.0.96.128.2.255", "0.0.96.129.2.255", rows.alarms),
    )
}


async def _nothing():
    pass


class Fetch:
    """`do(dialogue)` is awaited for the result of a dialogue with the DCU."""

    def __init__(self, terminal, do, database, name):
        self._terminal = terminal
        self._do = do
        self._database = database
        self._stream = STREAMS[name]
        self._verified = False  # our last record is still the DCU's record of that number
        self.backlog = 0
        self.stored = 0
        self.buffer = self._stream.buffer.ln
        self.rows = self._stream.rows

    async def catch_up(self, between=_nothing):
        """Fetch until the DCU has nothing newer. `between()` is awaited after each answer, so
        that what is urgent need not wait for a backlog."""
        numbers = await self._do(
            dialogue.get_list([self._stream.newest, self._stream.acknowledged])
        )
        newest, acknowledged = [_number(result) for result in numbers]
        position = self._database.position(self._terminal, self._stream.name)
        if newest < position.seq:
            position = await self._restart(position, newest)
        ahead = Ahead(self._ask, rows.U32_MAX)
        acks = Acks(self._acknowledge, acknowledged)
        try:
            while newest > position.seq or not self._verified:
                step = streams.follow(position, await ahead.rows(position.seq, newest))
                if step.restarted:
                    await settle(ahead.give_up())
                    position = await self._restart(position, position.seq - 1)
                    continue
                self._verified = True
                if not step.fresh:
                    break
                self._store(step)
                await acks.up_to(step.position.seq)
                await between()
                position = self._database.position(self._terminal, self._stream.name)
            await acks.up_to(position.seq)
            await acks.done()
        finally:
            await settle(ahead.give_up(), acks.give_up())
        self.backlog = max(0, newest - position.seq)

    async def take(self, pushed, between=_nothing):
        """Rows that the DCU sent by itself; what does not simply go on is asked for instead."""
        position = self._database.position(self._terminal, self._stream.name)
        if not streams.goes_on(position, pushed, self._held):
            self._store_ahead(position, pushed)
            self._verified = False
            await self.catch_up(between)
            return
        step = streams.follow(position, pushed)
        if step.fresh:
            self._store(step)
        if step.position.seq:
            await self._acknowledge(step.position.seq)  # perhaps it did not hear us last time

    async def take_live(self, pushed):
        """As `take`, of a stream with a backlog: what does not go on is stored beside it, and
        comes again in its turn."""
        position = self._database.position(self._terminal, self._stream.name)
        if self._verified and streams.goes_on(position, pushed, self._held):
            await self.take(pushed)
        else:
            self._store_ahead(position, pushed)

    def _store_ahead(self, position, pushed):
        """Without going on to them: what is before them is still missing."""
        if not self._verified or not streams.are_ours(position, pushed, self._held):
            return  # nobody knows yet whether these are numbers of the same DCU
        name = self._stream.name
        fresh = [row for row in pushed if row.seq > position.seq]
        new = self._database.store(self._terminal, name, fresh, position)
        self.stored += len(new)
        if name == ALARMS:
            self._tell_alarms(new)
        elif fresh:
            say(f"{len(new)} {name} of {self._terminal} stored as they came")

    def _store(self, step):
        """Commit, then say so."""
        event = self._missing_text(step) if step.missing else None
        name = self._stream.name
        new = self._database.store(self._terminal, name, step.fresh, step.position, event)
        self.stored += len(new)
        if event:
            say(event)
        self._tell_alarms(new) if name == ALARMS else self._tell_rows(step, len(new))

    async def _ask(self, first, last=rows.U32_MAX):
        key = self._stream.key
        restricting = dialogue.restricting_attribute(key.class_id, key.ln, key.index, 0)
        access = dialogue.by_range(restricting, axdr.u32(first), axdr.u32(last))
        return self._stream.rows(await self._do(dialogue.get(self._stream.buffer, access)))

    async def _acknowledge(self, seq):
        await self._do(dialogue.set_(self._stream.acknowledged, axdr.u32(seq)))

    async def _restart(self, position, highest):
        """The Position after the DCU's numbers have begun again, kept with an event."""
        seq = await self._fork(highest)
        after = Position(position.epoch + 1, seq, streams.mark(*self._held(seq)) if seq else "")
        text = (
            f"terminal {self._terminal}: its {self._stream.name} were numbered up to"
            f" {position.seq}, and are numbered anew from {seq + 1} (replaced or cleared?):"
            f" epoch {after.epoch}"
        )
        self._database.store(self._terminal, self._stream.name, [], after, text)
        say(text)
        return after

    async def _fork(self, highest):
        steps = streams.fork(highest)
        same = None
        while True:
            try:
                seq = steps.send(same)
            except StopIteration as end:
                return end.value
            found, held = await self._ask(seq, seq), self._held(seq)
            same = held == (found[0].mp, found[0].time_s) if found and held else None

    def _held(self, seq):
        return self._database.held(self._terminal, self._stream.name, seq)

    def _missing_text(self, step):
        return (
            f"terminal {self._terminal}: up to {step.missing} {self._stream.name} before number"
            f" {step.position.seq} are not held by the DCU any more (dropped, cleared, or its"
            " database was lost: then it leaves out up to 10,000 numbers that it never gave)"
        )

    def _tell_rows(self, step, new):
        again = len(step.fresh) - new
        renewed = f" ({again} of slots that were here already)" if again else ""
        say(
            f"fetched {len(step.fresh)} {self._stream.name} of {self._terminal},"
            f" up to {step.position.seq}, stored in hes.db{renewed}"
        )

    def _tell_alarms(self, alarms):
        for alarm in alarms[:ALARM_LINES_MAX]:
            where = f", MP {alarm.mp}" if alarm.mp else ""
            text = f": {alarm.text}" if alarm.text else ""
            say(
                f"alarm of {self._terminal}: {rows.alarm_name(alarm.code)}{where}{text}"
                f" (seq {alarm.seq}) stored"
            )
        more = len(alarms) - ALARM_LINES_MAX
        if more > 0:
            say(f"and {more} more alarms of {self._terminal}, up to seq {alarms[-1].seq}, stored")


def _number(result):
    dar, value = result
    if dar:
        raise dialogue.AccessRefused(dar)
    return rows.whole(value, 0, rows.U32_MAX)
