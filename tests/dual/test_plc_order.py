"""In which order meters behind the module slot are read, and which of them at the same time."""

from dcu import plc as plc_module
from dcu import plc_survey
from dcu.meter_state import MeterState
from tests.dual.plc_bench import PlcBench
from wire.usi_attributes import Neighbour, Route


def test_the_nearest_and_the_farthest_are_read_in_turn():
    bench = PlcBench(5)
    plc = bench.plc
    for number, lqi in ((1, 90), (2, 200), (3, 60), (4, 150), (5, None)):
        record = bench.archive.get(number)
        short = plc.book.place(record.eui)
        plc.book.joined(record.eui, short)
        plc.survey.routes[short] = Route(short, short, 12, 2 if number == 5 else 1, 0, 0, 180)
        if lqi:
            plc.survey.neighbours[short] = Neighbour(short, 3, 0, lqi, 300)
    states = [MeterState(record) for record in bench.archive.meters()]
    assert [state.record.mp for state in plc.arrange(states)] == [2, 5, 4, 3, 1]
    assert plc.arrange([]) == [] and plc.at_once() == 4


def test_of_those_that_are_read_at_the_same_time_no_more_than_half_are_far_if_there_are_others():
    bench = PlcBench(6)
    plc = bench.plc
    states = [MeterState(record) for record in bench.archive.meters()]
    one, two, three, far, farther, unknown = states
    lqis = (200, plc_module._FAR_LQI, 180, plc_module._FAR_LQI - 1, 60)
    for state, lqi in zip(states, lqis):
        short = plc.book.place(state.record.eui)
        plc.book.joined(state.record.eui, short)
        plc.survey.neighbours[short] = Neighbour(short, 3, 0, lqi, 300)
    assert plc.at_once() == 4 and all([plc.goes_well(state, []) for state in states])
    for state, others, is_good in (
        (two, [far, farther, unknown], True),
        (far, [one, two, three], True),
        (far, [one, farther], True),
        (far, [farther, unknown], False),
        (unknown, [one, far, farther], False),
    ):
        assert plc.goes_well(state, others) == is_good
    plc._settings.put("plc.at_once", "2")
    assert plc.goes_well(far, [one]) and not plc.goes_well(far, [farther])
    plc._settings.put("plc.at_once", "1")
    assert all([plc.goes_well(state, []) for state in states])


def test_never_two_behind_the_same_weak_first_hop():
    bench = PlcBench(4)
    plc = bench.plc
    states = []
    for number in (1, 2, 3, 4):
        record = bench.archive.get(number)
        short = plc.book.place(record.eui)
        plc.book.joined(record.eui, short)
        states.append(MeterState(record))
    one, two, three, four = states
    for number, via in ((1, 1), (2, 1), (3, 3), (4, 3)):
        plc.survey.routes[number] = Route(number, via, 12, 1 + (number != via), 0, 0, 180)
    for number, lqi in ((1, plc_survey.WEAK_LQI - 1), (3, plc_survey.WEAK_LQI)):
        plc.survey.neighbours[number] = Neighbour(number, 0, 0, lqi, 300)
    assert not plc.goes_with(two, [one]) and not plc.goes_with(one, [three, two])
    assert plc.goes_with(four, [three]) and plc.goes_with(two, [three, four])
