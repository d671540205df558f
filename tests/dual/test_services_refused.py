"""What a server refuses of SET, ACTION and ACCESS, what a client makes of it, and the limits."""

from tests.dual.apdu_forms import EVENTS, FORMS
from tests.dual.codec_checks import flipped, refused, truncated
from tests.dual.shelf import echo, long_data, slot, with_shelf
from wire import apdu, axdr, dialogue, initiate
from wire.apdu import Asked, Part
from wire.dialogue import AccessRefused
from wire.server_blocks import ANSWER_MAX, REQUEST_MAX

NOT_NEGOTIATED = b"\xd8\x01\x02"
TOO_LONG = b"\xd8\x01\x04"
SHORT = axdr.u32(7)


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


def test_whatever_comes_nothing_is_raised_and_the_server_goes_on():
    for text, _ in FORMS + EVENTS:
        client = with_shelf(64)
        octets = bytes.fromhex(text)
        for damaged in [each[2] for each in flipped(octets)] + truncated(octets):
            if damaged[:1] not in (b"", b"\x60", b"\x62"):
                answer = client.ask(damaged)
                assert answer is None or len(answer) <= 64, damaged.hex()
        ask(client, apdu.SetRequest(0xC1, slot(7), None, SHORT))
        assert client.objects.kept[slot(7)] == SHORT
