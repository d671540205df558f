"""kill -9 at any moment: what the process said was committed is there, on either back end."""

import random
import subprocess
import sys

import pytest

from tests.contract.storage_places import OnFiles, OnSqlite, everything, profile_of, records, rows

KILLS = 6

WRITER = """
import sys
from tests.contract.storage_places import {kind}, T0, PERIOD_S, profile_of, row
place = {kind}(sys.argv[1])
store = place.open()
profile, journal = profile_of(store), store.journal("alarms", 100000)
print("ready", flush=True)
while True:
    for n in range(3):
        number = journal.append(b"record %d" % (journal.last + 1 + n))
    profile.put(17, T0 + number * PERIOD_S, row(number))
    store.commit()
    print(number, flush=True)
"""


@pytest.mark.parametrize("kind", [OnFiles, OnSqlite])
def test_what_was_said_to_be_committed_survives_a_kill(kind, tmp_path):
    prng = random.Random(kind.__name__)
    place = kind(str(tmp_path / "store"))
    seen = 0
    for _ in range(KILLS):
        said = killed_after(kind, tmp_path / "store", prng.randrange(1, 40))
        assert said > seen, "numbers go on"
        store = place.open()
        journal, profile = store.journal("alarms", 100_000), profile_of(store)
        assert journal.read(seen, 100_000) == records(range(seen + 1, journal.last + 1))
        assert said <= journal.last <= said + 3, "at most the commit under way is there, too"
        assert rows([said])[0] in everything(profile, 17)
        seen = journal.last


def killed_after(kind, folder, commits):
    """The last number said by a writer that was killed soon after so many commits."""
    command = [sys.executable, "-c", WRITER.format(kind=kind.__name__), str(folder)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        lines = [writer.stdout.readline() for _ in range(commits + 1)]
    finally:
        writer.kill()
    said = [line for line in lines + writer.stdout.read().split("\n") if line.strip().isdigit()]
    writer.wait()
    return int(said[-1])
