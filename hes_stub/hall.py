"""Who is here: the connections, the DCUs by terminal ID, and one task for each DCU.

A terminal that logs in again has lost its first connection, or is a second box with the same ID:
the newer connection replaces the older one, and the line that says so shows a pair that fights.
"""

import asyncio
import sqlite3
import traceback

from hes_stub.events import say
from hes_stub.session import Session

CONNECTIONS_MAX = 10_000
STRANGERS_MAX = 200  # connections that have not logged in
WELL_S = 60  # a connection heard so recently was well
RIVALS = 2  # logins in a row in place of a connection that was well: then it is told
RIVALS_TOLD = 50  # and again after so many more


class Hall:
    """`access_to(link)` gives hes_stub/access.py for a DCU that has registered."""

    def __init__(self, database, access_to, fetch_s, connections_max=CONNECTIONS_MAX):
        self._database = database
        self._access_to = access_to
        self._fetch_s = fetch_s
        self._connections_max = connections_max
        self._links = set()
        self._strangers = set()
        self._tasks = {}
        self.dcus = {}  # terminal: Link

    # What a Link tells

    def entered(self, link):
        """Whether there is room for it."""
        if len(self._links) >= self._connections_max or len(self._strangers) >= STRANGERS_MAX:
            say(f"connection from {link.peer} refused: too many connections")
            return False
        self._links.add(link)
        self._strangers.add(link)
        return True

    def registered(self, link):
        older = self.dcus.get(link.terminal)
        self.dcus[link.terminal] = link
        self._strangers.discard(link)
        self._note(self._database.logged_in, link.terminal, link.peer)
        how = "answers at" if link.is_dialled else "registered from"
        say(f"terminal {link.terminal} {how} {link.peer}")
        if older:
            say(f"terminal {link.terminal}: its older connection from {older.peer} is closed")
            self._tell_rivals(older, link)
            self._stop(older)
        session = Session(link, self._database, self._access_to(link), self._fetch_s)
        task = asyncio.get_running_loop().create_task(session.run())
        task.add_done_callback(lambda task: self._ended(link, task))
        self._tasks[link] = task

    def _tell_rivals(self, older, link):
        """A DCU that lost its connection comes back after a silence, and once."""
        was_well = asyncio.get_running_loop().time() - older.heard_s < WELL_S
        link.rivals = older.rivals + 1 if was_well else 0
        if link.rivals % RIVALS_TOLD == RIVALS:
            text = (
                f"two connections claim {link.terminal} (addresses {older.peer} and {link.peer}):"
                " two DCUs with one terminal ID? Set another terminal.number in one of them"
            )
            self._note(self._database.notice, link.terminal, text)
            say(text)

    def beaten(self, link):
        count = self._note(self._database.heartbeat, link.terminal)
        say(f"heartbeat of {link.terminal} answered ({count})")

    def reported(self, link, text):
        """Whether it is kept, and may be confirmed."""
        try:
            self._database.event(link.terminal, text)
        except sqlite3.Error as error:
            say(f"hes.db refused: {error}")
            return False
        say(f"terminal {link.terminal} reports by 376.1: {text}")
        return True

    def complained(self, link, text):
        say(f"{link.name} {text}")

    def left(self, link):
        self._links.discard(link)
        self._strangers.discard(link)
        self._stop(link)
        if link.terminal and self.dcus.get(link.terminal) is link:
            del self.dcus[link.terminal]
            self._note(self._database.gone, link.terminal)
            say(f"terminal {link.terminal} is gone")

    def close(self):
        for link in list(self._links):
            link.close()

    def _stop(self, link):
        """End its task, which closes it."""
        task = self._tasks.pop(link, None)
        if task:
            task.cancel()

    def _ended(self, link, task):
        """A mistake of ours costs this connection only, and is said."""
        if not task.cancelled() and task.exception():
            say(f"{link.name}: closed by a mistake of the HES: {task.exception()!r}")
            traceback.print_exception(task.exception())
        link.close()

    def _note(self, write, *values):
        """Presence is worth a try, not a DCU: the disk may be full."""
        try:
            return write(*values)
        except sqlite3.Error as error:
            say(f"hes.db refused: {error}")
            return "?"
