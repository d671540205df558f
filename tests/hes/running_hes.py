"""A HES on a free port of this machine, in the loop of the test, for `check(hes)`."""

import asyncio
from functools import partial

from hes_stub.access import ByKeys, ByPassword
from hes_stub.credentials import Password
from hes_stub.database import Database
from hes_stub.gdw import Gdw
from hes_stub.hall import Hall
from hes_stub.key_store import KeyStore
from hes_stub.keys import Keys
from hes_stub.link import Link
from hes_stub.ondemand import Reader
from hes_stub.queries import Queries

WAIT_S = 10


class Hes:
    def __init__(
        self, folder, password=b"", meter_password=b"", fetch_s=0.02, rooms=100, key_file=None
    ):
        self.folder = folder
        self._database = Database(folder / "hes.db")
        self.password = Password(password)
        access_to = partial(ByPassword, password=self.password)
        self.keys = None
        if key_file:
            self._store = KeyStore(folder / "hes.db")
            self.keys = Keys(key_file, self._store)
            access_to = partial(ByKeys, keys=self.keys)
        self.hall = Hall(self._database, access_to, fetch_s, rooms)
        self.reader = Reader(self.hall, self._database, Password(meter_password))
        self.gdw = Gdw(self.hall)
        self._queries = Queries(folder)

    async def start(self, **limits):
        loop = asyncio.get_running_loop()
        new_link = partial(Link, self.hall, has_keys=self.keys is not None, **limits)
        self._server = await loop.create_server(new_link, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        self._server.close()
        self.hall.close()
        await asyncio.sleep(0)
        while self.hall.dcus:
            await asyncio.sleep(0.001)
        self._database.close()
        if self.keys:
            self._store.close()
        self._queries.close()

    def readings(self):
        """[(epoch, seq, mp, slot_s)]"""
        rows = self._queries.readings()
        return [(row["epoch"], row["seq"], row["mp"], row["slot_s"]) for row in rows]

    def alarms(self):
        """[(epoch, seq)]"""
        return [(row["epoch"], row["seq"]) for row in self._queries.alarms()]

    def meters(self):
        return self._queries.meters()

    def dcu(self):
        (row,) = self._queries.dcus()
        return row

    def events(self):
        return [row["text"] for row in self._queries.events(None)]


class Printed:
    """All that has been printed so far."""

    def __init__(self, capsys):
        self._capsys = capsys
        self._text = ""

    def more(self):
        self._text += self._capsys.readouterr().out
        return self._text


async def until(true):
    """Wait for it; an AssertionError with its name when it does not come."""
    ends_s = asyncio.get_running_loop().time() + WAIT_S
    while not true():
        assert asyncio.get_running_loop().time() < ends_s, "waited in vain"
        await asyncio.sleep(0.002)


def run_hes(folder, check, limits=None, **options):
    async def run():
        hes = Hes(folder, **options)
        await hes.start(**(limits or {}))
        try:
            await check(hes)
        finally:
            await hes.stop()

    asyncio.run(run())
