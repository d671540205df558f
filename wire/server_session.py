"""One association of the server, once it is admitted: deciphering what comes, proving by high
level security, ciphering what goes. What is asked is answered by wire/server_services.py.

Reference: IEC 62056-5-3, HLS passes 3 and 4, protection of APDUs.
"""

from wire import apdu, axdr, envelope, hls, initiate
from wire.apdu import Result
from wire.ciphering import CounterError, DecipherError
from wire.errors import DcuError, WireError
from wire.server_admission import CLIENT_PDU_MIN
from wire.server_blocks import Agreed
from wire.server_general import GeneralBlocks
from wire.server_objects import exception

_NOT_YET = exception(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE)


class Session:
    """`answer` the client with SAP `client`, who is Admitted, until `is_failed`.

    services   Services of wire/server_services.py
    window     of general blocks, as in wire/server_general.py: they are outside of ciphering
    """

    def __init__(self, services, client, admitted, window):
        self.agreed = Agreed(admitted.conformance, admitted.max_pdu)
        is_in_blocks = self.agreed.allows(initiate.GENERAL_BLOCK)
        self._blocks = GeneralBlocks(is_in_blocks, admitted.max_pdu, window)
        self.mechanism = admitted.mechanism
        self.is_failed = False  # the client did not prove itself: this is over
        self._max_pdu = admitted.max_pdu
        self._services = services
        self._client = client
        self._protection = admitted.protection
        self._shake = admitted.shake

    def answer(self, octets):
        """The answer, in blocks and ciphered as `octets` are; None for none. Nothing is raised."""
        return self._blocks.answer(octets, self._served)

    def more(self):
        """The next general block of the answer, None after the last."""
        return self._blocks.more()

    def _served(self, octets):
        way = None
        try:
            plain, way = self._opened(octets)
        except CounterError as error:
            return exception(apdu.NOT_ALLOWED, apdu.COUNTER_ERROR, error.expected)
        except DecipherError:
            return exception(apdu.NOT_ALLOWED, apdu.DECIPHERING_ERROR)
        if way:
            self.agreed.max_pdu = self._max_pdu - self._protection.overhead(way)
            if self.agreed.max_pdu < CLIENT_PDU_MIN:
                return exception(apdu.NOT_ALLOWED, apdu.PDU_TOO_LONG)
        try:
            answer = self._answered(plain)
            return self._protection.seal(answer, way) if answer and way else answer
        except DcuError:  # there is no counter to be had, or no such signature here
            return exception(apdu.NOT_ALLOWED, apdu.OTHER_REASON)

    def check_release(self, information):
        """DecipherError if the user-information of an RLRQ is ciphered, and not by the client.
        Clients differ in what they send with it; most send nothing."""
        if self._protection and envelope.is_ciphered(information):
            self._protection.open(information)

    def _opened(self, octets):
        """(plain APDU, Way to answer it); None: in clear."""
        if self._protection is None:
            return octets, None
        if envelope.is_ciphered(octets):
            return self._protection.open(octets)
        if self._protection.security.policy:
            raise DecipherError("in clear")
        return octets, None

    def _answered(self, plain):
        if self._shake:
            return self._proven(plain)
        return self._services.answer(self.agreed, self._client, plain)

    def _proven(self, plain):
        """Pass 4 in answer to pass 3; to all else, that it is too early."""
        request = _asked(plain)
        if request is None:
            return _NOT_YET
        shake, self._shake = self._shake, None
        self.is_failed = True  # also when the proof cannot be checked
        if not hls.is_proof(shake, _octets(request.data)):
            return apdu.encode(apdu.ActionResponse(request.invoke, apdu.READ_WRITE_DENIED, None))
        self.is_failed = False
        proof = Result(apdu.SUCCESS, axdr.octets(hls.proof(shake)))
        return apdu.encode(apdu.ActionResponse(request.invoke, apdu.SUCCESS, proof))


def _asked(plain):
    """The ActionRequest reply_to_HLS_authentication, or None."""
    try:
        request = apdu.decode(plain)
    except WireError:
        return None
    is_reply = isinstance(request, apdu.ActionRequest) and request.method == hls.REPLY
    return request if is_reply else None


def _octets(data):
    """b"" if they are no octet-string: no proof is empty."""
    try:
        value = axdr.decode_all(data)
    except WireError:
        return b""
    return value if isinstance(value, bytes) else b""
