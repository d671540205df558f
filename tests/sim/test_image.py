"""A new firmware for simulated meters, over the real drivers and a bus in virtual time."""

import random

from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, REFUSED
from dcu.image_job import ImageJob, Notes
from dcu.image_transfer import Image
from dcu.verbs_image import exit_of
from drivers.broadcast import APDU_MAX, Broadcast
from hal import coop
from tests.kept import Kept
from tests.sim.bus import Faults
from tests.sim.world import World
from tests.virtual import run_virtual

NAME = b"FW 2.0"
OCTETS = random.Random(7).randbytes(5_000)
BLOCKS = 79  # of 64 octets
WITH_PASSWORD = (1, 3)  # MPs on the first bus whose client may act


def image(octets=OCTETS, name=NAME):
    return Image(name, len(octets), lambda at, size: octets[at : at + size])


class Scene:
    """A world whose DCU sends `image` to the meters `mps`; `said` is the progress."""

    def __init__(self, mps=WITH_PASSWORD, to_all=True):
        self.world = World(seed=5, meters=4, period_s=3600)
        self.mps = mps
        self.to_all = to_all
        self.said = []
        self.kept = Kept()

    def meter_image(self, mp):
        return self.world.meters[mp].objects.image

    async def say(self, text):
        self.said.append(text)

    def broadcast(self, group):
        if not self.to_all:
            return None
        bus = self.world.dcu.buses[group[0].channel]
        return Broadcast(bus, group[0].client, 2), APDU_MAX

    async def job(self, activates=False, what=None):
        records = [self.world.rows[mp - 1] for mp in self.mps]
        notes = Notes(self.kept)
        job = ImageJob(what or image(), self.world.dcu.meter, self.broadcast, notes, self.say)
        return await job.run(records, activates)

    def run(self, scene=None, **options):
        """Rows of the job, or what `scene(self)` gives."""

        async def live():
            self.world.power_on()
            await coop.sleep_ms(60_000)
            try:
                return await (scene(self) if scene else self.job(**options))
            finally:
                await self.world.stop()

        return run_virtual(live())


def good(mps):
    return [{"mp": mp, "done": True, "error": "", "refused": False} for mp in mps]


def test_a_meter_gets_the_image_block_by_block():
    scene = Scene(mps=(1,))
    assert scene.run() == good([1])
    assert scene.meter_image(1).octets == OCTETS


def test_all_meters_of_a_bus_are_told_at_once_and_each_is_given_what_it_lost():
    scenes = []
    for to_all in (True, False):
        scene = Scene(to_all=to_all)
        for mp in WITH_PASSWORD:
            scene.meter_image(mp).lose = 0.1
        assert scene.run() == good(WITH_PASSWORD)
        assert [scene.meter_image(mp).octets for mp in WITH_PASSWORD] == [OCTETS] * 2
        scenes.append(scene)
    to_all, one_by_one = [scene.world.buses["rs485-1"].octets for scene in scenes]
    assert to_all < 0.6 * one_by_one


def test_a_bad_cable_costs_time_and_no_image():
    scene = Scene()
    scene.world.buses["rs485-1"].faults = Faults(0.05, 0.05, 0.0, 0.05, 0.0)
    assert scene.run() == good(WITH_PASSWORD)
    assert [scene.meter_image(mp).octets for mp in WITH_PASSWORD] == [OCTETS] * 2


def test_a_meter_that_is_away_or_refuses_does_not_stop_the_others():
    scene = Scene(mps=(1, 2, 3))
    scene.world.meters[1].power_off(scene.world.clock.utc_s())
    one, public, three = scene.run()
    assert three == good([3])[0]
    assert not one["done"] and "does not answer" in one["error"]
    assert public["refused"] and not one["refused"]
    assert exit_of([one, public]) == NO_ANSWER and exit_of([public]) == REFUSED
    assert exit_of([one, three]) == PARTLY and exit_of([three]) == GOOD
    assert not public["done"] and "read-write denied" in public["error"]


def test_a_transfer_that_was_broken_off_goes_on_where_it_was():
    async def twice(scene):
        task = coop.spawn(scene.job())
        await coop.sleep_ms(6_000)
        await coop.stop(task)
        had = len(scene.meter_image(1).octets)
        before = scene.world.buses["rs485-1"].octets
        rows = await scene.job()
        return rows, had, scene.world.buses["rs485-1"].octets - before

    scene = Scene(mps=(1,))
    rows, had, octets = scene.run(twice)
    assert rows == good([1]) and scene.meter_image(1).octets == OCTETS
    assert 0 < had < len(OCTETS)
    whole = Scene(mps=(1,))
    whole.run()
    left = 1 - had / len(OCTETS)
    assert octets < (left + 0.1) * whole.world.buses["rs485-1"].octets


def test_another_image_begins_anew():
    async def twice(scene):
        task = coop.spawn(scene.job())
        await coop.sleep_ms(6_000)
        await coop.stop(task)
        return await scene.job(what=image(OCTETS[::-1]))

    scene = Scene(mps=(1,))
    assert scene.run(twice) == good([1])
    assert scene.meter_image(1).octets == OCTETS[::-1]


def test_a_slow_verification_is_waited_for_and_a_failed_one_is_told():
    scene = Scene(mps=(1,))
    scene.meter_image(1).verify_busy = 5
    assert scene.run() == good([1])
    scene = Scene(mps=(1,))
    scene.meter_image(1).fails = "verify"
    (row,) = scene.run()
    assert not row["done"] and "damaged or not for it" in row["error"]


def test_an_activation_is_seen_through_the_restart_of_the_meter():
    scene = Scene()
    for mp in WITH_PASSWORD:
        scene.world.meters[mp].objects.image_restart_s = 30
    assert scene.run(activates=True) == good(WITH_PASSWORD)
    for mp in WITH_PASSWORD:
        assert scene.meter_image(mp).firmware == NAME
    assert scene.said[-1] == "MP 3: activated"


def test_without_being_asked_to_no_meter_starts_the_image():
    scene = Scene(mps=(1,))
    scene.run()
    assert scene.meter_image(1).firmware != NAME


def test_an_activation_that_fails_is_told():
    scene = Scene(mps=(1,))
    scene.meter_image(1).fails = "activate"
    (row,) = scene.run(activates=True)
    assert not row["done"]
