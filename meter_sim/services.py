"""GET, SET, ACTION and ACCESS of one associated client: plain request in, plain answer out.

In one piece, as lists, and in the blocks of the service. IEC 62056-5-3, LN services.
"""

from meter_sim import blocks, dar, data, requests
from meter_sim.objects import ASSOCIATION

NOT_ALLOWED, UNKNOWN = 1, 2  # states of exception-response
NOT_POSSIBLE, NOT_SUPPORTED, OTHER, TOO_LONG = 1, 2, 3, 4  # its service errors
BLOCK_GET, BLOCK_SET, BLOCK_ACTION = 1 << 12, 1 << 11, 1 << 10
MULTIPLE_REFERENCES, ACCESS, SELECTIVE_ACCESS = 1 << 9, 1 << 6, 1 << 2
CONFIRMED = 0x40
MAX_PDU_MIN = 32
LONG_CONFIRMED, LONG_BREAKS, LONG_DESCRIBES = 1 << 30, 1 << 29, 1 << 28


def exception(state, service):
    return bytes((0xD8, state, service))


class Services:
    """`objects` are the meter's; a `public` client may read only, and not everything."""

    def __init__(self, objects, public):
        self._objects = objects
        self._public = public
        self._conformance = 0
        self._current = {}
        self._utc_s = 0
        self._room = 0
        self._long = blocks.Outgoing()
        self._coming = {b"\xc1": blocks.Incoming(), b"\xc3": blocks.Incoming()}

    def begin(self, conformance, current):
        """`current`: what the association object says of this association, by attribute."""
        self._conformance = conformance
        self._current = current

    def end(self):
        self._long.forget()
        for coming in self._coming.values():
            coming.forget()

    @staticmethod
    def knows(apdu):
        return apdu[:1] in _SERVICES

    @staticmethod
    def unknown():
        return exception(UNKNOWN, NOT_SUPPORTED)

    def answer(self, apdu, utc_s, room):
        """`room`: the longest answer, in octets. None: nothing is to be said."""
        service = _SERVICES.get(apdu[:1])
        if service is None or not self._has(apdu[:2]):
            return self.unknown()
        self._utc_s, self._room = utc_s, room
        return service(self, apdu)

    def _has(self, kind):
        needed = _NEEDS.get(kind, 0)
        return self._conformance & needed == needed

    def _get(self, apdu):
        kind, invoke = apdu[1:2], apdu[2:3]
        if kind == b"\x02":
            return self._next_block(b"\xc4", invoke, apdu[3:])
        self._long.forget()
        if kind not in (b"\x01", b"\x03"):
            return self.unknown()
        is_list = kind == b"\x03"
        wanted = (requests.get_list if is_list else requests.get_normal)(apdu[3:])
        if not wanted:
            return exception(UNKNOWN, OTHER)
        results = [self._read(*one) for one in wanted]
        if is_list:
            return self._fitting(invoke, kind, bytes((len(results),)) + b"".join(results), 0)
        return self._fitting(invoke, kind, results[0], 1)

    def _read(self, descriptor, selection):
        """`00 Data` or `01 DAR`."""
        result, value = self._value(descriptor, selection)
        return bytes((1, result)) if result else b"\x00" + value

    def _value(self, descriptor, selection):
        """(DAR, Data)"""
        if selection and not self._conformance & SELECTIVE_ACCESS:
            return dar.DENIED, b""
        if descriptor.ln == ASSOCIATION and descriptor.index in self._current:
            return dar.OK, self._current[descriptor.index]
        return self._objects.get(descriptor, selection, self._public, self._utc_s)

    def _fitting(self, invoke, kind, result, choice):
        """The answer in one piece, or its first block. `choice` octets are not in blocks."""
        if len(result) + 3 <= self._room:
            return b"\xc4" + kind + invoke + result
        if not self._conformance & BLOCK_GET:
            return b"\xc4\x01" + invoke + bytes((1, dar.NO_BLOCK))
        self._long.start(result[choice:])
        return b"\xc4\x02" + invoke + self._long.next(self._room, b"\x00")

    def _next_block(self, response, invoke, number):
        choice = b"\x00" if response == b"\xc4" else b""
        if not self._long.is_on:
            return response + b"\x01" + invoke + _failed(response, dar.NO_LONG_GET)
        if not self._long.follows(number):
            self._long.forget()
            if choice:
                return b"\xc4\x02" + invoke + b"\x01" + number + bytes((1, dar.WRONG_BLOCK))
            return b"\xc7\x01" + invoke + _failed(response, dar.WRONG_BLOCK)
        return response + b"\x02" + invoke + self._long.next(self._room, choice)

    def _set(self, apdu):
        kind, invoke = apdu[1:2], apdu[2:3]
        if kind not in _SETS:
            return self.unknown()
        said = self._set_long(kind, apdu) if kind in _SET_BLOCKS else self._set_whole(kind, apdu)
        if said is None:
            return exception(UNKNOWN, OTHER)
        return b"\xc5" + said[:1] + invoke + said[1:] if apdu[2] & CONFIRMED else None

    def _set_whole(self, kind, apdu):
        """What is said, without C5 and the invoke id: kind of the response, results."""
        is_list = kind == b"\x04"
        parsed = (requests.set_list if is_list else requests.set_normal)(apdu[3:])
        if not parsed:
            return None
        results = bytes([self._write(*one) for one in (parsed if is_list else [parsed])])
        return bytes((5, len(results))) + results if is_list else b"\x01" + results

    def _write(self, descriptor, selection, value):
        if self._public or selection is not None:
            return dar.DENIED
        return self._objects.set(descriptor, value, self._utc_s)

    def _set_long(self, kind, apdu):
        coming = self._coming[b"\xc1"]
        block = _block_of(coming, kind, apdu, _SETS[kind])
        if block is None:
            return None
        number = block.number.to_bytes(4, "big")
        targets, is_list = coming.target or ((), False)
        if not coming.take(block):
            return bytes((3, dar.WRONG_BLOCK)) + number
        if not block.last:
            return b"\x02" + number
        values = _values(coming, is_list, len(targets))
        if values is None:
            results = bytes((dar.TYPE_UNMATCHED,)) * len(targets)
        else:
            results = bytes([self._write(*t, value) for t, value in zip(targets, values)])
        return (bytes((4, len(results))) if is_list else b"\x03") + results + number

    def _action(self, apdu):
        kind, invoke = apdu[1:2], apdu[2:3]
        if kind == b"\x02":
            return self._next_block(b"\xc7", invoke, apdu[3:])
        if kind not in _ACTIONS:
            return self.unknown()
        whole = self._action_whole if kind not in _ACTION_BLOCKS else self._action_long
        said = whole(kind, apdu)
        if said is None:
            return exception(UNKNOWN, OTHER)
        return self._acted(invoke, said) if apdu[2] & CONFIRMED else None

    def _action_whole(self, kind, apdu):
        """What is said, without C7 and the invoke id."""
        is_list = kind == b"\x03"
        parsed = (requests.action_list if is_list else requests.action_normal)(apdu[3:])
        if not parsed:
            return None
        results = [self._act(*one) for one in (parsed if is_list else [parsed])]
        return _results(results, is_list)

    def _act(self, method, value):
        """result, and whether there is data, which these objects never give."""
        denied = self._public
        result = dar.DENIED if denied else self._objects.act(method, value, self._utc_s)
        return bytes((result, 0))

    def _action_long(self, kind, apdu):
        coming = self._coming[b"\xc3"]
        block = _block_of(coming, kind, apdu, _ACTIONS[kind])
        if block is None:
            return None
        targets, is_list = coming.target or ((), False)
        if not coming.take(block):
            return bytes((1, dar.WRONG_BLOCK, 0))
        if not block.last:
            return b"\x04" + block.number.to_bytes(4, "big")
        values = _values(coming, is_list, len(targets))
        if values is None:
            results = [bytes((dar.TYPE_UNMATCHED, 0))] * len(targets)
        else:
            results = [self._act(target, value) for target, value in zip(targets, values)]
        return _results(results, is_list)

    def _acted(self, invoke, said):
        if len(said) + 2 <= self._room or not self._conformance & BLOCK_ACTION:
            return b"\xc7" + said[:1] + invoke + said[1:]
        self._long.start(said[1:])
        return b"\xc7\x02" + invoke + self._long.next(self._room, b"")

    def _access(self, apdu):
        if not self._conformance & ACCESS:
            return self.unknown()
        parsed = requests.access(apdu[1:])
        if parsed is None:
            return exception(UNKNOWN, OTHER)
        invoke, date_time, wishes = parsed
        values, results = [], []
        broken = False
        for wish, value in wishes:
            result, said = (dar.OTHER_REASON, b"") if broken else self._fulfil(wish, value)
            values.append(said or data.NULL)
            results.append(bytes((_KIND_OF_WISH[wish.service], result)))
            broken = broken or bool(result and invoke & LONG_BREAKS)
        if not invoke & LONG_CONFIRMED:
            return None
        count = bytes((len(wishes),))
        said = b"\xda" + apdu[1:5] + data.length(len(date_time)) + date_time + b"\x00"
        said += count + b"".join(values) + count + b"".join(results)
        return said if len(said) <= self._room else exception(NOT_ALLOWED, TOO_LONG)

    def _fulfil(self, wish, value):
        """(DAR or action result, Data or b"")"""
        if wish.service in (requests.GET, requests.GET_SELECTED):
            return self._value(wish.descriptor, wish.selection)
        if wish.service == requests.ACTION:
            return self._act(wish.descriptor, value)[0], b""
        return self._write(wish.descriptor, wish.selection, value), b""


def _block_of(coming, kind, apdu, first):
    """The block in a request; one that opens a long request (`first` reads it) begins it."""
    if first is None:
        return requests.block(apdu[3:])
    parsed = first(apdu[3:])
    if not parsed:
        return None
    coming.start((parsed[0], kind == b"\x05"))
    return parsed[1]


def _values(coming, is_list, count):
    raw = coming.raw
    coming.forget()
    values = requests.values(raw, is_list)
    return values if values and len(values) == count else None


def _failed(response, result):
    """`01 DAR` of GET; of ACTION the result, and that there is no data."""
    return bytes((1, result)) if response == b"\xc4" else bytes((result, 0))


def _results(results, is_list):
    count = bytes((3, len(results))) if is_list else b"\x01"
    return count + b"".join(results)


_SERVICES = {
    b"\xc0": Services._get,
    b"\xc1": Services._set,
    b"\xc3": Services._action,
    b"\xd9": Services._access,
}
_KIND_OF_WISH = {1: 1, 2: 2, 3: 3, 4: 1, 5: 2}
# kind of request: how its first block is read; None for blocks that follow and whole requests
_SETS = {
    b"\x01": None,
    b"\x02": requests.set_first,
    b"\x03": None,
    b"\x04": None,
    b"\x05": requests.set_list_first,
}
_SET_BLOCKS = (b"\x02", b"\x03", b"\x05")
_ACTIONS = {
    b"\x01": None,
    b"\x03": None,
    b"\x04": requests.action_first,
    b"\x05": requests.action_list_first,
    b"\x06": None,
}
_ACTION_BLOCKS = (b"\x04", b"\x05", b"\x06")
_NEEDS = {  # what must have been agreed for a kind of request
    b"\xc0\x03": MULTIPLE_REFERENCES,
    b"\xc1\x02": BLOCK_SET,
    b"\xc1\x03": BLOCK_SET,
    b"\xc1\x04": MULTIPLE_REFERENCES,
    b"\xc1\x05": MULTIPLE_REFERENCES | BLOCK_SET,
    b"\xc3\x03": MULTIPLE_REFERENCES,
    b"\xc3\x04": BLOCK_ACTION,
    b"\xc3\x05": MULTIPLE_REFERENCES | BLOCK_ACTION,
    b"\xc3\x06": BLOCK_ACTION,
}
