"""The door for the HES that dials us, when it is closed while somebody shakes hands."""

from dcu.door import Door
from dcu.settings import Settings
from hal import coop
from hal.errors import PortError
from tests.kept import Kept
from tests.virtual import VirtualClock, run_virtual


class Caller:
    peer = "10.0.0.9:50000"
    is_open = True

    async def close(self):
        self.is_open = False


def slowly(ends_well):
    """A handshake of a second; the first of them may fail."""
    outcomes = [ends_well, True]

    async def accepted(stream):
        is_good = outcomes.pop(0)
        await coop.sleep_ms(1_000)
        if not is_good:
            raise PortError("no TLS handshake")
        return stream

    return accepted


def while_shaking(check, ends_well=True):
    """Run `check(door)` beside a caller that has begun a handshake."""
    settings = Settings(Kept())
    settings.put("server.peers", "any")

    async def main():
        door = Door(settings, VirtualClock(), lambda part, text: None, slowly(ends_well))
        caller = Caller()
        coming = coop.spawn(door._admit(caller))
        await coop.sleep_ms(500)
        await check(door, caller)
        await coop.stop(coming)

    run_virtual(main())


def test_who_comes_through_a_door_that_was_closed_meanwhile_is_no_caller():
    async def check(door, caller):
        await door.close()
        assert await door.caller(2_000) is None
        assert not caller.is_open

    while_shaking(check)


def test_who_was_hung_up_takes_no_place_from_the_next_one():
    async def check(door, caller):
        door.hang_up()
        following = Caller()
        serving = coop.spawn(door._admit(following))
        assert await door.caller(2_000) is following
        await coop.sleep_ms(1_000)
        assert not serving.done(), "it is served until it is hung up"
        door.hang_up()
        await coop.sleep_ms(10)
        assert serving.done()

    while_shaking(check)
    while_shaking(check, ends_well=False)
