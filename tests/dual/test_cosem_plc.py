"""What the HES sees of the network behind the module slot."""

from dcu import buffers
from dcu.cosem_plc import plc_rows
from dcu.cosem_row import Ask
from meter_sim.plc_world import eui
from tests.dual.test_verbs_plc import Console
from wire import axdr
from wire.server import Denied

BY_RANGE = 1


def read(row, index, access=None):
    return axdr.decode_all(row.cells[index].read(Ask(access, 1)))


def between(low, high):
    nothing = axdr.structure([])
    cells = [nothing, axdr.u32(low), axdr.u32(high), axdr.array([])]
    return BY_RANGE, axdr.structure(cells)


def test_state_and_nodes_are_those_of_the_network():
    async def play(console):
        await console.ask("tree", "look")
        state, nodes = plc_rows(console.dcu)
        return read(state, 2), read(nodes, 2), read(nodes, 2, between(2, 3)), read(nodes, 7)

    state, nodes, some, entries = Console().run(play)
    assert state[0] == "running" and state[4:] == (0x781D, 3, 3)
    assert [row[0] for row in nodes] == [1, 2, 4] and [row[0] for row in some] == [2]
    mp, its_eui, short, word, hops, cost, parent, lqi, phase = nodes[0]
    assert (mp, its_eui, word, hops, cost, parent) == (1, eui(1), "unknown", 1, 12, 0)
    assert short and lqi > 52 and phase % 60 == 0 and entries == 3


def test_without_a_slot_there_is_null_and_no_node_and_what_is_not_known_is_null():
    console = Console(settings=[("slot.device", "")])
    state, nodes = plc_rows(console.dcu)
    assert read(state, 2) is None
    assert read(nodes, 2)[0][2:] == (0, "not in the network", None, None, None, None, None)


def test_wrong_access_is_denied_and_rows_are_bounded():
    console = Console()
    _, nodes = plc_rows(console.dcu)
    for access in ((2, between(1, 2)[1]), (1, axdr.structure([])), (1, b"\xff")):
        try:
            read(nodes, 2, access)
            raise AssertionError("it was answered")
        except Denied:
            pass
    row = {"mp": 1, "eui": "00" * 8, "short": 1, "state": "", "hops": 1, "cost": 1}
    row.update({"parent": 0, "lqi": 1, "phase": 0})
    for count in (buffers.METER_ROWS_MAX, buffers.METER_ROWS_MAX + 1):
        found = axdr.decode_all(buffers.Nodes(lambda count=count: [row] * count).rows(None))
        assert len(found) == buffers.METER_ROWS_MAX
