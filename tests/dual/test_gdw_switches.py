"""The switches by which 376.1 fits head-ends that read the standard differently: each in each of
its positions, with what it does then."""

from hal.errors import NoReply
from tests.dual.gdw_bench import GdwBench
from tests.dual.test_gdw_settings import a_meter
from wire import qgdw3761
from wire.qgdw3761 import ALL_CONFIRMED, ALL_DENIED, BY_UNIT

KEY = "50613535776f72643132333435363738"
CLOCK = [(0, 2)]  # of AFN 0C
LATE = bytes.fromhex("000054112205")  # 11:54 of the 22nd, 5 minutes; it is 12:00
FORWARD = {"port": 2, "control": 0xCB, "wait": 10, "gap_10_ms": 20, "octets": b"\x7e\xa0"}


def heartbeat(bench):
    return len(bench.gdw.clock_octets())


def password_of_afn_10(bench):
    """Whether a forwarding without one gets as far as the bus."""
    tried = []

    class Bus:
        async def exchange(self, *given):
            tried.append(given)
            raise NoReply("nobody")

    bench.dcu.settings.put("gdw.password", KEY)
    bench.dcu.buses["rs485-1"] = Bus()
    bench.frames(bench.frame(0x10, [(0, 1, FORWARD)]))
    with_it = bench.frame(0x10, [(0, 1, FORWARD)])
    bench.frames(bench.frame(0x10, with_it.body + bytes.fromhex(KEY)))
    return len(tried)


def confirmation(bench):
    (answer,) = bench.frames(bench.frame(0x05, [(0, 29)]))
    return qgdw3761.parse_confirmation(answer)[0]


def protocol(bench):
    """The numbers that a meter may have, of these."""
    numbers = (2, 20, 30)
    found = [bench.order(0x04, (0, 10, [a_meter(3, 99, protocol=each)])) for each in numbers]
    told = bench.ask(0x0A, (0, 10, [1]))[0][2][0]["protocol"]
    return [each for each, fn in zip(numbers, found) if fn == ALL_CONFIRMED], told


def lateness(bench):
    return len(bench.frames(bench.frame(0x0C, CLOCK, seq=0xE5, time=LATE)))


def edition_2005(bench):
    return len(bench.frames(bench.frame(0x0C, CLOCK, protocol=1)))


def address_2(bench):
    bench.dcu.settings.put("terminal.number", "0010")
    return bench.dcu.settings.terminal_shown()


def everything(bench):
    return ALL_DENIED if bench.frames(bench.frame(0x0C, CLOCK))[0].control == 0x89 else 0


SWITCHES = (  # setting, what looks at it, {position: what it finds}
    ("gdw.heartbeat_clock", heartbeat, {"no": 0, "yes": 6}),
    ("gdw.pw_in_10", password_of_afn_10, {"no": 2, "yes": 1}),
    ("gdw.confirm", confirmation, {"all": ALL_CONFIRMED, "unit": BY_UNIT}),
    ("gdw.dlms_protocol", protocol, {"20": ([20], 20), "30": ([30], 30)}),
    ("gdw.check_tp", lateness, {"no": 1, "yes": 0}),
    ("gdw.frames_2005", edition_2005, {"no": 0, "yes": 1}),
    ("gdw.a2_shown", address_2, {"hex": "07310010", "decimal": "0731-16"}),
    ("gdw.on", everything, {"no": ALL_DENIED, "yes": 0}),
)
DEFAULTS = {
    "gdw.heartbeat_clock": "no",
    "gdw.pw_in_10": "no",
    "gdw.confirm": "all",
    "gdw.dlms_protocol": 20,
    "gdw.check_tp": "yes",
    "gdw.frames_2005": "yes",
    "gdw.a2_shown": "hex",
    "gdw.on": "yes",
}


def test_each_switch_does_in_each_position_what_it_says():
    for key, look, positions in SWITCHES:
        for position, found in positions.items():
            bench = GdwBench([(key, position)])
            assert look(bench) == found, (key, position)


def test_the_switches_stand_as_the_manual_says():
    get = GdwBench().dcu.settings.get
    assert {key: get(key) for key, _, _ in SWITCHES} == DEFAULTS
