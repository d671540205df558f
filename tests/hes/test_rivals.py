"""Two DCUs with one terminal ID: they take the line from each other, and somebody must say why."""

from hes_stub import hall
from tests.hes.fake_dcu import Dcu, Plant
from tests.hes.running_hes import run_hes, until

TERMINAL = "07310001"


async def registered(hes):
    dcu = Dcu(Plant(), hes.port)
    await dcu.dial()
    await until(lambda: dcu.confirmed == 1)


def test_a_second_dcu_with_the_same_terminal_id_is_told(tmp_path, capsys):
    async def check(hes):
        for count in range(3):
            assert hes.events() == [], count
            await registered(hes)
        (told,) = hes.events()
        assert f"two connections claim {TERMINAL} (addresses 127.0.0.1:" in told
        assert hes.dcu()["notice"] == told

    run_hes(tmp_path, check)
    assert capsys.readouterr().out.count("two connections claim") == 1


def test_a_pair_that_goes_on_is_told_again_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(hall, "RIVALS_TOLD", 4)

    async def check(hes):
        for _ in range(8):
            await registered(hes)
        assert len(hes.events()) == 2

    run_hes(tmp_path, check)


def test_a_dcu_that_comes_back_after_a_silence_has_no_rival(tmp_path, monkeypatch):
    monkeypatch.setattr(hall, "WELL_S", -1)

    async def check(hes):
        for _ in range(4):
            await registered(hes)
        assert hes.events() == []

    run_hes(tmp_path, check)
