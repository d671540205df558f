"""The application of one client in the meter: associate, prove, ask, release.

`answer(apdu)` -> the APDUs to say: none, one, or blocks in a row. It takes off and puts on
what is around a service: general blocks (transfer.py), protection (session.py). The services
themselves are in services.py.
"""

from collections import namedtuple

from meter_sim import acse, ciphering, data, hls, requests, transfer
from meter_sim.dar import DENIED, OK
from meter_sim.objects import ASSOCIATION
from meter_sim.security import SECURITY_SETUP
from meter_sim.services import MAX_PDU_MIN, NOT_ALLOWED, NOT_POSSIBLE, Services, exception
from meter_sim.session import Undeciphered

AARQ, RLRQ = b"\x60", b"\x62"
GBT = 1 << 23 - 2  # in the conformance
REPLY_TO_HLS = requests.Descriptor(15, ASSOCIATION, 1)
CHALLENGE_OCTETS = 16
RELEASED, PENDING, ASSOCIATED = range(3)  # association_status


# What the meter is like: see meter.py and security.py. randbytes(count) makes its challenges.
About = namedtuple("About", "max_pdu lacks gbt_window faults randbytes tells strict_release")


class Association:
    """`objects` are the meter's; `gate` is the client's door.

    stream_max  general blocks that the connection takes in a row
    session     how it protects what it says, or None: it never does
    """

    def __init__(self, objects, gate, about, stream_max, session=None):
        self._gate = gate
        self._about = about
        self._session = session
        self._services = Services(objects, gate.client.public)
        self._transfer = transfer.Transfer(about.gbt_window, stream_max, about.faults)
        self._utc_s = 0
        self.reset()

    def reset(self):
        self._status = RELEASED
        self._conformance = 0
        self._max_pdu = 0  # of the answers
        self._parties = None  # for the proofs of HLS, as the client sees them
        self._services.end()
        self._transfer.forget()
        if self._session:
            self._session.forget()

    def answer(self, apdu, utc_s):
        self._utc_s = utc_s
        if self._conformance & GBT:
            whole, said = self._whole(apdu)
            if whole is None:
                return said
            apdu = whole
        answer = self._one(apdu)
        if answer is None:
            return []
        too_long = self._status and len(answer) > self._max_pdu
        if self._conformance & GBT and (too_long or self._transfer.by_blocks):
            return self._transfer.send(answer, self._max_pdu)
        return [answer]

    def _whole(self, apdu):
        """(APDU or None, blocks to say): a request in general blocks, once all have come."""
        if apdu[:1] == b"\xe0":
            return self._transfer.receive(apdu)
        self._transfer.forget()
        return apdu, []

    def _one(self, apdu):
        """The answer to one whole APDU, or None."""
        kind = apdu[:1]
        if kind == AARQ:
            return self._associate(apdu)
        try:
            if kind == RLRQ:
                return self._release(apdu)
            return self._ask(apdu)
        except Undeciphered as wrong:
            return wrong.answer if self._about.tells else None

    def _ask(self, apdu):
        if self._session is None or not self._status:
            return self._serve(apdu, 0)
        if apdu and apdu[0] in ciphering.TAGS:
            answer = self._serve(self._session.open(apdu), self._session.overhead)
        else:
            self._session.plain()
            answer = self._serve(apdu, 0)
        sealed = answer and self._session.seal(answer)
        self._session.security.settle()
        return sealed

    def _serve(self, apdu, overhead):
        if self._status == ASSOCIATED:
            room = transfer.OCTETS_MAX if self._conformance & GBT else self._max_pdu - overhead
            return self._services.answer(apdu, self._utc_s, room)
        if self._status == PENDING:
            return self._prove(apdu)
        known = Services.knows(apdu)
        return exception(NOT_ALLOWED, NOT_POSSIBLE) if known else self._services.unknown()

    def _associate(self, apdu):
        self.reset()
        proposal = acse.proposal(apdu)
        if proposal is None:
            return self._refusal(acse.NO_CIPHERING, acse.NO_REASON)
        context = proposal.context
        diagnostic = self._gate.mismatch(proposal)
        if diagnostic:
            return self._refusal(context, diagnostic)
        try:
            initiate = acse.initiate(self._opened(proposal))
        except Undeciphered as wrong:
            return wrong.answer if self._about.tells else None
        if initiate is None:
            return self._refusal(context, acse.NO_REASON)
        if 0 < initiate.max_pdu < MAX_PDU_MIN:
            return self._refusal(context, acse.NO_REASON, acse.PDU_TOO_SHORT)
        diagnostic = self._gate.objection(proposal, self._utc_s)
        if diagnostic:
            return self._refusal(context, diagnostic)
        self._agree(initiate, proposal)
        return self._acceptance(proposal)

    def _opened(self, proposal):
        """The InitiateRequest in plain."""
        information = proposal.information
        if self._session is None or proposal.context != acse.CIPHERING:
            return information
        self._session.client_title = proposal.title
        if information[:1] == b"\x01":
            self._session.plain()
            return information
        if not information or information[0] not in ciphering.TAGS:
            return b""
        return self._session.open(information)

    def _refusal(self, context, diagnostic, error=acse.REFUSED):
        self.reset()
        silent = self._about.faults.refuses_without_user_information
        return acse.refusal(context, diagnostic, None if silent else error)

    def _agree(self, initiate, proposal):
        own = acse.conformance_without(self._about.lacks)
        self._conformance = initiate.conformance & own
        self._max_pdu = min(initiate.max_pdu or self._about.max_pdu, self._about.max_pdu)
        if initiate.dedicated_key and self._session:
            self._session.dedicate(initiate.dedicated_key)
        self._status = ASSOCIATED
        self._services.begin(self._conformance, self._current(proposal))
        if self._session:
            self._session.security.client_title = proposal.title or bytes(8)

    def _acceptance(self, proposal):
        response = acse.initiate_response(self._conformance, self._about.max_pdu)
        mechanism, session = proposal.mechanism, self._session
        title = session.security.title if session else b""
        proof = b""
        if mechanism in hls.MECHANISMS:
            self._status = PENDING
            challenge = self._about.randbytes(CHALLENGE_OCTETS)
            self._parties = hls.Parties(proposal.title, title, challenge, proposal.value)
            proof = acse.challenged(mechanism, challenge)
        sealed = session.seal(response) if session else response
        return acse.acceptance(proposal.context, sealed, title, proof)

    def _prove(self, apdu):
        """Passes 3 and 4 of HLS: nothing else is let through."""
        parsed = requests.action_normal(apdu[3:]) if apdu[:2] == b"\xc3\x01" else None
        if not parsed or parsed[0] != REPLY_TO_HLS:
            return exception(NOT_ALLOWED, NOT_POSSIBLE)
        value, keys = parsed[1], self._session.security
        said = bytes(value.value) if value is not None and value.tag == data.OCTETS else b""
        mechanism, seen = self._gate.client.mechanism, self._parties
        if not hls.is_proof(mechanism, seen, keys, said):
            self._gate.failed(self._utc_s)
            self._status = RELEASED
            return b"\xc7\x01" + apdu[2:3] + bytes((DENIED, 0))
        self._gate.passed()
        if mechanism == hls.GMAC:
            keys.accept(keys.guek, hls.counter_in(said))
        self._status = ASSOCIATED
        own = hls.Parties(seen.peer_title, seen.title, seen.sent, seen.received)
        proof = hls.proof(mechanism, own, keys, lambda: keys.next_counter(keys.guek))
        return b"\xc7\x01" + apdu[2:3] + bytes((OK, 1, 0)) + data.octets(proof)

    def _release(self, apdu):
        if not self._status:
            return exception(NOT_ALLOWED, NOT_POSSIBLE)
        information = acse.release_information(apdu)
        said = b""
        if self._session and information and information[0] in ciphering.TAGS:
            self._session.open(information)
            response = acse.initiate_response(self._conformance, self._about.max_pdu)
            said = self._session.seal(response)
        elif self._session and self._about.strict_release:
            self._session.plain()
        self.reset()
        return acse.release(said)

    def _current(self, proposal):
        """Attributes of the association object that are of this association."""
        sizes = self._about.max_pdu, self._about.max_pdu
        context = acse.LN_CONTEXT + bytes((proposal.context,))
        mechanism = acse.MECHANISM + bytes((proposal.mechanism,))
        information = (
            b"\x04\x18" + self._conformance.to_bytes(3, "big"),
            *map(data.u16, sizes),
            data.u8(6),
            data.i8(0),
            data.octets(b""),
        )
        return {
            4: data.octets(context),
            5: data.structure(*information),
            6: data.octets(mechanism),
            8: data.enum(ASSOCIATED),
            9: data.octets(SECURITY_SETUP if self._session else b""),
        }
