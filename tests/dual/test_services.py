"""Client against server: SET, ACTION and ACCESS with lists and in blocks, and what is refused."""

from tests.dual.codec_checks import refused, vectors
from tests.dual.shelf import CLOSED, echo, long_data, slot, with_shelf
from wire import apdu, axdr, dialogue, initiate
from wire.apdu import Asked, Part
from wire.dialogue import AccessRefused
from wire.server_blocks import ANSWER_MAX, REQUEST_MAX

NOT_NEGOTIATED = b"\xd8\x01\x02"
TOO_LONG = b"\xd8\x01\x04"
SHORT = axdr.u32(7)


def test_what_is_longer_than_the_pdu_is_set_in_blocks_that_fill_it():
    for max_pdu in (30, 64, 200, 300, 2000):
        for size in (1, 20, 45, 127, 300, 1000, 3000):
            client = with_shelf()
            data = long_data(size) if size > 1 else b"\x00"
            client.do(dialogue.set_(slot(1), data, max_pdu=max_pdu))
            assert client.objects.kept[slot(1)] == data
            lengths = [len(request) for request in client.sent]
            assert max(lengths) <= max_pdu
            assert lengths[1:-1] == [max_pdu] * len(lengths[1:-1])


def test_the_blocks_of_a_set_are_those_of_the_vectors():
    octets = [bytes.fromhex(v["hex"]) for v in vectors("cosem") if v["meaning"][:7] == "SET 100"]
    target = apdu.Attribute(1, bytes.fromhex("0000806300ff"), 2)
    talk = dialogue.set_(target, axdr.octets(bytes(range(100))), max_pdu=64)
    assert next(talk) == octets[0]
    assert talk.send(bytes.fromhex("c502c100000001")) == octets[1]
    assert talk.send(bytes.fromhex("c502c100000002")) == octets[2]


def test_a_list_is_set_in_its_order_and_a_refusal_is_a_result_not_the_end():
    for max_pdu in (0, 200, 60, 35):
        client = with_shelf()
        items = [(slot(n), None, long_data(20 + n)) for n in (1, 2, CLOSED, 4, 5)]
        assert client.do(dialogue.set_list(items, max_pdu)) == [0, 0, 3, 0, 0]
        assert client.objects.done == [("set", n, 20 + n) for n in (1, 2, 4, 5)]
        assert max([len(request) for request in client.sent]) <= (max_pdu or 2048)


def test_a_method_takes_and_returns_what_is_longer_than_a_pdu():
    for max_pdu in (40, 64, 300):
        for size in (10, 50, 140, 1000):
            client = with_shelf(max_pdu)
            data = long_data(size)
            returned = client.do(dialogue.action(*echo(), data, max_pdu=max_pdu))
            assert returned == axdr.decode_all(data)
            assert client.objects.done == [("action", 1, size)]
            assert max([len(each) for each in client.sent + client.taken]) <= max_pdu


def test_methods_are_performed_in_a_list_in_their_order_with_long_answers_too():
    for max_pdu in (40, 100, 1000):
        client = with_shelf(max_pdu)
        items = [(echo(1), long_data(60)), (echo(CLOSED), SHORT), (echo(2), None)]
        found = client.do(dialogue.action_list(items, max_pdu))
        assert found == [(0, axdr.decode_all(long_data(60))), (3, None), (0, None)]
        assert client.objects.done == [("action", 1, 60), ("action", 2, 0)]
        assert max([len(each) for each in client.sent + client.taken]) <= max_pdu


def test_what_a_list_of_methods_returns_is_dropped_for_whom_takes_no_blocks():
    client = with_shelf(60, initiate.BLOCK_ACTION)
    found = client.do(dialogue.action_list([(echo(1), long_data(60)), (echo(2), None)]))
    assert found == [(250, None), (0, None)]


def test_many_attributes_are_read_by_one_access_in_their_order():
    client = with_shelf()
    for n in (1, 2, 5):
        client.objects.kept[slot(n)] = axdr.u8(n)
    asked = [slot(n) for n in (5, CLOSED, 1, 9, 2)]
    found = client.do(dialogue.get_by_access(asked))
    assert found == [(0, 5), (3, None), (0, 1), (4, None), (0, 2)]
    assert len(client.sent) == 1
    client.sent = []
    assert client.do(dialogue.get_by_access(asked, max_pdu=40)) == found
    assert len(client.sent) == 3 and max([len(each) for each in client.sent]) <= 40


def test_access_reads_sets_and_performs_in_order_and_tells_each_result():
    client = with_shelf()
    items = (
        (Asked(apdu.SET, slot(1), None), SHORT),
        (Asked(apdu.GET, slot(1), None), None),
        (Asked(apdu.ACTION, echo(), None), axdr.u8(9)),
        (Asked(apdu.GET_PART, slot(1), apdu.Access(1, axdr.u8(5))), None),
        (Asked(apdu.SET_PART, slot(CLOSED), apdu.Access(1, axdr.u8(5))), SHORT),
    )
    found = client.do(dialogue.access_list(items))
    assert found == [(0, None), (0, 7), (0, 9), (0, 5), (3, None)]
    assert [done.kind for done in apdu.decode(client.taken[-1]).done] == [1 + 1, 1, 3, 1, 2]


def test_access_stops_at_the_first_error_if_so_asked():
    client = with_shelf()
    items = [(Asked(apdu.SET, slot(n), None), SHORT) for n in (1, CLOSED, 2)]
    assert client.do(dialogue.access_list(items, breaks=True)) == [
        (0, None),
        (3, None),
        (250, None),
    ]
    assert client.objects.done == [("set", 1, 5)]


def test_an_access_that_asks_for_it_has_its_question_in_the_answer():
    client = with_shelf()
    asked = (Asked(apdu.GET, slot(1), None),)
    number = apdu.LONG_CONFIRMED | apdu.LONG_SELF_DESCRIPTIVE | 1
    request = apdu.encode(apdu.AccessRequest(number, b"", asked, (b"\x00",)))
    assert apdu.decode(client.ask(request)).asked == asked


def test_what_does_not_fit_the_answer_to_an_access_is_refused_alone():
    client = with_shelf(64)
    for n in (1, 2, 4):
        client.objects.kept[slot(n)] = long_data(40 if n == 2 else 12)
    found = client.do(dialogue.get_by_access([slot(n) for n in (1, 2, 4)]))
    assert [result for result, _ in found] == [0, 250, 0]
    assert len(client.taken[-1]) <= 64
    asked = [slot(1)] * 18
    assert len(client.do(dialogue.get_by_access(asked[:15]))) == 15
    assert client.taken[-1][:1] == b"\xda" and len(client.taken[-1]) <= 64
    refused(client.do, dialogue.get_by_access(asked))
    assert client.taken[-1] == TOO_LONG


def test_a_list_whose_results_do_not_fit_is_refused_before_anything_is_done():
    for request in (
        apdu.SetListRequest(0xC1, [(slot(1), None)] * 60, [SHORT] * 60),
        apdu.SetListFirstBlock(0xC1, [(slot(1), None)] * 60, Part(True, 1, b"\x00")),
        apdu.ActionListRequest(0xC1, [echo()] * 60, [SHORT] * 60),
        apdu.ActionListFirstBlock(0xC1, [echo()] * 60, Part(True, 1, b"\x00")),
    ):
        client = with_shelf(64)
        assert client.ask(apdu.encode(request)) == TOO_LONG
        assert client.objects.done == []


def test_what_need_not_be_confirmed_is_done_and_not_answered():
    client = with_shelf()
    for request in (
        apdu.SetRequest(0x81, slot(1), None, SHORT),
        apdu.SetListRequest(0x81, [(slot(1), None)], [SHORT]),
        apdu.ActionRequest(0x81, echo(), SHORT),
        apdu.ActionListRequest(0x81, [echo()], [SHORT]),
        apdu.AccessRequest(1, b"", [Asked(apdu.SET, slot(1), None)], [SHORT]),
    ):
        assert client.ask(apdu.encode(request)) is None
    assert len(client.objects.done) == 5


def test_a_service_that_was_not_agreed_is_refused():
    part = Part(True, 1, SHORT)
    for without, request in (
        (initiate.GET, apdu.GetRequest(0xC1, slot(1), None)),
        (initiate.MULTIPLE_REFERENCES, apdu.GetListRequest(0xC1, [(slot(1), None)])),
        (initiate.BLOCK_GET, apdu.GetNextRequest(0xC1, 1)),
        (initiate.SET, apdu.SetRequest(0xC1, slot(1), None, SHORT)),
        (initiate.MULTIPLE_REFERENCES, apdu.SetListRequest(0xC1, [(slot(1), None)], [SHORT])),
        (initiate.BLOCK_SET, apdu.SetFirstBlock(0xC1, slot(1), None, part)),
        (initiate.BLOCK_SET, apdu.SetNextBlock(0xC1, part)),
        (initiate.BLOCK_SET, apdu.SetListFirstBlock(0xC1, [(slot(1), None)], part)),
        (initiate.ACTION, apdu.ActionRequest(0xC1, echo(), SHORT)),
        (initiate.MULTIPLE_REFERENCES, apdu.ActionListRequest(0xC1, [echo()], [SHORT])),
        (initiate.BLOCK_ACTION, apdu.ActionFirstBlock(0xC1, echo(), part)),
        (initiate.BLOCK_ACTION, apdu.ActionNextRequest(0xC1, 1)),
        (initiate.ACCESS, apdu.AccessRequest(1 << 30, b"", [], [])),
    ):
        octets = apdu.encode(request)
        assert with_shelf(without=without).ask(octets) == NOT_NEGOTIATED
        assert with_shelf().ask(octets) != NOT_NEGOTIATED


def test_a_part_of_an_attribute_is_given_to_whom_has_agreed_on_it():
    access = apdu.Access(1, axdr.u8(5))
    for without, dar in ((0, 0), (initiate.SELECTIVE_ACCESS, 13)):
        client = with_shelf(without=without)
        client.objects.kept[slot(1)] = SHORT
        request = apdu.encode(apdu.GetRequest(0xC1, slot(1), access))
        assert apdu.decode(client.ask(request)).result.dar == dar
        request = apdu.encode(apdu.SetRequest(0xC1, slot(1), access, SHORT))
        assert apdu.decode(client.ask(request)).dar == dar


def ask(client, request):
    return apdu.decode(client.ask(apdu.encode(request)))


def test_blocks_of_a_request_come_in_order_or_the_transfer_ends():
    first = apdu.SetFirstBlock(0xC1, slot(1), None, Part(False, 1, SHORT[:2]))
    for wrong in (1, 3, 0, 0xFFFFFFFF):
        client = with_shelf()
        assert ask(client, first) == apdu.SetBlockResponse(0xC1, 1)
        refusal = apdu.SetLastBlockResponse(0xC1, apdu.BLOCK_NUMBER_INVALID, wrong)
        assert ask(client, apdu.SetNextBlock(0xC1, Part(True, wrong, SHORT[2:]))) == refusal
        again = ask(client, apdu.SetNextBlock(0xC1, Part(True, 2, SHORT[2:])))
        assert again.dar == apdu.NO_LONG_SET_IN_PROGRESS
        assert client.objects.done == []


def test_blocks_of_an_action_come_in_order_or_the_transfer_ends():
    first = apdu.ActionFirstBlock(0xC1, echo(), Part(False, 1, SHORT[:2]))
    client = with_shelf()
    assert ask(client, first) == apdu.ActionNextResponse(0xC1, 1)
    assert ask(client, apdu.ActionNextBlock(0xC1, Part(True, 3, SHORT[2:]))).result == 15
    assert ask(client, apdu.ActionNextBlock(0xC1, Part(True, 2, SHORT[2:]))).result == 16
    assert ask(client, apdu.ActionNextRequest(0xC1, 1)).result == 16
    assert client.objects.done == []


def test_another_service_or_the_other_kind_of_block_ends_a_transfer():
    first = apdu.SetFirstBlock(0xC1, slot(1), None, Part(False, 1, SHORT[:2]))
    client = with_shelf(40)
    client.objects.kept[slot(2)] = long_data(100)
    for other in (
        apdu.GetRequest(0xC1, slot(2), None),
        apdu.ActionRequest(0xC1, echo(), SHORT),
        apdu.ActionFirstBlock(0xC1, echo(), Part(False, 1, SHORT)),
    ):
        ask(client, first)
        ask(client, other)
        assert ask(client, apdu.SetNextBlock(0xC1, Part(True, 2, SHORT[2:]))).dar == 18
    ask(client, apdu.GetRequest(0xC1, slot(2), None))
    assert ask(client, apdu.ActionNextRequest(0xC1, 1)).result == 16
    assert client.objects.done == [("action", 1, 5)]


def test_a_request_in_blocks_has_a_longest_size_and_no_empty_blocks():
    for size, fits in ((REQUEST_MAX, True), (REQUEST_MAX + 1, False)):
        client = with_shelf()
        talk = dialogue.set_(slot(1), long_data(size), max_pdu=2048)
        if fits:
            client.do(talk)
        else:
            assert refused(client.do, talk).result == apdu.LONG_SET_ABORTED
    client = with_shelf()
    empty = apdu.SetFirstBlock(0xC1, slot(1), None, Part(False, 1, b""))
    assert ask(client, empty).dar == apdu.LONG_SET_ABORTED


def test_what_all_methods_of_a_list_return_has_a_longest_size():
    client = with_shelf()
    octets = long_data(ANSWER_MAX // 2)
    client.objects.action = lambda class_id, ln, method, data, sap: octets
    found = ask_all(client, apdu.ActionListRequest(0xC1, [echo()] * 3, [SHORT] * 3))
    assert [each.returned.dar for each in found] == [0, 0, 250]


def ask_all(client, request):
    answer = ask(client, request)
    octets = b""
    while not answer.part.is_last:
        octets += answer.part.octets
        answer = ask(client, apdu.ActionNextRequest(0xC1, answer.part.block))
    whole = b"\xc7\x03\xc1" + octets + answer.part.octets
    return apdu.decode(whole).results


def test_blocks_that_are_no_data_in_the_end_are_of_the_wrong_type():
    client = with_shelf()
    for octets in (b"\x06\x00", b"\x11\x07\x00", b"\x63"):
        request = apdu.SetFirstBlock(0xC1, slot(1), None, Part(True, 1, octets))
        assert ask(client, request).dar == apdu.TYPE_UNMATCHED
        request = apdu.SetListFirstBlock(0xC1, [(slot(1), None)], Part(True, 1, octets))
        assert ask(client, request).dar == apdu.TYPE_UNMATCHED
        request = apdu.ActionFirstBlock(0xC1, echo(), Part(True, 1, octets))
        assert ask(client, request).result == apdu.TYPE_UNMATCHED
        request = apdu.ActionListFirstBlock(0xC1, [echo()], Part(True, 1, octets))
        assert ask(client, request).result == apdu.TYPE_UNMATCHED
    assert client.objects.done == []


def test_a_server_that_goes_on_wrongly_is_told():
    for talk, answers in (
        (dialogue.set_(slot(1), long_data(99), max_pdu=64), ("c502c100000002",)),
        (dialogue.set_(slot(1), long_data(99), max_pdu=64), ("c50100",)),
        (dialogue.set_(slot(1), long_data(99), max_pdu=64), ("c501c100",)),
        (dialogue.action(*echo(), long_data(99), max_pdu=64), ("c701c10000",)),
        (dialogue.action(*echo(), long_data(99), max_pdu=64), ("c502c100000002",)),
        (dialogue.set_list([(slot(1), None, SHORT)]), ("c505c1020000",)),
        (dialogue.action_list([(echo(), SHORT)]), ("c703c10200000000",)),
        (dialogue.action_list([(echo(), SHORT)]), ("c702c10100000001" + "0401000000",)),
        (dialogue.access_list([(Asked(1, slot(1), None), None)]), ("dac000000100000000",)),
        (dialogue.access_list([(Asked(1, slot(1), None), None)]), ("dac000000200000000",)),
        (dialogue.set_(slot(1), SHORT), ("c20000010000806300ff021107",)),
        (dialogue.set_(slot(1), SHORT), ("e0830001000100",)),
        (dialogue.set_(slot(1), long_data(99), max_pdu=19), ()),
    ):
        left = [bytes.fromhex(each) for each in answers]

        def run(talk=talk, left=left):
            next(talk)
            while left:
                talk.send(left.pop(0))

        assert not isinstance(refused(run), AccessRefused), answers


def test_a_transfer_that_the_server_stops_is_a_refusal():
    for talk, answer, result in (
        (dialogue.set_(slot(1), long_data(99), max_pdu=64), "c503c11100000001", 17),
        (dialogue.set_(slot(1), long_data(99), max_pdu=64), "c501c103", 3),
        (dialogue.action(*echo(), long_data(99), max_pdu=64), "c701c10f00", 15),
        (dialogue.set_list([(slot(1), None, SHORT)]), "c501c103", 3),
        (dialogue.action_list([(echo(), SHORT)]), "c701c10300", 3),
        (dialogue.access_list([(Asked(1, slot(1), None), None)]), "d80202", 250),
    ):
        next(talk)
        assert refused(talk.send, bytes.fromhex(answer)).result == result
