"""A reader as plain as can be, to ask a simulated meter: one frame out, its answer in.

It makes its frames and takes the answers apart by itself, so that the meter is not held
against its own code.
"""

import binascii
import calendar
import struct
import time
from collections import namedtuple

Said = namedtuple("Said", ("destination", "source", "control", "information", "segmented"))

NOW_S = 1_763_850_000  # 2025-11-22 22:20:00 UTC
PUBLIC, CLIENT = 16, 1
SNRM, DISC, UA, DM, FRMR = 0x93, 0x53, 0x73, 0x1F, 0x97
CONFORMANCE = 0x001E5D
GET_LIST, GET_NEXT = b"\xc0\x03\xc1", b"\xc0\x02\xc1"


def fcs(octets):
    """CRC-16/X-25 the slow way: bit-reversed CCITT of the standard library."""
    turned = bytes(int(f"{octet:08b}"[::-1], 2) for octet in octets)
    crc = int(f"{binascii.crc_hqx(turned, 0xFFFF) ^ 0xFFFF:016b}"[::-1], 2)
    return crc.to_bytes(2, "little")


def frame(destination, source, control, information=b"", segmented=False):
    length = 5 + len(destination) + len(source) + (len(information) + 2 if information else 0)
    head = bytes((0xA0 | segmented << 3 | length >> 8, length & 0xFF))
    body = head + destination + source + bytes((control,))
    if information:
        body += fcs(body) + information
    return b"\x7e" + body + fcs(body) + b"\x7e"


def frames_in(octets):
    """All frames in what a meter said; each must be good."""
    found = []
    while octets:
        length = (octets[1] & 7) << 8 | octets[2]
        body, octets = octets[1 : length + 1], octets[length + 2 :]
        assert fcs(body[:-2]) == body[-2:]
        destination, rest = _address(body[2:-2])
        source, rest = _address(rest)
        found.append(Said(destination, source, rest[0], rest[3:], bool(body[0] & 8)))
    return found


def _address(octets):
    count = next(n for n in range(len(octets)) if octets[n] & 1) + 1
    return octets[:count], octets[count:]


def ln(text):
    return bytes(map(int, text.split(".")))


def descriptor(class_id, text, index):
    return struct.pack(">H6sB", class_id, ln(text), index)


def get_request(class_id, text, index, access=b"\x00"):
    return b"\xc0\x01\xc1" + descriptor(class_id, text, index) + access


def parameters(octets, window=1):
    """Information of SNRM: so many octets and frames both ways."""
    items = struct.pack(">BBHBBH", 5, 2, octets, 6, 2, octets)
    items += struct.pack(">BBIBBI", 7, 4, window, 8, 4, window)
    return b"\x81\x80" + bytes((len(items),)) + items


def aarq(password=None, mechanism=1, max_pdu=0xFFFF, conformance=CONFORMANCE, context=1):
    initiate = bytes.fromhex("01000000065f1f04") + struct.pack(">IH", conformance, max_pdu)
    parts = bytes.fromhex("a1090607608574050801") + bytes((context,))
    if password is not None:
        parts += bytes.fromhex("8a0207808b07608574050802") + bytes((mechanism,))
        parts += bytes((0xAC, len(password) + 2, 0x80, len(password))) + password
    parts += bytes((0xBE, len(initiate) + 2, 4, len(initiate))) + initiate
    return bytes((0x60, len(parts))) + parts


def decode(octets):
    """(value, rest): tuples for structures, lists for arrays, bytes, integers, None."""
    tag, rest = octets[0], octets[1:]
    if tag in (1, 2):
        count, rest = _length(rest)
        items = []
        for _ in range(count):
            item, rest = decode(rest)
            items.append(item)
        return (items if tag == 1 else tuple(items)), rest
    if tag == 25:
        return rest[:12], rest[12:]
    if tag == 9:
        count, rest = _length(rest)
        return rest[:count], rest[count:]
    if tag == 4:
        count, rest = _length(rest)
        size = -(-count // 8)
        return f"{int.from_bytes(rest[:size], 'big'):0{8 * size}b}"[:count], rest[size:]
    form = {0: "", 3: ">?", 6: ">I", 15: ">b", 16: ">h", 17: ">B", 18: ">H", 21: ">Q", 22: ">B"}
    size = struct.calcsize(form[tag])
    return (struct.unpack(form[tag], rest[:size]) or (None,))[0], rest[size:]


def _length(octets):
    count = octets[0] & 0x7F if octets[0] & 0x80 else 0
    if not count:
        return octets[0], octets[1:]
    return int.from_bytes(octets[1 : count + 1], "big"), octets[count + 1 :]


def second(twelve):
    """UTC of date-time octets, by the standard: deviation = UTC minus local."""
    year, month, day, _, hour, minute, sec, _, deviation, _ = struct.unpack(">HBBBBBBBhB", twelve)
    return calendar.timegm((year, month, day, hour, minute, sec)) + deviation * 60


def twelve(utc_s):
    t = time.gmtime(utc_s)
    return struct.pack(">HBBBBBBBhB", t[0], t[1], t[2], t[6] + 1, t[3], t[4], t[5], 0, 0, 0)


def by_range(low, high, columns=b"\x01\x00"):
    clock = bytes.fromhex("0204120008 0906 0000010000ff 0f02 120000")
    return b"\x01\x01\x02\x04" + clock + b"\x09\x0c" + low + b"\x09\x0c" + high + columns


def by_entry(first, last, first_column=1, last_column=0):
    entry = struct.pack(">BIBIBHBH", 6, first, 6, last, 18, first_column, 18, last_column)
    return b"\x01\x02\x02\x04" + entry


class Reader:
    """One client of one meter. `now_ms` and `utc_s` are what the meter is told."""

    def __init__(self, meter, sap=PUBLIC, server=b"\x02\x23"):
        self._meter = meter
        self.server = server
        self._client = bytes((sap << 1 | 1,))
        self.now_ms = 0
        self.utc_s = NOW_S
        self.sent = self.received = 0  # N(S) of my next, N(R) of my next
        self._frame_max = 128

    def say(self, control, information=b"", segmented=False):
        """What the meter says to one frame, as `Said` tuples."""
        octets = frame(self.server, self._client, control, information, segmented)
        return frames_in(self._meter.receive(octets, self.now_ms, self.utc_s))

    def connect(self, octets=128, window=1):
        self.sent = self.received = 0
        self._frame_max = octets
        (answer,) = self.say(SNRM, parameters(octets, window))
        assert answer.control == UA
        return self

    def control(self):
        return 0x10 | self.received << 5 | self.sent << 1

    def send(self, apdu):
        """The first frames of the answer to an APDU, which goes in as many as it needs."""
        left = b"\xe6\xe6\x00" + apdu
        while True:
            piece, left = left[: self._frame_max], left[self._frame_max :]
            said = self.say(self.control(), piece, bool(left))
            self.sent = (self.sent + 1) % 8
            if not left:
                return said
            assert said[0].control == 0x11 | self.sent << 5, "RR"

    def ask(self, apdu):
        """The answer to an APDU, its segments fetched with RR and put together."""
        said, whole = self.send(apdu), b""
        while True:
            for part in said:
                assert part.control >> 1 & 7 == self.received, "N(S)"
                self.received = (self.received + 1) % 8
                whole += part.information
            if not said[-1].segmented:
                break
            said = self.say(0x11 | self.received << 5)
        assert whole.startswith(b"\xe6\xe7\x00")
        return whole[3:]

    def associate(self, **how):
        """The diagnostic of the AARE: 0 is accepted."""
        answer = self.ask(aarq(**how))
        assert answer[:1] == b"\x61"
        return answer[answer.index(b"\xa3\x05\xa1\x03\x02\x01") + 6]

    def open(self, octets=128, window=1, **how):
        self.connect(octets, window)
        assert self.associate(**how) == 0
        return self

    def get(self, class_id, text, index, access=b"\x00"):
        """The value, blocks put together; `(DAR,)` for a refusal."""
        answer = self.ask(get_request(class_id, text, index, access))
        if answer[:2] == b"\xc4\x02":
            return _whole(decode(self.blocks(answer)))
        return _whole(decode(answer[4:])) if answer[3] == 0 else ("DAR", answer[4])

    def blocks(self, answer):
        """The raw data of all blocks, given the first."""
        raw = b""
        for number in range(1, 10_000):
            assert answer[:4] == bytes((0xC4, 2, 0xC1, answer[3]))
            assert answer[4:9] == struct.pack(">IB", number, 0)
            count, piece = _length(answer[9:])
            assert count == len(piece)
            raw += piece
            if answer[3]:
                return raw
            answer = self.ask(GET_NEXT + struct.pack(">I", number))
        raise AssertionError("no last block")

    def set(self, class_id, text, index, value):
        """The DAR; `value` is encoded Data."""
        request = b"\xc1\x01\xc1" + descriptor(class_id, text, index) + b"\x00" + value
        answer = self.ask(request)
        assert answer[:3] == b"\xc5\x01\xc1" and len(answer) == 4
        return answer[3]

    def act(self, class_id, text, method, value=b"\x0f\x00"):
        """The action result; `value` is encoded Data."""
        request = b"\xc3\x01\xc1" + descriptor(class_id, text, method) + b"\x01" + value
        answer = self.ask(request)
        assert answer[:3] == b"\xc7\x01\xc1" and answer[4:] == b"\x00"
        return answer[3]

    def get_list(self, *wanted):
        """[value or ("DAR", n)]"""
        request = GET_LIST + bytes((len(wanted),))
        answer = self.ask(request + b"".join(descriptor(*one) + b"\x00" for one in wanted))
        rest = answer[3:] if answer[1] == 3 else self.blocks(answer)
        count, rest, values = rest[0], rest[1:], []
        for _ in range(count):
            if rest[0]:
                values.append(("DAR", rest[1]))
                rest = rest[2:]
            else:
                value, rest = decode(rest[1:])
                values.append(value)
        assert not rest
        return values


def _whole(decoded):
    value, rest = decoded
    assert not rest
    return value
