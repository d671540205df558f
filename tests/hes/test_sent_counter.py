"""Invocation counters of the HES: none twice for a key, whatever dies; none wasted by a lie."""

import itertools
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hes_stub.errors import HesError
from hes_stub.key_store import KeyStore
from hes_stub.keys import Keys
from hes_stub.sent_counter import BLOCK, JUMPS_MAX, LEFT_MIN, SentCounter, fingerprint
from tests.hes.keyed_dcu import GIVEN, KeyedDcu, plant_with
from tests.hes.running_hes import Printed, run_hes, until
from tests.hes.stored import all_acknowledged, filled
from wire.ciphering import COUNTER_MAX

ROOT = Path(__file__).parents[2]
NAME = "0011223344556677"
UNTOLD = b"\xd8\x01\x06"  # counter error, without the counter that is expected
COUNTS = """
import sys
from hes_stub.key_store import KeyStore
from hes_stub.sent_counter import SentCounter
counter = SentCounter(KeyStore(sys.argv[1]), "0011223344556677")
while True:
    print(counter.next(), flush=True)
"""


@pytest.fixture
def store(tmp_path):
    store = KeyStore(tmp_path / "hes.db")
    yield store
    store.close()


def test_no_number_comes_twice_over_deaths_at_any_moment(tmp_path):
    """Nobody closes anything: what was reserved is on the disk, or was not given."""
    given = []
    for count in (1, BLOCK - 1, BLOCK, BLOCK + 1, 1):
        counter = SentCounter(KeyStore(tmp_path / "hes.db"), NAME)
        given += [counter.next() for _ in range(count)]
    assert given == sorted(set(given)) and given[0] == 1


def test_no_number_comes_twice_when_the_process_is_killed(tmp_path):
    given = []
    for count in (1, BLOCK + 100, 10):
        command = [sys.executable, "-c", COUNTS, str(tmp_path / "hes.db")]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        given += [int(line) for line in itertools.islice(child.stdout, count)]
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split("\n")[:-1]
        given += [int(line) for line in rest]
        child.wait()
        child.stdout.close()
    assert len(given) > BLOCK and given == sorted(set(given))


def test_a_block_is_on_the_disk_before_its_first_number_is_given(store, tmp_path):
    counter = SentCounter(store, NAME)
    first = counter.next()
    with sqlite3.connect(tmp_path / "hes.db") as other:
        assert other.execute("SELECT reserved FROM counters").fetchone()[0] == first + BLOCK
    assert store._sql.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_without_room_on_the_disk_no_number_is_given(store):
    counter = SentCounter(store, NAME)
    for _ in range(BLOCK):
        counter.next()
    store._sql.execute("PRAGMA query_only = 1")
    for _ in range(2):
        with pytest.raises(sqlite3.Error):
            counter.next()
    store._sql.execute("PRAGMA query_only = 0")
    assert counter.next() == BLOCK + 1


def test_the_last_number_is_given_and_no_other_after_it(store):
    store.reserve(NAME, COUNTER_MAX)
    counter = SentCounter(store, NAME)
    assert counter.next() == COUNTER_MAX
    for again in (counter, SentCounter(store, NAME)):
        with pytest.raises(HesError, match="used up"):
            again.next()


def test_jumps_are_believed_up_to_a_limit_in_all(store):
    store.reserve(NAME, 1000)
    counter = SentCounter(store, NAME)
    assert not counter.raise_to(1000) and counter.raise_to(JUMPS_MAX)
    assert counter.raise_to(JUMPS_MAX + 1000) and counter.next() == JUMPS_MAX + 1000
    with pytest.raises(HesError, match="not believed"):
        counter.raise_to(JUMPS_MAX + 1002)
    assert counter.next() == JUMPS_MAX + 1001


def test_a_key_that_is_new_here_may_have_been_used_by_another_hes(store):
    for number, is_believed in (
        (COUNTER_MAX - LEFT_MIN, True),
        (COUNTER_MAX - LEFT_MIN + 1, False),
    ):
        counter = SentCounter(store, str(number))
        counter.next()  # before the DCU says so
        if is_believed:
            assert counter.raise_to(number) and counter.next() == number
            continue
        with pytest.raises(HesError, match="not believed"):
            counter.raise_to(number)


def test_one_key_has_one_counter_and_is_not_in_its_name(store):
    keys = Keys(GIVEN, store)
    assert keys.counter(keys.pair("07310001")) is keys.counter(keys.pair("07310002"))
    title = store.title()
    assert store.title() == title and len(title) == 8 and title[:3] == b"HES"
    name = fingerprint(title, GIVEN.pair.ek)
    assert name != fingerprint(title, GIVEN.pair.ak) and GIVEN.pair.ek.hex()[:8] not in name
    store._sql.execute("DELETE FROM titles")  # what docs/hes.md says of an old copy
    assert fingerprint(store.title(), GIVEN.pair.ek) != name


def test_two_dcus_with_one_key_never_hear_the_same_number(tmp_path):
    plants = [plant_with(terminal=name) for name in ("07310001", "07310002")]

    async def check(hes):
        for plant in plants:
            filled(plant, readings=100)
            await KeyedDcu(plant, hes.port).dial()
        for plant in plants:
            await until(all_acknowledged(plant))

    for _ in range(2):
        run_hes(tmp_path, check, key_file=GIVEN)
    heard = [
        _counter(octets) for plant in plants for _, octets in plant.asked if octets[0] != 0x60
    ]
    assert len(heard) > 20 and len(set(heard)) == len(heard)
    assert sum([octets[0] == 0x60 for plant in plants for _, octets in plant.asked]) == 4


def _counter(octets):
    """Of a ciphered request of less than 128 octets: tag, length, control, counter."""
    assert octets[1] < 0x80 and octets[2] == 0x30
    return octets[3:7]


@pytest.mark.parametrize("tells", [True, False])
def test_a_dcu_that_has_heard_greater_ones_is_gone_on_above(tmp_path, tells):
    """By its exception; if that does not tell, by what it tells the public client."""
    plant = plant_with(readings=1)
    plant.keys.security().unicast.received.accept(500_000)
    refusals = [UNTOLD]

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        dcu.instead = lambda client, octets: None if tells or not refusals else refusals.pop()
        await dcu.dial()
        await until(all_acknowledged(plant))

    run_hes(tmp_path, check, key_file=GIVEN)
    assert plant.keys.heard() > 500_000
    assert {client for client, _ in plant.asked} == ({1} if tells else {1, 16})


def test_a_lie_about_the_counter_is_said_and_costs_nothing(tmp_path, capsys):
    plant, printed = plant_with(readings=1), Printed(capsys)
    lie = UNTOLD + (COUNTER_MAX - 1).to_bytes(4, "big")

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        dcu.instead = lambda client, octets: lie
        await dcu.dial()
        await until(lambda: "not believed" in printed.more())
        honest = plant_with(readings=1, terminal="07310002")
        await KeyedDcu(honest, hes.port).dial()
        await until(all_acknowledged(honest))
        assert honest.keys.heard() < BLOCK and not dcu.closed.is_set()

    run_hes(tmp_path, check, key_file=GIVEN)
