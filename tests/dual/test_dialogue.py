"""What a DLMS client says and what it makes of the answers: good, refusing, strange, hostile."""

from tests.dual.codec_checks import refused, vectors
from tests.dual.cosem_peer import (
    DISCONNECTOR,
    ENERGY,
    MANAGEMENT,
    MARK,
    MISSING,
    PASSWORD,
    PROFILE,
    ROWS,
    SCALER,
    Client,
    associated,
    converse,
)
from wire import apdu, association, axdr, dialogue, initiate
from wire.apdu import Result
from wire.dialogue import AccessRefused, AssociationRefused

VALUE = Result(0, axdr.u32(7))
NOT_SUPPORTED = apdu.ExceptionResponse(apdu.UNKNOWN, apdu.NOT_SUPPORTED, None)
NOT_ASSOCIATED = apdu.ExceptionResponse(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE, None)


def with_answers(talk, *answers):
    """The result of a dialogue that gets these answers, values or octets."""
    left = list(answers)

    def answer(request):
        value = left.pop(0)
        return value if isinstance(value, bytes) else apdu.encode(value)

    return converse(talk, answer)


def block(number, octets, is_last=False):
    return apdu.GetBlockResponse(0xC1, is_last, number, Result(0, octets))


def aare(text):
    return bytes.fromhex(text)


def test_an_association_is_opened_used_and_released():
    client = Client()
    agreed = client.associate()
    assert agreed.conformance & initiate.BLOCK_GET and agreed.max_pdu == 2048
    assert client.do(dialogue.get(ENERGY)) == 123456
    assert client.do(dialogue.release()) is None
    assert isinstance(refused(client.do, dialogue.get(ENERGY)), AccessRefused)


def test_what_is_not_rlre_does_not_end_an_association_well():
    aarq = association.Aarq(association.LN, association.NONE, b"", b"x")
    accepted = association.Aare(association.ACCEPTED, 0, b"x")
    for answer in (aarq, accepted, association.Release(association.RLRQ)):
        refused(with_answers, dialogue.release(), association.encode(answer))
    assert with_answers(dialogue.release(), b"\x63\x03\x80\x01\x00") is None


def test_the_requests_are_those_of_the_vectors():
    octets = {vector["meaning"]: bytes.fromhex(vector["hex"]) for vector in vectors("cosem")}
    ends = [axdr.octets(axdr.date_time(utc_s)) for utc_s in (1735689600, 1735711200)]
    clock = dialogue.restricting_attribute(8, bytes.fromhex("0000010000ff"), 2)
    profile = apdu.Attribute(7, bytes.fromhex("0100630100ff"), 2)
    clock_2 = apdu.Attribute(8, bytes.fromhex("0000010000ff"), 2)
    relay = bytes.fromhex("000060030aff")
    noon = axdr.octets(axdr.date_time(1735731015, -60))
    for meaning, talk in (
        ("GET normal 3/1.0.1.8.0.255/2", dialogue.get(ENERGY)),
        ("GET with list", dialogue.get_list([ENERGY, SCALER, clock_2])),
        (
            "GET profile by range 2025-01-01 00:00..06:00Z",
            dialogue.get(profile, dialogue.by_range(clock, *ends)),
        ),
        ("GET profile by entry 1..4", dialogue.get(profile, dialogue.by_entry(1, 4))),
        ("SET clock 2025-01-01 12:30:15+01:00", dialogue.set_(clock_2, noon)),
        ("ACTION remote_disconnect", dialogue.action(70, relay, 1, axdr.i8(0))),
        ("RLRQ", dialogue.release()),
    ):
        assert next(talk) == octets[meaning], meaning


def test_a_password_opens_what_is_closed_without():
    client = Client(MANAGEMENT)
    for mechanism, password, diagnostic in (
        (association.NONE, b"", association.MECHANISM_REQUIRED),
        (association.LLS, b"", association.AUTHENTICATION_FAILURE),
        (association.LLS, PASSWORD[:-1], association.AUTHENTICATION_FAILURE),
        (association.LLS, PASSWORD + b"9", association.AUTHENTICATION_FAILURE),
        (association.LLS, b"12345679", association.AUTHENTICATION_FAILURE),
    ):
        error = refused(client.do, dialogue.associate(mechanism, password))
        assert isinstance(error, AssociationRefused)
        assert (error.result, error.diagnostic) == (association.REFUSED, diagnostic)
        assert refused(client.do, dialogue.get(ENERGY)).exception == NOT_ASSOCIATED
    client.associate()
    assert client.do(dialogue.get(ENERGY)) == 123456


def test_a_refusal_is_told_in_words_and_without_the_password():
    client = Client(MANAGEMENT)
    text = str(refused(client.do, dialogue.associate(association.LLS, b"topsecret")))
    assert "wrong password" in text
    assert "topsecret" not in text and b"topsecret".hex() not in text


def test_a_refusal_without_user_information_or_with_an_error_is_understood():
    talk = dialogue.associate()
    bare = aare("6117a109060760857405080101a203020101a305a10302010d")
    assert refused(with_answers, talk, bare).diagnostic == 13
    with_error = aare("611fa109060760857405080101a203020101a305a103020101be0604040e010603")
    assert "PDU size too short" in str(refused(with_answers, dialogue.associate(), with_error))
    provider = aare("6117a109060760857405080101a203020102a305a203020102")
    error = refused(with_answers, dialogue.associate(), provider)
    assert error.result == association.REFUSED_FOR_NOW and "provider" in str(error)


def test_an_answer_that_is_no_aare_refuses_the_association_or_breaks_the_protocol():
    for answer in (NOT_ASSOCIATED, apdu.ServiceError(1, 6, 0)):
        error = refused(with_answers, dialogue.associate(), answer)
        assert isinstance(error, AssociationRefused) and error.diagnostic is None
    error = refused(with_answers, dialogue.associate(), apdu.SetResponse(0xC1, 0))
    assert not isinstance(error, AssociationRefused)
    refused(with_answers, dialogue.associate(), b"")
    refused(with_answers, dialogue.associate(), aare("6203800100"))


def test_an_association_is_not_there_while_high_level_security_is_pending_or_unanswered():
    pending = association.Aare(0, association.AUTHENTICATION_REQUIRED, b"\x08\x00")
    error = refused(with_answers, dialogue.associate(), association.encode(pending))
    assert error.diagnostic == association.AUTHENTICATION_REQUIRED
    bare = association.encode(association.Aare(0, 0, b""))
    assert not isinstance(refused(with_answers, dialogue.associate(), bare), AssociationRefused)


def test_a_value_that_is_not_given_is_refused_with_its_reason():
    client = associated()
    error = refused(client.do, dialogue.get(MISSING))
    assert isinstance(error, AccessRefused)
    assert error.result == 4 and error.exception is None
    assert str(error) == "refused: object undefined"
    client = Client()
    error = refused(client.do, dialogue.get(ENERGY))
    assert error.result == 250 and "not allowed" in str(error)


def test_a_long_answer_comes_in_blocks_of_any_size():
    for max_pdu in (32, 33, 64, 139, 140, 200, 268, 269, 1000, 0xFFFF, 0):
        client = associated(max_pdu=max_pdu)
        assert client.do(dialogue.get(PROFILE)) == ROWS, max_pdu
        assert max([len(answer) for answer in client.taken[1:]]) <= (max_pdu or 0xFFFF)
        assert (len(client.sent) == 2) == (max_pdu in (0xFFFF, 0)), max_pdu
        assert client.do(dialogue.get(ENERGY)) == 123456


def test_a_part_of_a_profile_is_chosen_by_range():
    client = associated(max_pdu=100)
    key = dialogue.restricting_attribute(MARK.class_id, MARK.ln, MARK.index)
    access = dialogue.by_range(key, axdr.u32(10), axdr.u32(19))
    assert client.do(dialogue.get(PROFILE, access)) == ROWS[10:20]


def test_several_attributes_come_in_one_list():
    client = associated()
    found = client.do(dialogue.get_list([ENERGY, MISSING, SCALER]))
    assert found == [(0, 123456), (4, None), (0, (-1, 30))]
    assert len(client.sent) == 2


def test_a_list_of_nothing_asks_nothing():
    try:
        next(dialogue.get_list([]))
        raise AssertionError("asked")
    except StopIteration as end:
        assert end.value == []


def test_a_long_list_comes_in_blocks():
    client = associated(max_pdu=50)
    found = client.do(dialogue.get_list([ENERGY, PROFILE, MISSING]))
    assert found == [(0, 123456), (0, ROWS), (4, None)]


def test_a_list_is_asked_in_requests_that_the_server_takes():
    client = associated()
    asked = [ENERGY, SCALER] * 100
    for max_pdu, requests in ((0, 2), (106, 20), (66, 34), (30, 100), (12, 200)):
        client.sent = []
        found = client.do(dialogue.get_list(asked, max_pdu=max_pdu))
        assert found == [(0, 123456), (0, (-1, 30))] * 100
        assert len(client.sent) == requests, (max_pdu, len(client.sent))
        assert max([len(request) for request in client.sent]) <= max(max_pdu or 2048, 16)


def test_a_server_that_takes_no_lists_says_so():
    for refusal in (NOT_SUPPORTED, NOT_ASSOCIATED, apdu.GetResponse(0xC1, Result(3, b""))):
        talk = dialogue.get_list([ENERGY, MISSING])
        assert isinstance(refused(with_answers, talk, refusal), AccessRefused)


def test_one_by_one_goes_on_after_a_refusal_but_not_without_an_association():
    answers = (NOT_SUPPORTED, apdu.GetResponse(0xC1, VALUE))
    assert with_answers(dialogue.get_each([MISSING, ENERGY]), *answers) == [(250, None), (0, 7)]
    error = refused(with_answers, dialogue.get_each([ENERGY, ENERGY]), NOT_ASSOCIATED)
    assert error.exception == NOT_ASSOCIATED


def test_a_list_of_one_may_be_answered_like_a_single_get():
    assert with_answers(dialogue.get_list([ENERGY]), apdu.GetResponse(0xC1, VALUE)) == [(0, 7)]


def test_a_list_with_too_few_or_too_many_results_is_refused():
    for count in (0, 1, 3):
        answer = apdu.GetListResponse(0xC1, [VALUE] * count)
        refused(with_answers, dialogue.get_list([ENERGY, SCALER]), answer)
    left_over = b"\x01\x00\x11\x07\x00"
    refused(with_answers, dialogue.get_list([ENERGY]), block(1, left_over, True))


def test_an_attribute_is_set_and_a_refusal_told():
    client = associated(MANAGEMENT)
    assert client.do(dialogue.set_(MARK, axdr.u32(77))) is None
    assert client.objects.mark == 77
    error = refused(associated().do, dialogue.set_(MARK, axdr.u32(78)))
    assert error.result == 3 and "read-write denied" in str(error)


def test_a_method_returns_its_value_or_none_and_a_refusal_is_told():
    client = associated()
    assert client.do(dialogue.action(70, DISCONNECTOR, 1, axdr.i8(0))) == 1
    assert client.do(dialogue.action(70, DISCONNECTOR, 2)) is None
    assert refused(client.do, dialogue.action(70, MARK.ln, 1)).result == 4
    talk = dialogue.action(70, DISCONNECTOR, 1)
    answer = apdu.ActionResponse(0xC1, 0, Result(3, b""))
    assert refused(with_answers, talk, answer).result == 3


def test_an_answer_to_another_request_is_not_taken():
    late = apdu.GetResponse(0xC1, VALUE)
    for talk in (
        dialogue.get(ENERGY, invoke=2),
        dialogue.get_list([ENERGY], invoke=2),
        dialogue.set_(MARK, axdr.u32(1), invoke=2),
        dialogue.action(70, DISCONNECTOR, 1, invoke=2),
    ):
        assert "another request" in str(refused(with_answers, talk, late))
    assert with_answers(dialogue.get(ENERGY, invoke=2), apdu.GetResponse(0x82, VALUE)) == 7
    last = apdu.GetBlockResponse(0xC2, True, 2, Result(0, b"\x07"))
    refused(with_answers, dialogue.get(ENERGY), block(1, b"\x11"), last)


def test_an_answer_of_another_kind_is_not_taken():
    other = apdu.SetResponse(0xC1, 0)
    for talk in (
        dialogue.get(ENERGY),
        dialogue.get_list([ENERGY]),
        dialogue.action(70, DISCONNECTOR, 1),
    ):
        assert "not the answer" in str(refused(with_answers, talk, other))
    talk = dialogue.set_(MARK, axdr.u32(1))
    assert "not the answer" in str(refused(with_answers, talk, apdu.GetResponse(0xC1, VALUE)))
    refused(with_answers, dialogue.get(ENERGY), bytes.fromhex("c81e1001234567"))
    refused(with_answers, dialogue.release(), other)


def test_blocks_out_of_order_are_refused():
    for first, second in ((2, 3), (0, 1), (1, 1), (1, 3), (1, 0)):
        answers = (block(first, b"\x11"), block(second, b"\x07", True))
        assert "in place of" in str(refused(with_answers, dialogue.get(ENERGY), *answers))
    in_order = (block(1, b"\x11"), block(2, b"\x07", True))
    assert with_answers(dialogue.get(ENERGY), *in_order) == 7


def test_a_transfer_may_be_refused_in_the_middle():
    aborted = apdu.GetBlockResponse(0xC1, True, 2, Result(15, b""))
    for answer in (aborted, apdu.GetResponse(0xC1, Result(15, b""))):
        talk = dialogue.get(ENERGY)
        assert refused(with_answers, talk, block(1, b"\x11"), answer).result == 15
    talk = dialogue.get(ENERGY)
    refused(with_answers, talk, block(1, b"\x11"), apdu.GetResponse(0xC1, VALUE))


def test_an_answer_in_blocks_has_a_longest_size_and_no_empty_blocks():
    refused(with_answers, dialogue.get(ENERGY), block(1, b""))
    size = 32768
    count = dialogue.WHOLE_MAX // size
    head = b"\x09\x83" + (dialogue.WHOLE_MAX - 5).to_bytes(3, "big")
    parts = [head + bytes(size - 5)] + [bytes(size)] * (count - 1)
    blocks = [block(n + 1, part, n + 1 == count) for n, part in enumerate(parts)]
    assert len(with_answers(dialogue.get(ENERGY), *blocks)) == dialogue.WHOLE_MAX - 5
    blocks[-1] = block(count, parts[-1] + b"\x00", True)
    assert "more than" in str(refused(with_answers, dialogue.get(ENERGY), *blocks))


def test_data_that_are_damaged_or_followed_by_others_are_refused():
    for data in (b"\x06\x00", b"\x11\x07\x00", b"\x63"):
        refused(with_answers, dialogue.get(ENERGY), apdu.GetResponse(0xC1, Result(0, data)))
