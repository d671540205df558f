"""Sends what is new to the HES at once, while it fetches a backlog in its order.

A notification is a structure {octet-string(6) name of a buffer, array of rows as of its attribute
2}. The rows stay in the buffer, and are acknowledged in their turn: what is lost on the way, or by
a HES that does not take them, is fetched all the same. What is older than LIVE_S, as filled holes
are, is not new.

Reference: IEC 62056-5-3, DataNotification.
"""

from dcu import reading, record
from dcu.buffers import reading_row, task_row
from hal import coop
from hal.errors import PortError, Refused
from wire import apdu, axdr, obis

LIVE_S = 7_200
OCTETS_MAX = 1200  # of the rows of one notification, that it fits a datagram; one at least
WAIT_MS = 5_000  # for more to go with it
_LOOK_MS = 1_000
_READS_MAX = 64


async def push_live(session, feeds, clock, seal):
    """Beside one session, until it is cancelled or its port fails. `session.send(apdu)`;
    `seal(apdu)` gives it as it goes on the wire, ciphered or in clear."""
    while True:
        await coop.sleep_ms(_LOOK_MS)
        for feed in feeds:
            rows = feed.due(clock.ticks_ms(), clock.utc_s())
            if rows:
                try:
                    await session.send(seal(_notification(feed.buffer, rows)))
                except PortError:
                    return  # the session ends by the same error
                except Refused:
                    pass  # no counter: the HES fetches them


def feeds_of(dcu):
    """One for each session: of the readings, and of the records of tasks."""

    def new_reading(seq, payload, since_s):
        is_new = reading.unpack(payload)[1] >= since_s
        return reading_row(seq, payload) if is_new else None

    def new_record(seq, payload, since_s):
        taken = record.unpack(payload)
        is_new = taken.slot_s >= since_s and dcu.tasks.pushes(taken.task)
        return task_row(seq, taken) if is_new else None

    def pushes_readings():
        return dcu.settings.get("collect.push") == "yes"

    return (
        Feed("0.0.99.128.1.255", dcu.readings, new_reading, pushes_readings),
        Feed("0.0.99.128.3.255", dcu.records, new_record, lambda: True),
    )


class Feed:
    """What comes into a journal from now on.

    row_of    function(seq, payload, since_s) -> octets of the row, or None when it is not new
    is_wanted function() -> whether any of it is to be sent
    """

    def __init__(self, buffer, journal, row_of, is_wanted):
        self.buffer = obis.parse(buffer)
        self._journal = journal
        self._row_of = row_of
        self._is_wanted = is_wanted
        self._sent = journal.last
        self._since_ms = None  # when the oldest that waits was seen

    def due(self, now_ms, now_s):
        """Rows to be sent now. They wait a little, so that more go together."""
        after = max(self._sent, self._journal.mark)
        if self._journal.last <= after:
            return []
        try:
            records = self._journal.read(after, _READS_MAX)
        except PortError:
            return []  # the disk; it is asked again at the next look
        rows, last, is_full = self._new(records, now_s)
        if self._since_ms is None:
            self._since_ms = now_ms
        if rows and not is_full and now_ms - self._since_ms < WAIT_MS:
            return []
        self._sent, self._since_ms = last, None
        return rows

    def _new(self, records, now_s):
        """(rows, number up to which they go, whether there are more than go together)"""
        rows, size, last = [], 0, self._sent
        for seq, payload in records:
            row = self._row_of(seq, payload, now_s - LIVE_S) if self._is_wanted() else None
            size += len(row) if row else 0
            if rows and size > OCTETS_MAX:
                return rows, last, True
            if row:
                rows.append(row)
            last = seq
        return rows, last, False


def _notification(buffer, rows):
    body = axdr.structure([axdr.octets(buffer), axdr.array(rows)])
    return apdu.encode(apdu.DataNotification(0, b"", body))
