"""Management with keys: ciphered by HLS-GMAC, and in no other way. Runs on both interpreters."""

from dcu.counters import BLOCK
from hal import cipher
from hal.errors import Refused
from tests.dual.hes_client import MANAGEMENT, PUBLIC, CosemBench, result_of
from wire import association, axdr, dialogue_association, envelope, key_transfer, obis
from wire.apdu import Attribute
from wire.ciphering import BOTH, Above, CountUp, Key
from wire.credentials import Credentials
from wire.dialogue import get, set_
from wire.dialogue_action import action
from wire.dialogue_association import AssociationRefused, associate_as, protected
from wire.protection import Protection, Security

EK, AK, KEK = b"\x01" * 16, b"\x02" * 16, b"\x03" * 16
NEW_EK = b"\x11" * 16
HES = b"HES\x00\x00\x00\x00\x01"
CHALLENGE = b"never before 123"
OTHER_REASON, DENIED = 250, 3
COUNTER = (1, "0.0.43.1.0.255")
SETUP = (64, "0.0.43.0.0.255")


def bench_with(ek=EK, ak=AK, kek=KEK):
    bench = CosemBench(readings=2)
    pairs = [("cosem.ek", ek.hex()), ("cosem.ak", ak.hex()), ("cosem.kek", kek.hex())]
    bench.settings.put_all(pairs)
    bench.reconnect()
    return bench


class Hes:
    """The client side, with keys of its own and a counter that goes on over connections."""

    def __init__(self, bench, ek=EK, ak=AK, first=1):
        self.bench = bench
        suite = 0 if len(ek) == 16 else 2
        self.key = Key(cipher, suite, ek, ak, CountUp(first), Above())
        self.protection = None
        self.sent = []

    def ask(self, request):
        self.sent.append(request)
        return self.bench.server.answer(MANAGEMENT, 1, request)

    def do(self, talk):
        request = next(talk)
        while True:
            try:
                request = talk.send(self.ask(request))
            except StopIteration as end:
                return end.value

    def associate(self):
        security = Security(cipher, HES, self.key, policy=BOTH)
        credentials = Credentials(association.HLS_GMAC, b"", security, is_ciphered=True)
        self.protection = self.do(associate_as(credentials, CHALLENGE)).protection

    def get(self, object_, index=2):
        attribute = Attribute(object_[0], obis.parse(object_[1]), index)
        return self.do(protected(get(attribute), self.protection))

    def set(self, object_, data):
        attribute = Attribute(object_[0], obis.parse(object_[1]), 2)
        self.do(protected(set_(attribute, data), self.protection))

    def transfer(self, keys, kek=KEK):
        data = key_transfer.transfer_data(cipher, kek, keys)
        talk = action(64, obis.parse(SETUP[1]), key_transfer.METHOD, data)
        return self.do(protected(talk, self.protection))


def associated(**keys):
    hes = Hes(bench_with(**keys))
    hes.associate()
    return hes


def is_refused(hes):
    try:
        hes.associate()
    except (AssociationRefused, dialogue_association.WireError):
        return True
    return False


def test_with_keys_management_is_served_ciphered():
    hes = associated()
    assert hes.get((1, "0.0.96.128.1.255")) == 2
    assert envelope.is_ciphered(hes.sent[-1])
    assert hes.get(SETUP, 2) == 108 and hes.get(SETUP, 3) == 0
    assert hes.get(SETUP, 5) == b"ODC\x00\x07\x31\x00\x01"


def test_keys_of_32_octets_are_of_suite_2():
    keys = {"ek": b"\x01" * 32, "ak": b"\x02" * 32}
    hes = Hes(bench_with(**keys), **keys)
    hes.associate()
    assert hes.get(SETUP, 3) == 2


def test_with_keys_nobody_gets_in_as_management_without_them():
    bench = bench_with()
    bench.settings.put("cosem.password", "manage")
    bench.reconnect()
    for password in (None, "manage"):
        try:
            bench.associate(MANAGEMENT, password)
            assert False, "let in"
        except AssociationRefused:
            pass
    for wrong in ({"ek": NEW_EK}, {"ak": NEW_EK}):
        assert is_refused(Hes(bench, **wrong))
    bench.associate(PUBLIC)
    assert bench.get((1, "0.0.96.1.0.255"), sap=PUBLIC) == "07310001"


def test_keys_that_do_not_belong_together_let_nobody_in():
    for keys in ({"ak": b""}, {"ek": b""}, {"ak": b"\x02" * 32}):
        bench = bench_with(**keys)
        assert is_refused(Hes(bench))
        try:
            bench.associate(MANAGEMENT)
            assert False, "let in"
        except AssociationRefused:
            pass


def test_a_request_in_clear_is_not_served_within_a_ciphered_association():
    hes = associated()
    mark = Attribute(1, obis.parse("0.0.96.129.1.255"), 2)
    assert result_of(hes.do, set_(mark, axdr.u32(2))) == OTHER_REASON
    assert hes.bench.readings.mark == 0


def test_what_was_sent_before_is_not_taken_again_over_connections():
    hes = associated()
    hes.get((1, "0.0.96.128.1.255"))
    aarq = hes.sent[0]
    heard = hes.bench.keys.heard()
    hes.bench.reconnect()
    answer = hes.bench.server.answer(MANAGEMENT, 1, aarq)
    assert answer == b"\xd8\x01\x06" + (heard + 1).to_bytes(4, "big")
    assert hes.bench.keys.heard() == heard
    assert is_refused(Hes(hes.bench, first=heard - 1))
    Hes(hes.bench, first=heard + 1).associate()


def test_anybody_may_read_the_counter_to_go_on_above_it():
    hes = associated()
    hes.bench.associate(PUBLIC)
    number = hes.bench.get(COUNTER, sap=PUBLIC)
    assert number == hes.bench.keys.heard() > 0
    assert CosemBench().keys.heard() == 0


def test_our_own_counter_is_never_used_again_after_a_power_cut():
    hes = associated()
    before = hes.bench.keys.security().unicast.sent.next()
    assert before < BLOCK
    kept = hes.bench.counters_kept
    again = bench_with()
    again.use_counters(kept)
    assert again.keys.security().unicast.sent.next() > before


def test_new_keys_are_kept_and_in_force_with_the_next_association():
    hes = associated()
    hes.transfer({key_transfer.UNICAST: NEW_EK, key_transfer.AUTHENTICATION: KEK})
    assert hes.get((1, "0.0.96.128.1.255")) == 2, "the old ones are, until it ends"
    assert hes.bench.settings.get("cosem.ek") == NEW_EK.hex().upper()
    assert is_refused(Hes(hes.bench, first=100))
    new = Hes(hes.bench, ek=NEW_EK, ak=KEK)
    new.associate()
    assert new.get((1, "0.0.96.128.1.255")) == 2


def test_keys_that_are_not_wrapped_with_the_master_key_change_nothing():
    hes = associated()
    before = [hes.bench.settings.get(key) for key in ("cosem.ek", "cosem.ak", "cosem.kek")]
    assert result_of(hes.transfer, {key_transfer.UNICAST: NEW_EK}, kek=EK) == OTHER_REASON
    assert result_of(hes.transfer, {key_transfer.BROADCAST: NEW_EK}) == OTHER_REASON
    assert result_of(hes.transfer, {key_transfer.UNICAST: NEW_EK * 2}) == OTHER_REASON
    after = [hes.bench.settings.get(key) for key in ("cosem.ek", "cosem.ak", "cosem.kek")]
    assert after == before
    without = associated(kek=b"")
    assert result_of(without.transfer, {key_transfer.UNICAST: NEW_EK}) == OTHER_REASON


def test_no_key_is_shown():
    bench = bench_with()
    for key in ("cosem.ek", "cosem.ak", "cosem.kek"):
        assert bench.settings.shown(key) == "(set)"


def test_what_is_pushed_is_ciphered_once_there_are_keys():
    hes = associated()
    for number in (1, 2):
        octets = hes.bench.keys.seal(b"\x0f an alarm")
        assert octets[0] == 0xDB and b"alarm" not in octets
        security = Security(cipher, HES, hes.key, policy=BOTH)
        protection = Protection(security)
        protection.meet(b"ODC\x00\x07\x31\x00\x01")
        assert protection.open_answer(octets) == b"\x0f an alarm", number
    assert CosemBench().keys.seal(b"\x0f in clear") == b"\x0f in clear"
    try:
        bench_with(ak=b"").keys.seal(b"\x0f")
        assert False, "half a pair"
    except Refused:
        pass
