"""The application of one client in the meter: associate, GET, SET, ACTION, release.

`answer(apdu)` -> APDU or None (nothing is to be said). Knows services and blocks; what the
objects are is in objects.py.
"""

import struct

from meter_sim import acse, dar, data, requests

NOT_ALLOWED, UNKNOWN = 1, 2  # states of exception-response
NOT_POSSIBLE, NOT_SUPPORTED, OTHER = 1, 2, 3  # its service errors
BLOCK_GET, MULTIPLE_REFERENCES, SELECTIVE_ACCESS = 1 << 12, 1 << 9, 1 << 2
CONFIRMED = 0x40
BLOCK_OVERHEAD = 12  # C4 02 invoke last number(4) 00 length(3)
MAX_PDU_MIN = 32


def exception(state, service):
    return bytes((0xD8, state, service))


class Association:
    """`objects` are the meter's; `public` clients need no password and may only read.

    max_pdu  the longest APDU of this meter, both ways, in octets
    """

    def __init__(self, objects, public, password, max_pdu):
        self._objects = objects
        self._public = public
        self._password = password
        self._own_max_pdu = max_pdu
        self._utc_s = 0
        self.reset()

    def reset(self):
        self._conformance = 0
        self._max_pdu = 0  # of the answers; 0: not associated
        self._long = None  # (octets left, number of the block sent last)

    def answer(self, apdu, utc_s):
        self._utc_s = utc_s
        service = _SERVICES.get(apdu[:1])
        if service is None:
            return exception(UNKNOWN, NOT_SUPPORTED)
        if not self._max_pdu and service is not Association._associate:
            return exception(NOT_ALLOWED, NOT_POSSIBLE)
        return service(self, apdu)

    def _associate(self, apdu):
        self.reset()
        proposal = acse.proposal(apdu)
        if proposal is None:
            return acse.refusal(acse.NO_REASON)
        diagnostic = self._objection(proposal)
        if diagnostic:
            return acse.refusal(diagnostic)
        self._conformance = proposal.conformance & acse.OWN_CONFORMANCE
        self._max_pdu = min(proposal.max_pdu or self._own_max_pdu, self._own_max_pdu)
        return acse.acceptance(self._conformance, self._own_max_pdu)

    def _objection(self, proposal):
        """The diagnostic of a refusal, or 0."""
        if proposal.context != acse.NO_CIPHERING:
            return acse.CONTEXT_UNKNOWN
        if 0 < proposal.max_pdu < MAX_PDU_MIN:
            return acse.NO_REASON
        if proposal.mechanism not in (acse.NONE, acse.LLS):
            return acse.MECHANISM_UNKNOWN
        if self._public:
            return acse.MECHANISM_UNKNOWN if proposal.mechanism else 0
        if proposal.mechanism == acse.NONE:
            return acse.MECHANISM_REQUIRED
        return 0 if proposal.password == self._password else acse.WRONG_PASSWORD

    def _release(self, apdu):
        self.reset()
        return acse.RELEASE_RESPONSE

    def _get(self, apdu):
        kind, invoke = apdu[1:2], apdu[2:3]
        if kind == b"\x02":
            return self._next_block(invoke, apdu[3:])
        self._long = None
        if kind not in (b"\x01", b"\x03"):
            return exception(UNKNOWN, NOT_SUPPORTED)
        is_list = kind == b"\x03"
        wanted = (requests.get_list if is_list else requests.get_normal)(apdu[3:])
        if not wanted or (is_list and not self._conformance & MULTIPLE_REFERENCES):
            return exception(UNKNOWN, OTHER)
        results = [self._read(*one) for one in wanted]
        if is_list:
            return self._fitting(invoke, kind, bytes((len(results),)) + b"".join(results), 0)
        return self._fitting(invoke, kind, results[0], 1)

    def _read(self, descriptor, selection):
        """`00 Data` or `01 DAR`."""
        if selection and not self._conformance & SELECTIVE_ACCESS:
            return bytes((1, dar.DENIED))
        result, value = self._objects.get(descriptor, selection, self._public, self._utc_s)
        return bytes((1, result)) if result else b"\x00" + value

    def _fitting(self, invoke, kind, result, choice):
        """The answer in one piece, or its first block. `choice` octets are not in blocks."""
        if len(result) + 3 <= self._max_pdu:
            return b"\xc4" + kind + invoke + result
        if not self._conformance & BLOCK_GET:
            return b"\xc4\x01" + invoke + bytes((1, dar.NO_BLOCK))
        self._long = (result[choice:], 0)
        return self._block(invoke)

    def _next_block(self, invoke, number):
        if self._long is None:
            return b"\xc4\x01" + invoke + bytes((1, dar.NO_LONG_GET))
        if number != self._long[1].to_bytes(4, "big"):
            self._long = None
            return b"\xc4\x02" + invoke + b"\x01" + number + bytes((1, dar.WRONG_BLOCK))
        return self._block(invoke)

    def _block(self, invoke):
        left, number = self._long
        size = self._max_pdu - BLOCK_OVERHEAD
        is_last = len(left) <= size
        self._long = None if is_last else (left[size:], number + 1)
        head = b"\xc4\x02" + invoke + struct.pack(">BIB", is_last, number + 1, 0)
        return head + data.length(len(left[:size])) + left[:size]

    def _set(self, apdu):
        if apdu[1:2] != b"\x01":
            return exception(UNKNOWN, NOT_SUPPORTED)
        parsed = requests.set_normal(apdu[3:])
        if parsed is None:
            return exception(UNKNOWN, OTHER)
        descriptor, selection, value = parsed
        denied = self._public or selection is not None
        result = dar.DENIED if denied else self._objects.set(descriptor, value, self._utc_s)
        return b"\xc5\x01" + apdu[2:3] + bytes((result,)) if apdu[2] & CONFIRMED else None

    def _action(self, apdu):
        if apdu[1:2] != b"\x01":
            return exception(UNKNOWN, NOT_SUPPORTED)
        parsed = requests.action_normal(apdu[3:])
        if parsed is None:
            return exception(UNKNOWN, OTHER)
        result = dar.DENIED if self._public else self._objects.act(*parsed, self._utc_s)
        return b"\xc7\x01" + apdu[2:3] + bytes((result, 0)) if apdu[2] & CONFIRMED else None


_SERVICES = {
    b"\x60": Association._associate,
    b"\x62": Association._release,
    b"\xc0": Association._get,
    b"\xc1": Association._set,
    b"\xc3": Association._action,
}
