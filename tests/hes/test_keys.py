"""A DCU with keys and the HES with the same over loopback TCP: all is ciphered, or nothing is."""

import pytest

from hes_stub.key_file import KeyFile
from hes_stub.link import DAMAGED_MAX
from tests.hes.fake_dcu import Dcu, Plant
from tests.hes.keyed_dcu import AK, EK, GIVEN, KeyedDcu, plant_with
from tests.hes.running_hes import Printed, run_hes, until
from tests.hes.stored import all_acknowledged, filled
from wire import apdu, association

TERMINAL = "07310001"
GET = 0xC8  # ciphered


async def let_in(hes):
    """The link of the DCU, once its association stands."""
    await until(lambda: TERMINAL in hes.hall.dcus and hes.hall.dcus[TERMINAL].open)
    return hes.hall.dcus[TERMINAL]


def with_keys(folder, check, given=GIVEN, **options):
    run_hes(folder, check, key_file=given, **options)


@pytest.mark.parametrize("size", [16, 32])
def test_readings_and_alarms_come_in_and_nothing_of_them_in_clear(tmp_path, capsys, size):
    ek, ak = (EK * 2)[:size], (AK * 2)[:size]
    plant = plant_with(readings=150, alarms=1, ek=ek, ak=ak)

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        await dcu.dial()
        await until(all_acknowledged(plant))
        filled(plant, alarms=2)
        dcu.push(plant.alarms.rows[1:])
        await until(all_acknowledged(plant))
        assert hes.alarms() == [(1, 1), (1, 2), (1, 3)] and len(hes.readings()) == 150
        assert dcu.pushed[0][0] == 0xDB
        await until(lambda: hes.dcu()["version"])

    with_keys(tmp_path, check, KeyFile(ek, ak), fetch_s=3600)
    tags = {octets[0] for _, octets in plant.asked}
    assert tags == {0x60, 0xC8, 0xC9, 0xCB} and all([client == 1 for client, _ in plant.asked])
    out = capsys.readouterr().out
    assert "dropped" not in out and ek.hex() not in out.lower()


def test_answers_and_pushes_in_one_piece_are_taken_in_their_order(tmp_path):
    """Deciphered late, an answer would be older than the push behind it."""
    plant = plant_with(readings=1, alarms=1)

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        take = dcu._answer

        def answer_and_push(frame):
            take(frame)
            if frame.apdu[0] == GET:
                dcu.push(plant.alarms.rows)

        dcu._answer = answer_and_push
        await dcu.dial()
        for _ in range(3):
            filled(plant, readings=1, alarms=1)
            await until(all_acknowledged(plant))
        assert not dcu.closed.is_set()

    with_keys(tmp_path, check)


def test_what_was_pushed_once_is_not_taken_again_on_any_connection(tmp_path):
    """Not before the DCU has proved who it is, nor after: not even by a HES that has restarted."""
    plant = plant_with()

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        await dcu.dial()
        await let_in(hes)
        filled(plant, alarms=1)
        dcu.push(plant.alarms.rows)
        await until(all_acknowledged(plant))
        (old,) = dcu.pushed
        dcu.hang_up()
        plant.alarms.rows, plant.alarms.mark, again = [], 0, KeyedDcu(plant, hes.port)
        await again.dial()
        again.send_as_it_is(old)
        link = await let_in(hes)
        again.send_as_it_is(old)
        await until(lambda: link._damaged)
        assert not link.pushes and hes.alarms() == [(1, 1)]

    with_keys(tmp_path, check, fetch_s=3600)


@pytest.mark.parametrize("how", ["in clear", "wrong key", "no push", "garbage"])
def test_pushes_that_are_not_of_the_dcu_are_dropped_with_one_line(tmp_path, capsys, how):
    plant, other = plant_with(), plant_with(ek=AK)
    secret = b"Geheim12"
    plain = apdu.encode(apdu.DataNotification(1, b"", b"\x09\x08" + secret))
    octets = {
        "in clear": plain,
        "wrong key": other.keys.seal(plain),
        "no push": plant.keys.seal(apdu.encode(apdu.GetResponse(0x41, apdu.Result(3, b"")))),
        "garbage": b"\xdb" + secret,
    }[how]

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        await dcu.dial()
        link = await let_in(hes)
        for _ in range(DAMAGED_MAX - 1):
            dcu.send_as_it_is(octets)
        await until(lambda: link._damaged == DAMAGED_MAX - 1)
        assert not link.pushes
        filled(plant, alarms=1)
        dcu.push(plant.alarms.rows)
        await until(all_acknowledged(plant))

    with_keys(tmp_path, check, fetch_s=3600)
    out = capsys.readouterr().out
    assert out.count("is dropped") == 1 and secret.hex() not in out and "Geheim" not in out


@pytest.mark.parametrize("which", ["ek", "ak"])
def test_a_wrong_key_is_said_and_nothing_is_asked_otherwise(tmp_path, capsys, which):
    plant = plant_with(readings=1, **{which: bytes(16)})

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)
        await dcu.dial()
        await until(lambda: plant.asked)
        dcu.push([])
        await works(hes)
        assert not dcu.closed.is_set() and plant.readings.mark == 0

    with_keys(tmp_path, check)
    assert {octets[0] for _, octets in plant.asked} == {0x60}
    out = capsys.readouterr().out
    assert out.count("wrong password or key") == 1 and "dropped" not in out


async def works(hes, terminal="07310002"):
    plant = plant_with(1, terminal=terminal)
    await KeyedDcu(plant, hes.port).dial()
    await until(all_acknowledged(plant))


@pytest.mark.parametrize("has_keys", [True, False])
def test_keys_on_one_side_only_are_told_with_what_mends_it(tmp_path, capsys, has_keys):
    """With keys, the HES never asks in clear: the DCU could be anybody."""
    plant, printed = plant_with(1) if has_keys else Plant(), Printed(capsys)

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port) if has_keys else Dcu(plant, hes.port)
        await dcu.dial()
        filled(plant, alarms=1)
        for _ in range(DAMAGED_MAX):
            dcu.push(plant.alarms.rows)
        await until(lambda: TERMINAL in hes.hall.dcus)
        link = hes.hall.dcus[TERMINAL]
        await until(lambda: link._has_told)
        await until(lambda: "association refused" in printed.more())
        assert not dcu.closed.is_set() and hes.alarms() == []

    run_hes(tmp_path, check, key_file=None if has_keys else GIVEN)
    out = printed.more()
    mended = ["--dcu-key", "--dcu-key"] if has_keys else ["cosem.ek is not set", "set cosem.ek"]
    assert all([word in out for word in mended]) and out.count("dropped") == 1


@pytest.mark.parametrize("how", ["in clear", "wrong key"])
def test_an_answer_that_is_not_of_the_dcu_is_dropped_and_its_own_is_taken(tmp_path, how):
    plant, other = plant_with(readings=1), plant_with(ek=AK)
    lie = apdu.encode(apdu.GetResponse(0xC1, apdu.Result(0, b"\x06" + bytes(4))))
    lie = lie if how == "in clear" else other.keys.seal(lie)

    async def check(hes):
        dcu = KeyedDcu(plant, hes.port)

        def instead(client, octets):
            if octets[0] == GET:
                dcu.send_as_it_is(lie)

        dcu.instead = instead
        await dcu.dial()
        await until(all_acknowledged(plant))

    with_keys(tmp_path, check)


def test_a_dcu_with_the_title_of_another_terminal_is_not_asked(tmp_path, capsys):
    """Two that share a key and a title would use an initialization vector twice."""
    plant, printed = plant_with(readings=1), Printed(capsys)
    plant.settings.put("terminal.number", "0002")

    async def check(hes):
        await KeyedDcu(plant, hes.port).dial()
        await until(lambda: "not the system title of the peer" in printed.more())
        assert [octets[0] for _, octets in plant.asked] == [0x60]

    with_keys(tmp_path, check)


def test_no_challenge_is_sent_twice(tmp_path):
    plant = plant_with()

    async def check(hes):
        for _ in range(3):
            filled(plant, readings=1)
            await KeyedDcu(plant, hes.port).dial()
            await until(all_acknowledged(plant))

    with_keys(tmp_path, check)
    aarqs = [association.decode(octets) for _, octets in plant.asked if octets[0] == 0x60]
    challenges = {aarq.authentication for aarq in aarqs}
    assert len(challenges) == len(aarqs) == 3 and min(map(len, challenges)) >= 16
