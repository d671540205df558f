"""New keys for one DCU, whatever is lost on the way, and back to those of the key file."""

import asyncio

import pytest

from hes_stub.errors import HesError
from hes_stub.key_file import KeyFile
from hes_stub.rekey import Rekeyer
from tests.hes.keyed_dcu import AK, EK, GIVEN, KEK, KeyedDcu, plant_with
from tests.hes.running_hes import Hes, Printed, run_hes, until
from tests.hes.stored import all_acknowledged, filled

TERMINAL = "07310001"
QUIET_S = 0.3


def rekey(hes, **more):
    return Rekeyer(hes.hall, hes.keys).rekey({"terminal": TERMINAL, **more})


async def connected(hes, plant):
    """A DCU that has dialled with the keys of now, and been let in."""
    dcu = KeyedDcu(plant, hes.port)
    filled(plant, readings=1)
    await dcu.dial()
    await until(all_acknowledged(plant))
    return dcu


async def quiet(plant):
    """The HES has asked all that it asks of its own."""
    count = -1
    while count < len(plant.asked):
        count = len(plant.asked)
        await asyncio.sleep(QUIET_S)


def has_own_keys(plant):
    return bytes.fromhex(plant.settings.get("cosem.ek")) != EK


def associations(plant):
    """How many were tried."""
    return [octets[0] for _, octets in plant.asked].count(0x60)


async def restarted(hes, given=GIVEN):
    await hes.stop()
    hes = Hes(hes.folder, key_file=given)
    await hes.start()
    return hes


def test_a_dcu_gets_keys_that_only_it_and_hes_db_have(tmp_path, capsys):
    plant = plant_with()

    async def live():
        hes = await started(tmp_path)
        dcu = await connected(hes, plant)
        assert (await rekey(hes))["result"] == "good"
        await asyncio.wait_for(dcu.closed.wait(), 5)
        assert has_own_keys(plant)
        plant.asked.clear()
        for again in (True, False):
            await connected(hes, plant)
            hes = await restarted(hes) if again else hes
        assert associations(plant) == 2  # the old keys are not tried any more
        await connected(hes, plant_with(terminal="07310002"))
        await hes.stop()

    asyncio.run(live())
    kept = b"".join([path.read_bytes() for path in tmp_path.iterdir()])
    own = [bytes.fromhex(plant.settings.get(key)) for key in ("cosem.ek", "cosem.ak")]
    for key in (EK, AK, KEK, *own):
        assert key not in kept and key.hex() not in capsys.readouterr().out.lower()


async def started(folder, given=GIVEN, **how):
    hes = Hes(folder, key_file=given, **how)
    await hes.start()
    return hes


@pytest.mark.parametrize("takes", [True, False])
@pytest.mark.parametrize("restarts", [True, False])
def test_both_keys_are_tried_after_a_lost_answer(tmp_path, takes, restarts):
    plant = plant_with()

    async def live():
        hes = await started(tmp_path, fetch_s=60)
        dcu = await connected(hes, plant)
        await quiet(plant)
        dcu.answers_left, dcu.dies_after = 1, takes
        answer = await rekey(hes)
        assert answer["result"] == "no answer" and "tried" in answer["error"]
        assert has_own_keys(plant) == takes
        hes = await restarted(hes) if restarts else hes
        await connected(hes, plant)
        before = plant.settings.get("cosem.ek")
        hes = await restarted(hes)
        plant.asked.clear()
        dcu = await connected(hes, plant)
        assert associations(plant) == 1  # it is settled
        assert (await rekey(hes))["result"] == "good"
        assert plant.settings.get("cosem.ek") != before
        await asyncio.wait_for(dcu.closed.wait(), 5)
        await connected(hes, plant)
        await hes.stop()

    asyncio.run(live())


def test_what_the_dcu_refuses_leaves_the_keys_as_they_are(tmp_path):
    plant = plant_with(kek=bytes(16))

    async def check(hes):
        await connected(hes, plant)
        answer = await rekey(hes)
        assert answer["result"] == "refused" and "cosem.kek" in answer["error"]
        filled(plant, readings=1)
        await until(all_acknowledged(plant))  # the session goes on
        assert hes.keys._store.keys(TERMINAL) is None and not has_own_keys(plant)
        assert (await rekey(hes, terminal="07310009"))["result"] == "no answer"

    run_hes(tmp_path, check, key_file=GIVEN)


def test_without_a_master_key_nothing_is_sent(tmp_path):
    plant = plant_with()

    async def check(hes):
        await connected(hes, plant)
        for none, told in ((hes.keys, "no kek"), (None, "no keys")):
            with pytest.raises(HesError, match=told):
                await Rekeyer(hes.hall, none).rekey({"terminal": TERMINAL})
        filled(plant, readings=1)
        await until(all_acknowledged(plant))

    run_hes(tmp_path, check, key_file=KeyFile(EK, AK))


@pytest.mark.parametrize("kek", [KEK, bytes(16)], ids=["same kek", "another kek"])
def test_a_dcu_that_was_replaced_has_the_keys_of_the_file_again(tmp_path, capsys, kek):
    """Also when the kek that wrapped its own keys is lost."""
    printed = Printed(capsys)
    told = "hes rekey 07310001 --forget" if kek != KEK else "wrong password or key"

    async def live():
        hes = await started(tmp_path)
        dcu = await connected(hes, plant_with())
        await rekey(hes)
        await asyncio.wait_for(dcu.closed.wait(), 5)
        hes = await restarted(hes, KeyFile(EK, AK, kek))
        plant = plant_with(readings=1)
        dcu = KeyedDcu(plant, hes.port)
        await dcu.dial()
        await until(lambda: told in printed.more())
        assert associations(plant) == (kek == KEK)
        assert (await rekey(hes, forget=True))["result"] == "good"
        await asyncio.wait_for(dcu.closed.wait(), 5)
        await connected(hes, plant)
        await hes.stop()

    asyncio.run(live())


def test_who_forgets_the_keys_of_a_dcu_that_has_them_is_let_in_all_the_same(tmp_path):
    plant = plant_with()

    async def live():
        hes = await started(tmp_path)
        dcu = await connected(hes, plant)
        await rekey(hes)
        await asyncio.wait_for(dcu.closed.wait(), 5)
        dcu = await connected(hes, plant)
        assert (await rekey(hes, forget=True))["result"] == "good"
        await asyncio.wait_for(dcu.closed.wait(), 5)
        hes = await restarted(hes)
        plant.asked.clear()
        await connected(hes, plant)
        assert has_own_keys(plant) and associations(plant) == 2
        await hes.stop()

    asyncio.run(live())
