"""What a collection says of itself, in the log and when it is asked. In virtual time."""

from hal import coop
from hal.errors import NoReply, PortError
from tests.dual.cardboard import PERIOD_S, Plant
from tests.dual.test_collect import rounds
from tests.virtual import run_virtual


def test_when_the_next_round_is_said_as_of_the_moment_of_asking():
    plant = Plant(1)
    said = []

    async def live():
        task = plant.start()
        await coop.sleep_ms(0)
        await coop.sleep_ms((PERIOD_S - plant.clock.utc_s() % PERIOD_S) * 1000 + 2_000)
        for _ in range(9):
            said.append((plant.collection.status()["doing"], plant.clock.utc_s()))
            await coop.sleep_ms(1000)
        task.cancel()

    run_virtual(live())
    for doing, now_s in said:
        assert doing == f"next visit in {PERIOD_S - now_s % PERIOD_S} s", (doing, now_s)


def test_a_port_that_cannot_be_used_is_said_once_until_that_changes():
    plant = Plant(2)

    def sets(error):
        def change():
            for mp in (1, 2):
                plant.meter(mp).fails = error

        return change

    gone, other = PortError("no device is set"), PortError("it is gone")
    rounds(plant, 6, sets(other), sets(gone), None, sets(None), sets(gone), sets(NoReply("")))
    lines = [line for line in plant.lines if "meters" in line]
    assert ["none of 2 meters read: no device is set" in line for line in lines] == [
        False,
        True,
        False,
        True,
        False,
    ], lines
    assert "read 2 of 2 meters" in lines[2] and lines[2].endswith(", stored")
    assert "read 0 of 2 meters" in lines[4] and "stored" not in lines[4]
