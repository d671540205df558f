"""Ciphered associations: who is let in, what is protected how, what comes again or is spoiled."""

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from meter_sim import ciphering, hls
from meter_sim.gate import LOCKED_S
from meter_sim.meter import Meter
from meter_sim.security import AUTHENTICATE, NOTHING, Settings
from tests.meter_sim.reader import CLIENT, PUBLIC, Reader, decode, descriptor, get_request, ln
from tests.meter_sim.secure_reader import (
    DEDICATED,
    GAK,
    GUEK,
    KEK,
    METER_TITLE,
    TITLE,
    SecureReader,
    key,
    sealed,
)

REGISTER = (3, "1.0.1.8.0.255", 2)
SETUP, COUNTER = "0.0.43.0.0.255", (1, "0.0.43.1.0.255", 2)
GET = get_request(*REGISTER)
VECTOR_TITLE, VECTOR_COUNTER = bytes.fromhex("4d4d4d0000bc614e"), 0x01234567
VECTOR_PLAIN = bytes.fromhex("C0010000080000010000FF0200")
RELEASED = bytes.fromhex("6303800100")
DECIPHERING, PLAIN_REFUSED = b"\xd8\x01\x05", b"\xd8\x01\x05"


def meter(**how):
    """Client 1 must come by GMAC, ciphered; `faults`, `locks_after` are the meter's."""
    of_meter = {name: how.pop(name) for name in ("faults", "locks_after") if name in how}
    return Meter(17, max_info=1024, security=Settings(**how), **of_meter)


@pytest.mark.parametrize(
    "control, sealed_hex",
    (
        (0x10, "C0010000080000010000FF020006725D910F9221D263877516"),
        (0x20, "411312FF935A47566827C467BC"),
        (0x30, "411312FF935A47566827C467BC7D825C3BE4A77C3FCC056B6B"),
    ),
)
def test_the_published_examples_are_sealed_and_opened(control, sealed_hex):
    keys, content = (GUEK, GAK), bytes.fromhex(sealed_hex)
    given = control, keys, VECTOR_TITLE, VECTOR_COUNTER
    assert ciphering.seal(*given, VECTOR_PLAIN)[5:] == content
    assert ciphering.unseal(*given, content) == VECTOR_PLAIN
    if control & 0x10:
        for n in range(len(content)):
            spoiled = content[:n] + bytes((content[n] ^ 1,)) + content[n + 1 :]
            assert ciphering.unseal(*given, spoiled) is None


def test_the_proofs_by_gmac_are_the_published_ones():
    security = meter().security
    client = hls.Parties(bytes.fromhex("4d4d4d0000000001"), VECTOR_TITLE, b"P6wRJ21F", b"")
    server = hls.Parties(VECTOR_TITLE, b"", b"K56iVagY", b"")
    assert hls.gmac(client, security, 1).hex() == "10000000011a52fe7dd3e72748973c1e28"
    assert hls.gmac(server, security, VECTOR_COUNTER).hex() == "1001234567fe1466afb3dbcd4f9389e2b7"


@pytest.mark.parametrize("form", ("glo", "ded", "general-glo", "general"))
@pytest.mark.parametrize("control", (0x10, 0x20, 0x30))
def test_an_answer_comes_in_the_form_of_its_request(form, control):
    reader = SecureReader(meter(policy=NOTHING), control=control)
    reader.open(dedicated=DEDICATED)
    for _ in range(3):
        answer = reader.ask(reader.protect(GET, form))
        assert reader.unprotect(answer)[:4] == b"\xc4\x01\xc1\x00"
        assert answer[0] == {"glo": 0xCC, "ded": 0xD4, "general-glo": 0xDB, "general": 0xDD}[form]
    assert reader.heard[:3] == [1, 2, 3], "InitiateResponse, its protection, the proof"


def test_a_key_may_come_wrapped_under_the_master_key():
    reader = SecureReader(meter()).open()
    reader.wrapped = True
    counters = [reader.ask_plain(GET, "general") and reader.heard[-1] for _ in range(2)]
    assert counters == [4, 5], "of all keys that come wrapped, and of the global one"


def test_counters_of_the_meter_go_up_over_associations():
    here = meter()
    first = SecureReader(here).open()
    first.ask_plain(GET)
    second = SecureReader(here, counter=first.counter).open()
    second.ask_plain(GET)
    heard = first.heard + second.heard
    assert heard == sorted(set(heard))


@pytest.mark.parametrize("policy, passes", ((3, (0x30,)), (1, (0x10, 0x30)), (2, (0x20, 0x30))))
def test_what_is_less_than_the_policy_asks_for_is_refused(policy, passes):
    for control in (0x10, 0x20, 0x30):
        reader = SecureReader(meter(policy=policy, tells=True), control=control)
        aare = reader.begin()
        assert (aare != DECIPHERING) is (control in passes)
    reader.prove(aare)
    assert reader.ask(GET) == PLAIN_REFUSED


def test_without_a_policy_plain_requests_are_answered_plain():
    reader = SecureReader(meter(policy=NOTHING)).open()
    assert reader.ask(GET)[:4] == b"\xc4\x01\xc1\x00"


@pytest.mark.parametrize("tells", (False, True))
def test_what_comes_again_or_is_spoiled_gets_silence_or_an_exception(tells):
    reader = SecureReader(meter(tells=tells), counter=5).open()
    for counter in (0, 1, reader.counter):
        answer = reader.says(reader.protect(GET, counter=counter))
        expected = b"\xd8\x01\x06" + (reader.counter + 1).to_bytes(4, "big")
        assert answer == (expected if tells else None)
    good = reader.protect(GET)
    for n in range(3, len(good)):
        spoiled = good[:n] + bytes((good[n] ^ 4,)) + good[n + 1 :]
        assert reader.says(spoiled) == (DECIPHERING if tells else None)
    assert reader.says(good)[0] == 0xCC, "what was spoiled has used up no counter"


def test_a_client_that_is_behind_reads_the_counter_as_public_and_is_let_in():
    here = meter(first_counter=5000)
    assert SecureReader(here).begin() is None
    known = Reader(here, PUBLIC).open().get(*COUNTER)
    assert known == 5000
    SecureReader(here, counter=known).open()
    assert Reader(here, PUBLIC).open().get(*COUNTER) > known


def test_nothing_but_the_proof_is_let_through_before_it():
    reader = SecureReader(meter())
    aare = reader.begin()
    assert b"\xa3\x05\xa1\x03\x02\x01\x0e" in aare and b"\xa4\x0a\x04\x08" + METER_TITLE in aare
    assert reader.ask(reader.protect(GET)) == b"\xd8\x01\x01"
    reader.prove(aare)
    assert reader.ask_plain(GET)[3] == 0


def test_a_wrong_proof_ends_the_association_and_counts():
    here = meter()
    reader = SecureReader(here)
    reader.begin()
    request = bytes.fromhex("c301c1000f0000280000ff01010911") + bytes(17)
    assert reader.ask_plain(request) == b"\xc7\x01\xc1\x03\x00"
    assert reader.ask(reader.protect(GET)) == b"\xd8\x02\x02"
    assert here.device.gates[CLIENT].wrong == 1


@pytest.mark.parametrize(
    "how, diagnostic",
    (
        ({"mechanism": 6}, 11),
        ({"value": b"1234567"}, 13),
        ({"value": bytes(65)}, 13),
    ),
)
def test_a_ciphered_association_is_refused_with_the_reason(how, diagnostic):
    aare = SecureReader(meter()).begin(**how)
    assert b"\xa2\x03\x02\x01\x01\xa3\x05\xa1\x03\x02\x01" + bytes((diagnostic,)) in aare


def test_a_plain_context_is_refused_where_a_ciphered_one_is_due_and_the_reverse():
    plain = Reader(meter(policy=NOTHING), CLIENT)
    plain.connect()
    assert plain.associate(password=b"12345678") == 2
    assert b"\x02\x01\x02\xbe" in SecureReader(Meter(17, max_info=1024)).begin()


def test_wrong_passwords_in_a_row_shut_the_right_one_out_for_a_while():
    here = Meter(17, locks_after=3)
    reader = Reader(here, CLIENT)
    reader.connect()
    for _ in range(2):
        assert reader.associate(password=b"87654321") == 13
    assert reader.associate(password=b"12345678") == 0
    for _ in range(3):
        assert reader.associate(password=b"87654321") == 13
    reader.utc_s += LOCKED_S - 1
    assert reader.associate(password=b"12345678") == 13
    reader.utc_s += 1
    assert reader.associate(password=b"12345678") == 0
    assert here.device.gates[CLIENT].wrong == 5


def test_refusals_say_what_they_are_about_unless_the_meter_omits_it():
    for faults, has_error in (((), True), (("refuses-without-user-information",), False)):
        reader = Reader(Meter(17, faults=faults), CLIENT)
        reader.connect()
        answer = reader.ask(bytes.fromhex("600ba109060760857405080101"))
        assert answer[0] == 0x61 and (b"\x0e\x01\x06" in answer) is has_error


def transfer(new, number=0, kek=KEK):
    wrapped = aes_key_wrap(kek, new)
    keys = b"\x01\x01\x02\x02\x16" + bytes((number,)) + b"\x09" + bytes((len(wrapped),)) + wrapped
    return b"\xc3\x01\xc1" + descriptor(64, SETUP, 2) + b"\x01" + keys


def test_a_new_key_holds_from_after_the_response_on():
    here, new = meter(), key(0x40)
    reader = SecureReader(here).open()
    assert reader.ask_plain(transfer(new)) == b"\xc7\x01\xc1\x00\x00"
    old = reader.protect(GET)
    assert reader.says(old) is None
    reader.guek = new
    assert reader.ask_plain(GET)[3] == 0
    again = SecureReader(here, counter=reader.counter, guek=new).open()
    heard = reader.heard + again.heard
    assert heard == sorted(set(heard)), "the meter counts on"
    assert SecureReader(here, counter=900).begin() is None


def test_the_response_to_a_transfer_is_still_under_the_old_keys():
    reader = SecureReader(meter()).open()
    assert reader.ask_plain(transfer(key(0xE0), number=2)) == b"\xc7\x01\xc1\x00\x00"
    assert reader.says(reader.protect(GET)) is None, "from now on there is another GAK"


def test_a_form_of_one_service_holds_no_other():
    reader = SecureReader(meter()).open()
    for tag, plain in ((0xC9, GET), (0xC8, transfer(key(1))), (0x21, GET)):
        assert reader.says(bytes((tag,)) + reader.protect(plain)[1:]) is None


@pytest.mark.parametrize(
    "new, number, kek", ((key(1), 4, KEK), (key(1), 0, GUEK), (key(1) * 2, 0, KEK))
)
def test_a_key_that_is_not_one_changes_nothing(new, number, kek):
    reader = SecureReader(meter()).open()
    assert reader.ask_plain(transfer(new, number, kek))[3] != 0
    assert reader.ask_plain(GET)[3] == 0


def test_security_setup_says_what_holds_and_a_policy_only_gets_stronger():
    reader = SecureReader(meter(policy=AUTHENTICATE)).open()

    def said(index):
        return decode(reader.ask_plain(get_request(64, SETUP, index))[4:])[0]

    assert [said(n) for n in (1, 2, 3, 4, 5)] == [ln(SETUP), 1, 0, TITLE, METER_TITLE]
    for policy, result in ((3, 0), (1, 13), (0, 13), (4, 13)):
        request = b"\xc3\x01\xc1" + descriptor(64, SETUP, 1) + b"\x01\x16" + bytes((policy,))
        assert reader.ask_plain(request)[3] == result
    assert said(2) == 3
    assert Reader(meter(), PUBLIC).open().get(64, SETUP, 2) == ("DAR", 3)


def test_a_meter_that_seals_wrongly_or_counts_backwards_is_noticed():
    reader = SecureReader(meter(faults=("wrong-tag",)))
    with pytest.raises(AssertionError, match="the tag is wrong"):
        reader.open()
    here = meter()
    reader = SecureReader(here).open()
    here.faults.add("counter-behind:2")
    reader.ask_plain(GET)
    assert reader.heard[-1] < reader.heard[-2]


@pytest.mark.parametrize("strict", (False, True))
def test_a_release_is_ciphered_where_the_meter_wants_it_so(strict):
    reader = SecureReader(meter(strict_release=strict)).open()
    assert reader.says(bytes.fromhex("6203800100")) == (
        None if strict else b"\x63\x03\x80\x01\x00"
    )
    if strict:
        initiate = reader.protect(bytes.fromhex("01000000065f1f0400001e5dffff"), "glo")
        inner = b"\x80\x01\x00\xbe" + bytes((len(initiate) + 2, 4, len(initiate))) + initiate
        answer = reader.says(b"\x62" + bytes((len(inner),)) + inner)
        assert answer[0] == 0x63 and reader.unprotect(answer[9:])[0] == 8


def test_a_broadcast_key_opens_what_is_for_all():
    reader = SecureReader(meter()).open()
    content = sealed(key(0x0F), GAK, TITLE, 1, 0x70, GET)
    answer = reader.ask(b"\xc8" + bytes((len(content),)) + content)
    assert answer[2] == 0x30, "the answer is for one, under the key of one"
    assert reader.unprotect(answer)[3] == 0


def test_keys_are_in_no_repr():
    settings = Settings(secret=b"quite secret")
    assert "quite" not in repr(settings) + repr(meter().security)
