"""`hes archive` and `hes network`: what the verbs of the HES say to the objects of a real DCU."""

import pytest

from dcu import buffers
from dcu.plc_tree import nodes_of
from hes_stub import archive, network
from tests.dual.hes_client import CosemBench
from tests.dual.test_verbs_plc import Console
from wire.errors import WireError

TERMINAL = "07310001"
HEAD = "mp,address,channel,eui\n"


class Session:
    """One that is let in, over what answers a dialogue; counts its looks at the archive."""

    def __init__(self, do):
        self._do = do
        self.looks = 0

    async def do(self, talk):
        return self._do(talk)

    async def look(self):
        self.looks += 1


class Hall:
    def __init__(self, session):
        self.dcus = {TERMINAL: self}
        self._session = session

    async def errand(self, what, limit_s):
        await what(self._session)


def bench_of(dcu=None):
    bench = CosemBench()
    if dcu:
        seen = bench.dcu_seen
        seen.plc, seen.archive, seen.states = dcu.plc, dcu.archive, dcu.states
    bench.associate()
    return bench


def result_of(coroutine):
    """Of one that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


def archived(bench, csv=None):
    session = Session(bench.do)
    asked = {"terminal": TERMINAL, "csv": csv}
    return result_of(archive.Archive(Hall(session)).archive(asked)), session.looks


def seen(do):
    return result_of(network.Network(Hall(Session(do))).network({"terminal": TERMINAL}))


def test_rows_go_into_the_archive_and_it_is_shown_as_it_is_then():
    bench = bench_of()
    answer, looks = archived(bench, HEAD + "7,1234,plc,02534900fffe0007\n\n")
    assert (answer["result"], answer["taken"], looks) == ("good", 1, 1)
    assert bench.archive.get(7).address == 1234
    again, looks = archived(bench)
    assert again["csv"] == answer["csv"] == bench.archive.export_csv() and looks == 0


def test_a_refusal_has_the_words_of_the_dcu_and_no_terminal_is_named():
    bench = bench_of()
    answer, _ = archived(bench, HEAD + "7,1234,plc,02\n")
    assert answer["result"] == "refused" and "line 2: eui: 16 hex digits" in answer["error"]
    asked = {"terminal": "nobody", "csv": None}
    answer = result_of(archive.Archive(Hall(Session(bench.do))).archive(asked))
    assert answer["result"] == "no answer" and "nobody is not connected" in answer["error"]


def test_a_long_file_goes_in_pieces_and_it_is_said_how_far_it_got():
    bench = bench_of()
    lines = [f"{mp},{mp},plc,{mp:016x}\n" for mp in range(1, 2 * archive.ROWS_MAX + 2)]
    answer, _ = archived(bench, HEAD + "".join(lines))
    assert answer["taken"] == len(bench.archive.meters()) == 2 * archive.ROWS_MAX + 1
    lines[archive.ROWS_MAX] = "0,1,plc,\n"
    answer, _ = archived(bench, HEAD + "".join(lines))
    assert "line 2: mp" in answer["error"] and "(200 lines before were taken" in answer["error"]
    for text, count in (("", 0), ("\n", 0), (HEAD, 1), (HEAD + "1,1,plc,\n", 1)):
        assert len(archive.pieces(text)) == count, text


def test_the_network_is_shown_with_ways_and_phases_and_who_is_not_on_file():
    async def play(console):
        await console.ask("whitelist", "open", "5")
        members = console.dcu.plc.book.members
        await console.bench.until(lambda: len(members()) == 4, 900)
        await console.ask("tree", "look")
        return seen(bench_of(console.dcu).do), nodes_of(console.dcu)

    answer, nodes = Console().run(play)
    assert answer["result"] == "good" and answer["module"]["members"] == 4
    assert [row["mp"] for row in answer["nodes"]] == [1, 2, 4, None]
    for name in ("eui", "short", "state", "hops", "cost", "parent", "lqi", "phase"):
        assert [row[name] for row in answer["nodes"]] == [row[name] for row in nodes], name
    told = network.lines(answer)
    assert told[0].startswith("module running, ") and "4 in the network, 3 on file" in told[0]
    assert len(told) == 6 and told[1].split()[:2] == ["MP", "EUI-64"]


def test_many_nodes_come_page_by_page():
    row = {"short": None, "state": "late", "hops": None, "cost": None}
    row.update({"parent": None, "lqi": None, "phase": None})
    many = [{**row, "mp": mp, "eui": f"{mp:016X}"} for mp in range(1, 600)]
    bench = bench_of()
    buffer = next(each for each in bench.table if each.ln == network._NODES.ln)
    nodes = buffers.Nodes(lambda: many)
    buffer.cells[2] = buffer.cells[2]._replace(read=lambda ask: nodes.rows(ask.access))
    assert [each["mp"] for each in seen(bench.do)["nodes"]] == list(range(1, 600))
    assert network.lines(seen(bench.do)) == ["this DCU has no module slot (no slot.device)"]


def test_nonsense_of_a_dcu_is_no_good_answer():
    node = (1, bytes(8), 1, b"x", 1, 1, 0, 1, 60)
    for value in (5, [5], [node[:8]], [(1, 5, *node[2:])], [(0, *node[1:])], [node, node]):
        said = iter([None, value])
        with pytest.raises(WireError):
            seen(lambda talk, said=said: next(said))
    for value in (5, (b"",) * 7, (1, 2), ("a", "b", "c", "d", -1, 0, 0)):
        with pytest.raises(WireError):
            seen(lambda talk, value=value: value)
