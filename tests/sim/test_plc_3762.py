"""A whole DCU with DLMS meters behind a 376.2 module, whoever drives the reading."""

import pytest

from dcu.console import execute
from dcu.exit_codes import GOOD, WRONG_USE
from dcu.read_now import attributes_of, read_now
from dcu.verbs_plc import MODULE_FILE
from drivers.module_life import RUNNING
from hal import coop
from meter_sim.device import PASSWORD
from meter_sim.gdw3762_world import World, digits_of
from meter_sim.plc_cli import serial_answers
from tests.dual.modem_town import Prng
from tests.sim.plc_world import PlcWorld
from tests.virtual import UTC_S
from wire import module_image
from wire.crc_msb import xmodem

SLOT_S = 900
STRANGER = 7


class NumberedWorld(PlcWorld):
    """No key anywhere: such a module has none."""

    def __init__(self, seed, meters, drive):
        super().__init__(seed, meters, [STRANGER])
        self.world = World(
            meters, seed, "narrowband", self._said, Prng(seed), self._answer, drive=drive
        )
        self.given = [("slot.device", "here")]

    def _answer(self, number):
        return serial_answers(number, self.seed, lambda ms: UTC_S + ms / 1000)

    def csv(self):
        lines = ["mp,address,channel,client,auth,password,eui"]
        for number in self.on_file:
            digits = digits_of(number)
            lines.append(f"{number},{digits},plc,1,lls,{PASSWORD},0000{digits}")
        return "\n".join(lines)


async def _upgrade(world):
    """As the operator does it."""
    dcu, said = world.dcu, []

    async def say(text):
        said.append(text)

    assert (await execute(dcu, "plc upgrade", [], say))[0] == WRONG_USE
    assert "no file" in (await execute(dcu, "plc upgrade", ["yes"], say))[1]
    dcu.files.replace(MODULE_FILE, b"no firmware")
    code, text = await execute(dcu, "plc upgrade", ["yes"], say)
    assert (code, text) == (WRONG_USE, "not the firmware of a module")
    letters = (world.world.module.vendor + world.world.module.chip).decode()
    for more, code in ((1, WRONG_USE), (0, GOOD)):
        hardware = xmodem(letters.encode()) + more
        image = module_image.encode(module_image.GDW3762, hardware, (4, 2, 0), bytes(3_000))
        dcu.files.replace(MODULE_FILE, image)
        assert (await execute(dcu, "plc upgrade", ["yes"], say))[0] == code
    assert said
    await world.until(lambda: dcu.plc.status()["version"] == "4.2", 100)
    await world.until(lambda: world.driver.state == RUNNING)


@pytest.mark.parametrize("drive", [1, 2])
def test_meters_behind_a_376_2_module_are_read_as_all_others(drive):
    async def play(world):
        world.tell("on-all")
        await world.until(lambda: world.driver.state == RUNNING)
        assert world.members() == world.on_file
        first_s = UTC_S + SLOT_S * (1 + world.clock.ticks_ms() // 1000 // SLOT_S)
        await coop.sleep_ms(1000 * SLOT_S)
        world.tell("reboot")
        await coop.sleep_ms(2000 * SLOT_S)
        for slot_s in (first_s, first_s + SLOT_S):
            assert world.good_share(slot_s) == 1.0
        told = [text for _, _, text in world.lines if digits_of(STRANGER) in text]
        assert len(told) == 1 and "declined" in told[0]
        meter = world.dcu.open_meter(world.dcu.archive.get(2))
        (row,) = await read_now(meter, attributes_of(["1.0.1.8.0.255"]))
        code, told = await world.traced(2)
        assert code == GOOD and told[0]["octets"].startswith("7ea0")
        assert told[0]["sent"] and not told[1]["sent"] and told[1]["octets"].startswith("7ea0")
        code, found = await execute(world.dcu, "plc whitelist", ["open", "5"], None)
        assert (code, found["mode"]) == (GOOD, "open")
        everybody = sorted(world.on_file + [STRANGER])
        await world.until(lambda: world.members() == everybody, 240)
        assert (await execute(world.dcu, "plc whitelist", ["strict"], None))[0] == GOOD
        await world.until(lambda: world.members() == world.on_file, 90)
        await _upgrade(world)
        low, high = [world.truth(2, second)["energy_import_wh"] for second in (0, 4_000_000_000)]
        assert low <= int(row["value"]) <= high

    NumberedWorld(3, 7, drive).run(play)
