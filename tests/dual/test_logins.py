"""What we log in to a meter with, made of its row in the archive. Runs on both interpreters."""

from boards.logins import login_of
from dcu.archive_row import Meter
from dcu.counters import Counters
from tests.kept import Kept
from wire import association
from wire.ciphering import AUTHENTICATED, BOTH, ENCRYPTED

OURS, EK, AK = b"ODC\x00\x07\x31\x00\x01", bytes(range(16)), bytes(range(16, 32))
KEYS = {"ek": EK.hex(), "ak": AK.hex()}


def login(counters=None, **fields):
    row = {"mp": "1", "address": "17"}
    row.update(fields)
    return login_of(Meter(row), OURS, counters or Counters(Kept()))


def test_a_row_without_keys_has_no_counter_and_nothing_ciphered():
    for fields in ({}, {"auth": "lls", "password": "x"}, {"auth": "hls-md5", "password": "x"}):
        made = login(**fields)
        assert made.counter is None and not made.is_new()
        assert not made.credentials.is_ciphered
    assert made.credentials.secret == b"x" and made.credentials.mechanism == association.HLS_MD5


def test_the_ciphering_is_what_we_send_and_what_we_want_at_least():
    for ciphering, bits in (("auth", AUTHENTICATED), ("enc", ENCRYPTED), ("authenc", BOTH)):
        security = login(ciphering=ciphering, **KEYS).credentials.security
        assert (security.policy, security.control, security.title) == (bits, bits, OURS)


def test_a_row_may_have_a_title_of_its_own():
    theirs = b"MMM\x00\x00\x00\x00\x01"
    made = login(auth="hls-gmac", title=theirs.hex(), **KEYS)
    assert made.credentials.security.title == theirs


def test_meters_with_the_same_key_share_its_counter():
    counters = Counters(Kept())
    first, second = [login(counters, auth="hls-gmac", mp=mp, **KEYS) for mp in "12"]
    assert first.is_new() and first.counter.next() == 1
    assert not second.is_new() and second.counter.next() == 2
    other = login(counters, auth="hls-gmac", ek=AK.hex(), ak=AK.hex())
    assert other.counter.next() == 1


def test_each_association_has_a_challenge_and_a_dedicated_key_of_its_own():
    made = login(auth="hls-gmac", ciphering="authenc", dedicated="yes", **KEYS)
    plain = login(auth="hls-gmac", **KEYS)
    requests = [next(each.associate()) for each in (plain, plain, made, made)]
    assert len(set(requests)) == 4
    assert (
        len(requests[2])
        >= len(next(login(auth="hls-gmac", ciphering="authenc", **KEYS).associate())) + 17
    )


def test_no_secret_is_in_the_text_form_of_a_login():
    made = login(auth="hls-gmac", **KEYS)
    for text in (repr(made), repr(made.credentials), repr(made.counter)):
        assert EK.hex() not in text and repr(EK) not in text
