"""New keys: wrapped for a meter, taken by it, and both tried when nobody knows which it has."""

from hal import cipher
from tests.dual.codec_checks import asserts, flipped, refused, truncated
from tests.dual.secured_peers import AK, BROADCAST_EK, EK, KEK, H
from wire import axdr, key_transfer
from wire.key_transfer import AUTHENTICATION, BROADCAST, MASTER, UNICAST, KeyChange

KEYS = {UNICAST: EK, BROADCAST: BROADCAST_EK, AUTHENTICATION: AK, MASTER: b"N" * 16}
LN = H("00002b0000ff")


def take(data, size=16):
    return key_transfer.take_transfer(cipher, KEK, data, size)


def test_the_data_are_those_of_the_standard():
    # array of {enum, octet-string}; the wrapped key is the known answer of RFC 3394 for this KEK
    data = key_transfer.transfer_data(
        cipher, b"1" * 16, {UNICAST: H("101112131415161718191a1b1c1d1e1f")}
    )
    assert data == H("0101020216000918bb3037110b39ef16021efd80cb4d5e16b926553be20b8389")
    assert key_transfer.method(LN) == (64, LN, 2)


def test_keys_sent_are_keys_taken():
    assert take(key_transfer.transfer_data(cipher, KEK, KEYS)) == KEYS
    big = {UNICAST: EK + AK}
    data = key_transfer.transfer_data(cipher, KEK + KEK, big)
    assert key_transfer.take_transfer(cipher, KEK + KEK, data, 32) == big


def test_all_keys_are_taken_or_none_and_no_error_shows_octets():
    data = key_transfer.transfer_data(cipher, KEK, KEYS)
    for _, _, damaged in list(flipped(data))[::3]:
        try:
            found = take(damaged)
        except Exception as error:
            assert EK.hex() not in str(error) and BROADCAST_EK.hex() not in str(error)
            continue
        assert sorted(found.values()) == sorted(KEYS.values())  # two numbers changed places
    for beginning in truncated(data):
        refused(take, beginning)
    refused(take, data, 32)
    other = key_transfer.transfer_data(cipher, AK, {UNICAST: EK})
    assert not refused(take, other).data


def test_what_is_no_list_of_keys_is_refused():
    wrapped = axdr.octets(cipher.wrap(KEK, EK))
    good = axdr.structure([axdr.enum(0), wrapped])
    assert take(axdr.array([good])) == {UNICAST: EK}
    for data in (
        axdr.array([]),
        good,
        axdr.null(),
        axdr.array([good, good]),
        axdr.array([axdr.structure([axdr.enum(4), wrapped])]),
        axdr.array([axdr.structure([axdr.octets(b"0"), wrapped])]),
        axdr.array([axdr.structure([axdr.enum(0), axdr.u8(1)])]),
        axdr.array([axdr.structure([axdr.enum(0), axdr.octets(EK)])]),
        axdr.array([axdr.structure([axdr.enum(0)])]),
        axdr.array([axdr.enum(0)]),
        axdr.array([axdr.structure([axdr.enum(n % 4), wrapped]) for n in range(5)]),
    ):
        refused(take, data)


def test_an_answer_to_the_transfer_settles_which_key_it_is():
    change = KeyChange("old", "new")
    assert change.key == "old" and not change.is_settled
    change.answered()
    assert change.key == "new" and change.is_settled
    change.failed()
    assert change.key == "new"  # a line that is down later changes nothing
    assert asserts(change.answered)


def test_after_a_lost_answer_both_keys_are_tried_until_one_has_worked():
    for right in ("old", "new"):
        for silent in range(4):  # associations that fail for another reason
            change = KeyChange("old", "new")
            tries = 0
            while not change.is_settled:
                tries += 1
                if change.key == right and tries > silent:
                    change.worked()
                else:
                    change.failed()
            change.failed()  # for another reason than the key
            assert change.key == right and tries <= silent + 2


def test_no_key_shows_in_a_change():
    assert EK.hex() not in repr(KeyChange(EK, AK)) and repr(EK)[2:-1] not in repr(
        KeyChange(EK, AK)
    )
