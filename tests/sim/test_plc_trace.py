"""`dcu read --trace` of a meter behind the module slot: what was said, in words, and no secret."""

import json

from boards.trace_cpython import Printer
from dcu.exit_codes import GOOD, NO_ANSWER, REFUSED
from hal import coop
from meter_sim.device import PASSWORD
from tests.sim.plc_world import ENERGY, PlcWorld


def test_a_trace_over_the_power_line_has_this_meter_and_no_other_in_words():
    world = PlcWorld(1, 3)

    async def play(world):
        await world.running()
        world.tell("on-all")
        await world.until(lambda: world.members() == [1, 2, 3])
        traces = await coop.gather(world.traced(1), world.traced(2))
        assert world.dcu.plc.talk_with(world.dcu.archive.get(1)).tap is None
        world.tell("silent 3")
        return list(traces) + [await world.traced(3)]

    first, second, silent = world.run(play)
    assert first[0] == second[0] == GOOD
    printer = Printer(is_silent=True)
    for piece in first[1]:
        printer.found(piece)
    words = json.dumps(printer.pieces)
    assert [piece["sent"] for piece in printer.pieces] == [True, False] * (len(first[1]) // 2)
    for word in ("aarq", "aare", "get-request", "get-response", ENERGY, "source-wport"):
        assert word in words.lower(), word
    assert PASSWORD not in words and PASSWORD.encode().hex() not in words
    assert all([piece["octets"][0].startswith("0001") for piece in printer.pieces])
    # two at once: the public client of the other has its own wPort
    assert {piece["octets"][4:8] for piece in second[1] if piece["sent"]} == {"0010"}
    assert silent[0] == NO_ANSWER and [piece["sent"] for piece in silent[1]] == [True, True]


def test_a_meter_that_is_not_in_the_network_cannot_be_traced():
    world = PlcWorld(1, 1)

    async def play(world):
        await world.running()
        return await world.traced(1)

    code, told = world.run(play)
    assert code in (NO_ANSWER, REFUSED) and told == []
