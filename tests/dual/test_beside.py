"""What takes minutes beside a part that is to be seen alive."""

from dcu.beside import beside
from hal import coop
from hal.errors import PortError
from tests.virtual import VirtualClock, run_virtual


class Part:
    lived = 0

    def alive(self):
        self.lived += 1


def test_its_result_comes_and_the_part_lives_meanwhile():
    part = Part()

    async def slow():
        await coop.sleep_ms(60_000)
        return "done"

    async def main():
        return await beside(part, slow())

    assert run_virtual(main()) == "done" and 59 <= part.lived <= 61


def test_what_is_not_waited_for_any_more_is_ended_within_a_second():
    clock, ended = VirtualClock(), []

    async def endless():
        try:
            await coop.sleep_ms(3_600_000)
        finally:
            ended.append(clock.ticks_ms())

    async def main():
        try:
            await beside(Part(), endless(), lambda: clock.ticks_ms() >= 5_000)
        except PortError as error:
            return str(error)

    assert "another setting" in run_virtual(main())
    assert 5_000 <= ended[0] <= 6_000
