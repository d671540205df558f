"""What the HES sends to meters itself, by 376.1, AFN 10."""

from dcu.archive_row import Meter
from dcu.gdw_forward import MODULE_KIND, OCTETS_MAX
from drivers.slot_probe import GDW3762
from hal import coop
from tests.dual.codec_checks import outcomes, vectors
from tests.dual.gdw_bench import GdwBench
from wire import dlt645, hdlc, qgdw3761, qgdw3762
from wire.qgdw3761 import ALL_DENIED
from wire.qgdw3761_message import take_units
from wire.qgdw3762_units import PAYLOAD_MAX


class CardboardBus:
    """Answers what it is given, once whole frames have come."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def exchange(self, octets, framing, accept, urgent, reply_ms):
        self.asked.append((octets, urgent, reply_ms))
        await coop.sleep_ms(0)
        if self.answer is None:
            return None
        deframer = framing()
        deframer.feed(self.answer)
        return accept(deframer.next_frame())


def test_what_is_forwarded_goes_as_it_is_and_so_does_its_answer():
    snrm = hdlc.encode(hdlc.Frame(b"\x03", b"\x21", hdlc.SNRM | 0x10, b"", False))
    ua = hdlc.encode(hdlc.Frame(b"\x21", b"\x03", hdlc.UA | 0x10, b"", False))
    read = dlt645.encode(dlt645.Frame("000000000001", 0x11, bytes(4)))
    told = dlt645.encode(dlt645.Frame("000000000001", 0x91, bytes(8)))
    bench = GdwBench()
    for asked, answer in ((snrm, ua), (read, told)):
        bus = bench.dcu.buses["rs485-2"] = CardboardBus(answer)
        value = {"port": 3, "control": 0xCB, "wait": 0x8A, "gap_10_ms": 20, "octets": asked}
        assert bench.ask(0x10, (0, 1, value)) == [(0, 1, {"port": 3, "octets": answer})]
        assert bus.asked == [(asked, True, 10_000)]
        bus.answer = None
        assert bench.ask_fn(0x10, (0, 1, value)) == ALL_DENIED
    for change in ({"port": 9}, {"octets": b""}, {"octets": b"\x01"}, {"port": 31}):
        wrong = dict(value)
        wrong.update(change)
        assert bench.ask_fn(0x10, (0, 1, wrong)) == ALL_DENIED
    for wait, wait_ms in ((0, 1), (1, 10), (0x7F, 1_270), (0x80 + 60, 60_000), (0xFF, 60_000)):
        bus.answer, bus.asked, value["wait"] = told, [], wait
        bench.ask(0x10, (0, 1, value))
        assert bus.asked[0][2] == wait_ms


def test_what_is_longer_than_any_frame_is_not_put_on_the_bus():
    bench = GdwBench()
    bus = bench.dcu.buses["rs485-1"] = CardboardBus(None)
    for size, is_sent in ((OCTETS_MAX, 1), (OCTETS_MAX + 1, 0)):
        value = {"port": 2, "control": 0, "wait": 1, "gap_10_ms": 0, "octets": b"\x7e" * size}
        bus.asked = []
        assert bench.ask_fn(0x10, (0, 1, value)) == ALL_DENIED and len(bus.asked) == is_sent


class CardboardModule:
    def __init__(self, answer):
        self.kind = MODULE_KIND
        self.answer = answer
        self.asked = []

    async def exchange(self, node, payload, reply_ms, urgent):
        self.asked.append((node, payload, reply_ms, urgent))
        await coop.sleep_ms(0)
        return self.answer


def behind_a_module(answer=b"\x7e\x01\x7e"):
    """(bench, module) with the meter of the published frame on file."""
    bench = GdwBench()
    row = {"mp": "9", "address": "37229170024", "channel": "plc", "eui": "0011223344556677"}
    bench.dcu.archive.add(Meter(row))
    module = bench.dcu.plc.module = CardboardModule(answer)
    bench.dcu.plc.node = lambda record: 70 + record.mp
    return bench, module


def wrapped():
    """The value of the published frame that goes through a module to a meter."""
    (found,) = [v["hex"] for v in vectors("qgdw3761") if "SNRM through 376.2" in v["meaning"]]
    (frame,) = outcomes(qgdw3761.Deframer(), bytes.fromhex(found))
    units, _ = take_units(frame.afn, False, frame.body)
    return units[0].data[0][0]


def inner(octets):
    (frame,) = outcomes(qgdw3762.Deframer(), octets)
    return frame


def test_what_is_for_a_meter_behind_a_376_2_module_goes_through_it():
    assert MODULE_KIND == GDW3762
    bench, module = behind_a_module()
    value = wrapped()
    ((_, _, answer),) = bench.ask(0x10, (0, 1, value))
    ((node, payload, reply_ms, urgent),) = module.asked
    assert (node, len(payload), payload[:1], reply_ms, urgent) == (
        79,
        32,
        b"\x7e",
        (40_000,),
        True,
    )
    asked, said = inner(value["octets"]), inner(answer["octets"])
    assert answer["port"] == 31 and said.data == b"\x00\x03\x7e\x01\x7e"
    assert (said.source, said.destination) == (asked.destination, asked.source)
    assert (said.control, said.information[0], said.afn, said.fn) == (0x81, 0x05, 2, 1)


def test_the_answer_has_the_number_of_the_request_and_names_no_relays():
    bench, module = behind_a_module()
    value = wrapped()
    asked = inner(value["octets"])
    relays = ("000000000005",)
    information = b"\x15" + asked.information[1:5] + b"\x2a"
    fields = list(asked)
    fields[1], fields[3] = information, relays
    value["octets"] = qgdw3762.encode(qgdw3762.Frame(*fields))
    ((_, _, answer),) = bench.ask(0x10, (0, 1, value))
    said = inner(answer["octets"])
    assert said.information == b"\x05\x00\x00\x00\x00\x2a" and said.relays == ()


def test_what_a_meter_says_fits_a_frame_or_is_no_answer():
    for size, is_answered in ((0, True), (PAYLOAD_MAX, True), (PAYLOAD_MAX + 1, False)):
        bench, module = behind_a_module(bytes(size))
        if is_answered:
            ((_, _, answer),) = bench.ask(0x10, (0, 1, wrapped()))
            assert len(inner(answer["octets"]).data) == 2 + size
        else:
            assert bench.ask_fn(0x10, (0, 1, wrapped())) == ALL_DENIED


def test_what_cannot_go_through_the_module_is_denied():
    bench, module = behind_a_module()
    good = inner(wrapped()["octets"])

    def like(**changes):
        names = "control information source relays destination afn fn data".split()
        fields = [changes.get(name, good[at]) for at, name in enumerate(names)]
        return qgdw3762.encode(qgdw3762.Frame(*fields))

    to_module = {"source": None, "destination": None, "information": bytes(6)}
    for octets in (
        b"",
        b"\x7e\x7e",
        like()[:-3],
        like(destination="000000000001"),
        like(destination="AAAAAAAAAAAA"),
        like(fn=2),
        like(afn=1),
        like(data=b"\x00"),
        like(data=b"\x00\x00"),
        like(data=b"\x00\x01"),
        like(data=good.data + b"\x00"),
        like(**to_module),
    ):
        value = wrapped()
        value["octets"] = octets
        assert bench.ask_fn(0x10, (0, 1, value)) == ALL_DENIED, octets.hex()
    module.kind = "G3"
    assert bench.ask_fn(0x10, (0, 1, wrapped())) == ALL_DENIED and module.asked == []
