"""A DCU of a few lines for the tests of the HES: wire's server over a store in memory.

Its store survives `restart()` like that of a real one; what a test wants to go wrong, it sets.
"""

import asyncio
from collections import namedtuple

from wire import apdu, association, axdr, gateway, obis, qgdw3761, wrapper
from wire.credentials import Credentials
from wire.cursor import Cursor
from wire.demux import Demux
from wire.server import Denied, ServerAssociation

ROWS_MAX = 64
DENIED, UNDEFINED = 3, 4
SILENT = b"\xd8\x01\x03"
METER = (b"17", 1)  # its address and channel
Row = namedtuple("Row", ("seq", "octets"))
_running = []


def reading_row(seq, mp, slot_s, value=1000):
    head = [axdr.u32(seq), axdr.u16(mp), axdr.octets(axdr.date_time(slot_s))]
    return axdr.structure(head + [axdr.i64(slot_s)] + [axdr.i64(value)] * 6 + [axdr.null()])


def alarm_row(seq, time_s, code=2, mp=3, text="no answer"):
    cells = [axdr.u32(seq), axdr.octets(axdr.date_time(time_s)), axdr.u16(code), axdr.u16(mp)]
    return axdr.structure(cells + [axdr.visible(text), axdr.u8(3)])


def meter_row(mp, address="17", channel="rs485-1", auth="none", state="online"):
    texts = [axdr.visible(text) for text in (address, "0", "dlms", channel)]
    tail = [axdr.u16(16), axdr.visible(auth), axdr.visible(state)]
    return axdr.structure([axdr.u16(mp)] + texts + tail)


class Store:
    """Rows of one stream; `mark` is what the HES has acknowledged."""

    def __init__(self):
        self.rows = []
        self.mark = 0
        self.marks = []

    @property
    def last(self):
        return self.rows[-1].seq if self.rows else 0

    def append(self, make, *values):
        self.rows.append(Row(self.last + 1, make(self.last + 1, *values)))

    def array(self, low, high):
        chosen = [row.octets for row in self.rows if low <= row.seq <= high]
        return axdr.array(chosen[:ROWS_MAX])


class Plant:
    """What the DCU has: the objects that ServerAssociation asks."""

    def __init__(self):
        self.readings = Store()
        self.alarms = Store()
        self.meters = [meter_row(mp) for mp in (1, 2, 3)]
        self.terminal = "07310001"
        self.refuse_marks = False
        self.refused = 0

    def before_meter(self, asked):
        """What the DCU answers to a gateway request in place of the meter, or None."""
        known = (bytes(asked.address), asked.network) == METER
        return None if known else SILENT

    def get(self, attribute, access, client_sap):
        low, high = 1, 0xFFFFFFFF
        if access is not None:
            _, low, high, _ = axdr.decode_all(access[1])
        name = obis.text(attribute.ln)
        table = {
            "0.0.99.128.1.255": lambda: self.readings.array(low, high),
            "0.0.99.98.0.255": lambda: self.alarms.array(low, high),
            "0.0.99.128.2.255": lambda: axdr.array(self.meters[low - 1 :][:2]),
            "0.0.96.128.1.255": lambda: axdr.u32(self.readings.last),
            "0.0.96.129.1.255": lambda: axdr.u32(self.readings.mark),
            "0.0.96.128.2.255": lambda: axdr.u32(self.alarms.last),
            "0.0.96.129.2.255": lambda: axdr.u32(self.alarms.mark),
            "0.0.0.2.0.255": lambda: axdr.visible("0.1 <b>"),
            "0.0.96.1.0.255": lambda: axdr.visible(self.terminal),
        }
        if name not in table:
            raise Denied(UNDEFINED)
        return table[name]()

    def set(self, attribute, access, data, client_sap):
        streams = {"0.0.96.129.1.255": self.readings, "0.0.96.129.2.255": self.alarms}
        store = streams[obis.text(attribute.ln)]
        if self.refuse_marks:
            self.refused += 1
            raise Denied(DENIED)
        store.mark = axdr.decode(Cursor(data))
        store.marks.append(store.mark)


class Meter:
    """The objects of the one meter behind the fake DCU."""

    VALUES = {
        ("1.0.1.8.0.255", 2): axdr.u32(123456),
        ("1.0.1.8.0.255", 3): axdr.structure([axdr.i8(-1), axdr.enum(30)]),
        ("0.0.1.0.0.255", 2): axdr.octets(axdr.date_time(1_700_000_000)),
        ("0.0.96.1.0.255", 2): axdr.visible("M<17>"),
    }

    def get(self, attribute, access, client_sap):
        key = (obis.text(attribute.ln), attribute.index)
        if key not in self.VALUES:
            raise Denied(UNDEFINED)
        return self.VALUES[key]


class Dcu:
    """One run of the box: dials, registers, serves. `plant` outlives it."""

    def __init__(self, plant, port, terminal="07310001", password=b""):
        self.plant = plant
        self._port = port
        self._address = qgdw3761.address_from_text(terminal)
        mechanism = association.LLS if password else association.NONE
        clients = {1: Credentials(mechanism, password), 16: Credentials()}
        self._server = self._serve(clients)
        self._meter = ServerAssociation(Meter(), {16: Credentials()})
        self._listening = None
        self.confirmed = 0
        self.asked = []  # requests of 376.1
        self.gdw_answers = lambda request: [qgdw3761.denial(request)]
        self.closed = asyncio.Event()
        self.deaf = False  # takes everything and answers nothing
        self.answers_left = None  # then it dies: before the request is done, or after that
        self.dies_after = False

    def _serve(self, clients):
        return ServerAssociation(self.plant, clients)

    async def dial(self):
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._listening = asyncio.create_task(self._listen())
        _running.append(self)  # the loop alone would let it be collected
        self.link(qgdw3761.LOGIN)

    async def called(self, reader, writer):
        """By the HES, in place of `dial`; until the connection ends."""
        self._reader, self._writer = reader, writer
        await self._listen()

    def link(self, function, pfc=0):
        self._writer.write(qgdw3761.encode(qgdw3761.link_frame(self._address, function, pfc)))

    def report(self, body):
        frame = qgdw3761.report(self._address, 7, 0, body, b"\x05\x03")
        self._writer.write(qgdw3761.encode(frame))

    def tell(self, afn, body):
        frame = qgdw3761.data_report(self._address, 7, 0, afn, body, b"")
        self._writer.write(qgdw3761.encode(frame))

    def hang_up(self):
        self._writer.close()

    def push(self, rows):
        notification = apdu.DataNotification(1, b"", axdr.array([row.octets for row in rows]))
        self._send(apdu.encode(notification))

    def _send(self, octets, source=1, destination=1):
        self._writer.write(wrapper.encode(wrapper.Wrapper(source, destination, octets)))

    async def _listen(self):
        demux = Demux()
        while data := await self._reader.read(4096):
            demux.feed(data)
            for kind, frame in iter(demux.next_message, None):
                if kind == "gdw" and frame.afn != qgdw3761.AFN_CONFIRM:
                    self.asked.append(frame)
                    for answer in self.gdw_answers(frame):
                        self._writer.write(qgdw3761.encode(answer))
                elif kind == "gdw":
                    self.confirmed += qgdw3761.is_confirmed(frame)
                elif not self.deaf:
                    self._answer(frame)
        self.closed.set()

    def _answer(self, frame):
        if self.answers_left is not None:
            self.answers_left -= 1
            if self.answers_left <= 0:
                if self.answers_left == 0 and self.dies_after:
                    self._server.answer(frame.source, frame.destination, frame.apdu)
                self._writer.transport.abort()
                return
        if gateway.is_gateway(frame.apdu):
            asked = gateway.decode(frame.apdu)
            answer = self.plant.before_meter(asked)
            if answer is None:
                answer = self._meter.answer(frame.source, frame.destination, asked.apdu)
            answer = gateway.encode(asked._replace(is_request=False, apdu=answer))
        else:
            answer = self._server.answer(frame.source, frame.destination, frame.apdu)
        self._send(answer, frame.destination, frame.source)
