"""The DLMS server side: who may ask, what is answered, and what hostile clients get."""

from tests.dual.codec_checks import flipped, truncated, vectors
from tests.dual.cosem_peer import (
    CLIENTS,
    DISCONNECTOR,
    ENERGY,
    MANAGEMENT,
    MARK,
    PASSWORD,
    PROFILE,
    PUBLIC,
    Objects,
    associated,
)
from wire import apdu, association, axdr, initiate
from wire.apdu import Method, Result
from wire.credentials import Credentials
from wire.errors import WireError
from wire.server import CLIENT_PDU_MIN, CONFORMANCE, MAX_PDU, Denied, ServerAssociation
from wire.server_services import ANSWER_MAX

NOT_ALLOWED = b"\xd8\x01\x01"
DAMAGED = b"\xd8\x01\x03"
TOO_LONG = b"\xd8\x01\x04"
NOT_SUPPORTED = b"\xd8\x02\x02"
GET_ENERGY = apdu.encode(apdu.GetRequest(0xC1, ENERGY, None))
GET_PROFILE = apdu.encode(apdu.GetRequest(0xC1, PROFILE, None))


def aarq(offer, mechanism=association.NONE, secret=b"", context=association.LN):
    information = initiate.encode_initiate(offer)
    return association.encode(association.Aarq(context, mechanism, secret, information))


def answered(offer, sap=PUBLIC, **more):
    server = ServerAssociation(Objects(), CLIENTS)
    return association.decode(server.answer(sap, 1, aarq(offer, **more)))


def next_block(client, number, invoke=0xC1):
    return apdu.decode(client.ask(apdu.encode(apdu.GetNextRequest(invoke, number))))


def test_without_an_association_nothing_is_given():
    server = ServerAssociation(Objects(), CLIENTS)
    for vector in vectors("cosem"):
        octets = bytes.fromhex(vector["hex"])
        if octets[0] in (0x62, 0xC0, 0xC1, 0xC3, 0xC8, 0xD0, 0xD9, 0xDB):
            assert server.answer(PUBLIC, 1, octets) == NOT_ALLOWED, vector["meaning"]


def test_an_association_is_of_one_client_only():
    client = associated(PUBLIC)
    assert client.server.answer(PUBLIC, 1, GET_ENERGY) == bytes.fromhex("c401c1000600 01e240")
    assert client.server.answer(MANAGEMENT, 1, GET_ENERGY) == NOT_ALLOWED
    assert client.server.answer(PUBLIC, 2, GET_ENERGY) == NOT_ALLOWED
    assert client.objects.asked == [(ENERGY, PUBLIC)]


def test_a_client_that_is_not_on_the_list_is_refused():
    aare = answered(initiate.request(), sap=5)
    assert (aare.result, aare.diagnostic) == (association.REFUSED, association.NO_REASON)


def test_the_answer_to_an_association_says_what_is_agreed():
    aare = answered(initiate.request(0xFFFFFF, 500))
    response = initiate.decode_initiate(aare.user_information)
    conformance = CONFORMANCE & ~initiate.GENERAL_PROTECTION  # this client has no keys
    assert response == initiate.response(conformance, MAX_PDU)
    aare = answered(initiate.request(0x000010, 500))
    assert initiate.decode_initiate(aare.user_information).conformance == 0x000010


def test_an_offer_that_cannot_be_met_is_refused_with_the_reason():
    old = initiate.InitiateRequest(initiate.CONFORMANCE, 0, b"", True, None, 5)
    for offer, code in (
        (old, initiate.VERSION_TOO_LOW),
        (initiate.request(0), initiate.INCOMPATIBLE_CONFORMANCE),
        (initiate.request(max_pdu=CLIENT_PDU_MIN - 1), initiate.PDU_TOO_SHORT),
    ):
        aare = answered(offer)
        assert aare.result == association.REFUSED
        assert initiate.decode_initiate(aare.user_information) == initiate.error(code)
    assert answered(initiate.request(max_pdu=CLIENT_PDU_MIN)).result == association.ACCEPTED
    response = initiate.response(initiate.CONFORMANCE, 500)
    assert answered(response).result == association.REFUSED


def test_a_ciphered_context_or_unreadable_information_is_refused():
    aare = answered(initiate.request(), context=association.LN_CIPHERED)
    assert aare.diagnostic == association.CONTEXT_NOT_SUPPORTED
    server = ServerAssociation(Objects(), CLIENTS)
    for information in (b"", b"\x21\x00", b"\x01\x00\x00"):
        octets = association.encode(association.Aarq(association.LN, 0, b"", information))
        assert association.decode(server.answer(PUBLIC, 1, octets)).result == 1
        assert server.answer(PUBLIC, 1, GET_ENERGY) == NOT_ALLOWED


def test_a_password_without_need_is_refused_and_a_wrong_one_ends_what_was_open():
    aare = answered(initiate.request(), mechanism=association.LLS, secret=PASSWORD)
    assert aare.diagnostic == association.MECHANISM_NOT_RECOGNISED
    client = associated(MANAGEMENT)
    wrong = aarq(initiate.request(), association.LLS, b"87654321")
    assert association.decode(client.ask(wrong)).result == association.REFUSED
    assert client.ask(GET_ENERGY) == NOT_ALLOWED


def test_the_standards_own_association_request_is_accepted():
    server = ServerAssociation(Objects(), {2: Credentials(association.LLS, PASSWORD)})
    request = [v["hex"] for v in vectors("cosem") if v["meaning"].startswith("AARQ LLS")][0]
    aare = association.decode(server.answer(2, 1, bytes.fromhex(request)))
    assert (aare.result, aare.diagnostic) == (association.ACCEPTED, 0)


def test_a_release_is_answered_and_ends_the_association():
    client = associated()
    assert client.ask(bytes.fromhex("6203800100")).hex() == "6303800100"
    assert client.ask(GET_ENERGY) == NOT_ALLOWED
    client.associate()
    assert client.ask(bytes.fromhex("6200")).hex() == "6303800100"
    client.associate()
    assert client.ask(bytes.fromhex("6205")) == DAMAGED


def test_the_number_and_priority_of_a_request_come_back():
    client = associated()
    for invoke in (0xC1, 0x81, 0x4F, 0x00):
        octets = apdu.encode(apdu.GetRequest(invoke, ENERGY, None))
        assert apdu.decode(client.ask(octets)).invoke == invoke


def test_blocks_are_asked_for_in_order_or_the_transfer_ends():
    client = associated(max_pdu=100)
    first = apdu.decode(client.ask(GET_PROFILE))
    assert (first.block, first.is_last, len(first.result.data)) == (1, False, 88)
    assert next_block(client, 1).block == 2
    for wrong in (1, 3, 0, 0xFFFFFFFF):
        client.ask(GET_PROFILE)
        next_block(client, 1)
        assert next_block(client, wrong).result.dar == apdu.BLOCK_NUMBER_INVALID
        assert next_block(client, 2).result.dar == apdu.NO_LONG_GET_IN_PROGRESS


def test_there_is_no_next_block_before_the_first_after_the_last_or_after_another_get():
    client = associated(max_pdu=1000)
    nothing = apdu.NO_LONG_GET_IN_PROGRESS
    assert next_block(client, 0).result.dar == nothing
    client.ask(GET_PROFILE)
    last = next_block(client, 1)
    assert last.is_last
    assert next_block(client, 2).result.dar == nothing
    for other in (apdu.GetRequest(0xC1, ENERGY, None), apdu.GetListRequest(0xC1, [(MARK, None)])):
        client.ask(GET_PROFILE)
        client.ask(apdu.encode(other))
        assert next_block(client, 1).result.dar == nothing


def test_a_client_that_takes_no_blocks_gets_no_long_answer():
    client = associated()
    client.ask(aarq(initiate.request(initiate.CONFORMANCE & ~initiate.BLOCK_GET, 100)))
    assert apdu.decode(client.ask(GET_PROFILE)).result == Result(250, b"")
    assert apdu.decode(client.ask(GET_ENERGY)).result.dar == 0


class Heap(Objects):
    """Gives `size` octets for whatever is asked."""

    size = 0

    def get(self, attribute, access, client):
        return bytes(self.size)

    def action(self, class_id, ln, method, data, client):
        return bytes(self.size)


def test_an_answer_has_a_longest_size_also_all_answers_of_a_list():
    client = associated()
    client.server.services._objects = heap = Heap()
    heap.size = ANSWER_MAX
    assert apdu.decode(client.ask(GET_ENERGY)).result.dar == 0
    heap.size = ANSWER_MAX + 1
    assert apdu.decode(client.ask(GET_ENERGY)).result.dar == 250
    heap.size = ANSWER_MAX // 2
    request = apdu.GetListRequest(0xC1, [(ENERGY, None)] * 100)
    client.ask(apdu.encode(request))
    assert len(client.server._sessions[PUBLIC].agreed.outgoing._octets) < ANSWER_MAX + 400


def test_an_answer_that_fills_its_blocks_has_no_empty_one_after_them():
    client = associated(max_pdu=100)
    client.server.services._objects = heap = Heap()
    heap.size = 2 * 88
    client.ask(GET_ENERGY)
    assert next_block(client, 1).is_last


def test_what_a_method_returns_fits_one_pdu_or_is_refused_to_whom_takes_no_blocks():
    client = associated()
    client.ask(aarq(initiate.request(initiate.CONFORMANCE & ~initiate.BLOCK_ACTION, 100)))
    client.server.services._objects = heap = Heap()
    request = apdu.encode(apdu.ActionRequest(0xC1, Method(70, DISCONNECTOR, 1), b""))
    for size, dar in ((94, 0), (95, 250)):
        heap.size = size
        answer = client.ask(request)
        assert apdu.decode(answer).returned.dar == dar and len(answer) <= 100


def test_data_that_the_object_cannot_take_are_of_the_wrong_type():
    class Strict(Objects):
        def set(self, attribute, access, data, client):
            raise WireError("not a number")

        def get(self, attribute, access, client):
            raise Denied(13)

    client = associated()
    client.server.services._objects = Strict()
    request = apdu.SetRequest(0xC1, MARK, None, axdr.visible("x"))
    assert apdu.decode(client.ask(apdu.encode(request))).dar == apdu.TYPE_UNMATCHED
    assert apdu.decode(client.ask(GET_ENERGY)).result.dar == 13


def test_a_request_may_be_as_long_as_agreed_and_no_longer():
    client = associated(MANAGEMENT)
    room = MAX_PDU - len(apdu.encode(apdu.SetRequest(0xC1, MARK, None, axdr.octets(bytes(256)))))
    for size, fits in ((256 + room, True), (257 + room, False)):
        octets = apdu.encode(apdu.SetRequest(0xC1, MARK, None, axdr.octets(bytes(size))))
        assert (client.ask(octets) == TOO_LONG) != fits


def test_what_is_not_known_is_told_from_what_is_damaged():
    client = associated()
    for text, expected in (
        ("c106c100010000806300ff0200", NOT_SUPPORTED),
        ("c009c1", NOT_SUPPORTED),
        ("c81e1001234567", NOT_SUPPORTED),
        ("0501", NOT_SUPPORTED),
        ("c001", DAMAGED),
        ("c102c100010000806300ff0200", DAMAGED),
        ("c001c100030100010800ff020000", DAMAGED),
        ("c003c1847fffffff", DAMAGED),
    ):
        assert client.ask(bytes.fromhex(text)) == expected, text


def test_answers_notifications_and_noise_are_not_answered():
    client = associated()
    for text in (
        "",
        "c401c10000",
        "d80101",
        "0f00000001000011",
        "61",
        "63",
        "00",
        "0e010600",
        "ff",
    ):
        assert client.ask(bytes.fromhex(text)) is None, text


def test_whatever_comes_nothing_is_raised_and_the_server_goes_on():
    good = [bytes.fromhex(vector["hex"]) for vector in vectors("cosem")]
    good += [GET_ENERGY, GET_PROFILE]
    for octets in good:
        damaged = [each[2] for each in flipped(octets)] + truncated(octets)
        for each in damaged + [octets + b"\x00"]:
            client = associated(max_pdu=100)
            answer = client.ask(each)
            assert answer is None or len(answer) <= 100
            client.associate()
            assert apdu.decode(client.ask(GET_ENERGY)).result.dar == 0


def test_a_confirmation_is_told_of_within_an_association_and_never_answered():
    told = []
    server = ServerAssociation(
        Objects(), CLIENTS, on_confirm=lambda client, number: told.append((client, number))
    )
    confirm = apdu.encode(apdu.DataConfirm(apdu.LONG_CONFIRMED | apdu.LONG_PRIORITY | 5, b""))
    assert server.answer(PUBLIC, 1, confirm) is None and told == []
    server.answer(PUBLIC, 1, aarq(initiate.request()))
    for octets in [confirm] + truncated(confirm):
        assert server.answer(PUBLIC, 1, octets) is None
    assert told == [(PUBLIC, 5)]
    assert server.answer(PUBLIC, 2, confirm) is None and len(told) == 1
