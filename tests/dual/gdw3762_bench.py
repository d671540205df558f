"""A 376.2 driver with a simulated module and its meters, in virtual time, over good and bad
lines."""

from drivers.gdw3762 import Gdw3762Module
from drivers.gdw3762_start import Master
from meter_sim.gdw3762_world import World, digits_of
from tests.dual.g3_bench import Bench as _Bench
from tests.dual.g3_bench import Ears as _Ears
from tests.dual.g3_bench import perfect
from wire.qgdw3762_units import meter_eui

MASTER = "000007310001"
CIVIL_S = 1_735_907_400  # 2025-01-03 12:30, a Friday


def eui(number):
    return meter_eui(digits_of(number))


class Ears(_Ears):
    """The short address of a meter is its number in the town; a name of the world beside it."""

    def wants_in(self, asked):
        if self.known is not None and asked not in self.known:
            return None
        return _Admission(int(asked[2:].hex()) - int(digits_of(0)))


class _Admission:
    def __init__(self, short):
        self.short = short


def echo(asked, now_ms):
    """The application of the meters: says what it was told."""
    return b"re " + asked[1]


class Bench(_Bench):
    """on_file: numbers of the meters that the DCU has on file, None: all of them."""

    def __init__(
        self, meters=5, transport=perfect, band="broadband", seed=1, answer=echo, **nature
    ):
        self._prepare(seed, transport)
        self.world = World(
            meters,
            seed,
            band,
            self._said,
            self.chance_of(seed + 1),
            lambda number: answer,
            **nature,
        )
        self.ears = Ears()
        self.on_file = list(range(1, meters + 1))
        self.search_min = 0
        self.is_driven = True
        self.driver = Gdw3762Module(self.open_port, self.clock, self._master, self.ears)

    def _master(self):
        def listed():
            return [eui(number) for number in self.on_file]

        return Master(MASTER, listed, lambda: CIVIL_S, self.search_min, self.is_driven)

    async def with_members(self):
        return await self.with_members_of(len(self.on_file))

    async def with_members_of(self, count):
        self.tell("on-all")
        await self.running()
        return await self.until(lambda: len(self.ears.members) == count)
