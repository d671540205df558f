"""Client against server: SET, ACTION and ACCESS with lists and in blocks, in their order."""

from tests.dual.codec_checks import refused, vectors
from tests.dual.shelf import CLOSED, echo, long_data, slot, with_shelf
from wire import apdu, axdr, dialogue, initiate
from wire.apdu import Asked

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
