"""Certificates as text, and when they are valid."""

from hal.errors import WireError
from tests.kept import refusal
from wire import pem, x509

DAY_S = 86_400
MADE = ("hes", 946_684_800, 4_102_444_800)  # valid from 2000 to 2100: UTCTime and GeneralizedTime


def text_of(name):
    with open(f"tests/tls/{name}") as file:
        return file.read()


def der_of(name):
    return pem.blocks(text_of(name + ".pem"))[0][1]


def test_blocks_come_with_their_labels_whatever_stands_around_them():
    both = "a remark\n" + text_of("hes.pem").replace("\n", "\r\n") + "\n\n" + text_of("hes.key")
    assert [label for label, _ in pem.blocks(both)] == ["CERTIFICATE", "PRIVATE KEY"]
    assert pem.blocks("no block at all") == [] and pem.blocks("") == []
    assert len(pem.blocks(text_of("chain.pem"))) == 2


def test_a_block_that_is_damaged_is_an_error_and_says_nothing_of_what_is_in_it():
    whole = text_of("dcu.key")
    letters = whole.split("\n")[1]
    cases = [whole[: len(whole) // 2], whole.replace(letters, letters[1:])]
    cases += [whole.replace(letters, "*" + letters[1:]), text_of("locked-old.key")]
    cases.append("-----BEGIN X-----\n-----END X-----\n")
    for damaged in ("AB=C", "AAAAAB=C", "A===", "===="):
        cases.append(f"-----BEGIN X-----\n{damaged}\n-----END X-----\n")
    for case in cases:
        said = refusal(pem.blocks, case)
        assert said and letters[8:16] not in said, (case, said)


def test_a_certificate_says_from_when_to_when_it_is_valid():
    name, first_s, last_s = MADE
    assert x509.validity(der_of(name)) == (first_s, last_s)
    assert x509.validity(der_of("expired")) == (first_s, first_s + 366 * DAY_S)
    assert x509.validity(der_of("future"))[0] == last_s - 365 * DAY_S


def test_a_certificate_that_is_cut_or_changed_is_an_error_of_the_peer_and_no_other():
    whole = der_of("hes")
    for cut in range(len(whole)):
        assert refusal(x509.validity, whole[:cut]), cut
    assert "follows" in refusal(x509.validity, whole + b"\0")
    for at in range(len(whole)):
        for bit in (1, 0x80):
            changed = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
            try:
                first_s, last_s = x509.validity(changed)
            except WireError:
                continue
            assert type(first_s) is int and type(last_s) is int


def test_times_that_are_none_are_refused():
    whole = der_of("hes")
    good = b"\x17\x0d000101000000Z"
    assert whole.count(good) == 1
    for bad in (b"001301000000Z", b"000230000000Z", b"000101240000Z", b"000101006000Z"):
        assert "no such time" in refusal(x509.validity, whole.replace(good, good[:2] + bad)), bad
    for bad in (b"000101000000+", b"00010100000aZ", b" 00101000000Z"):
        assert "not a time" in refusal(x509.validity, whole.replace(good, good[:2] + bad)), bad
    early = whole.replace(good, good[:2] + b"500101000000Z")
    assert x509.validity(early)[0] == -631_152_000
    late = whole.replace(good, good[:2] + b"491231235959Z")
    assert x509.validity(late)[0] == 2_524_607_999
