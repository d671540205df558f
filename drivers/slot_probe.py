"""Which module is in the slot: each kind is asked a question that does no harm to the others.

A kind is recognised by a frame with a good check sequence, never by octets alone; a bootloader, by
its prompt.
"""

from collections import namedtuple

from drivers.good_frames import good_frames
from hal.errors import WireError
from wire import qgdw3762, usi, usi_attributes, usi_commands, xmodem

G3, BOOTLOADER, GDW3762 = "usi", "bootloader", "376.2"
PROMPT = b"BL > "
_LISTEN_MS = 300  # for what a module says by itself
_ANSWER_MS = (400, 1_500)  # by attempt
_READ_SIZE = 256  # octets
_HEARD_MAX = 4096

# parity: of the line; kind: what the module speaks
Found = namedtuple("Found", ("kind", "baud", "parity"))


def _g3_question():
    asked = {"attribute": usi_attributes.SOFT_VERSION, "index": 0}
    return bytes([usi.FLAG]) + usi.encode(usi_commands.encode("get.request", asked))


def _gdw3762_question():
    control = qgdw3762.PRM | qgdw3762.MODE_PLC
    information = qgdw3762.information(1)
    return qgdw3762.encode(qgdw3762.Frame(control, information, None, (), None, 0x03, 1, b""))


def _is_g3(octets):
    deframer = usi.Deframer()
    deframer.feed(octets)
    while True:
        try:
            payload = deframer.next_frame()
            if payload is None:
                return False
            message = usi_commands.decode(payload)
        except WireError:
            continue
        if message.name in ("get.confirm", "status", "booted"):
            return True


def _is_gdw3762(octets):
    frames = good_frames(qgdw3762.Deframer(), octets)
    return any([frame.control & qgdw3762.UP for frame in frames])


def _is_bootloader(octets):
    return octets.endswith(PROMPT)


_ASK = {
    G3: (_g3_question(), _is_g3),
    BOOTLOADER: (bytes([xmodem.CANCEL]) + b"\n", _is_bootloader),  # also from amid an upload
    GDW3762: (_gdw3762_question(), _is_gdw3762),
}
LINES = (
    Found(G3, 38_400, "N"),
    Found(GDW3762, 9_600, "E"),
    Found(BOOTLOADER, 38_400, "N"),
    Found(G3, 115_200, "N"),
    Found(G3, 230_400, "N"),
    Found(BOOTLOADER, 115_200, "N"),
    Found(GDW3762, 115_200, "E"),
)


async def probe(port, clock, first=()):
    """The Found that answers, or None. PortError when the port is lost.

    port   a serial port, whose settings are changed
    first  what is tried before the others: Found of last time
    """
    lines = list(first) + [line for line in LINES if line not in first]
    for answer_ms in _ANSWER_MS:
        for line in lines:
            if await _answers(port, clock, line, answer_ms):
                return line
    return None


async def _answers(port, clock, line, answer_ms):
    question, is_match = _ASK[line.kind]
    port.settings(line.baud, line.parity)
    heard = await _heard(port, clock, _LISTEN_MS, is_match)
    if is_match(heard):
        return True
    await port.write(question)
    return is_match(await _heard(port, clock, answer_ms, is_match))


async def _heard(port, clock, limit_ms, is_match):
    """What comes within the limit, or until it is a match."""
    heard = b""
    deadline_ms = clock.ticks_ms() + limit_ms
    while len(heard) < _HEARD_MAX and not is_match(heard):
        left_ms = deadline_ms - clock.ticks_ms()
        if left_ms <= 0:
            break
        heard += await port.read(_READ_SIZE, left_ms)
    return heard
