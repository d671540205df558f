"""The lock of a folder, which CPython has and MicroPython has not."""

import pytest

from boards import one_at_a_time
from hal import coop
from hal.errors import Refused
from hal.files import Files


def test_one_holds_a_folder_until_it_is_gone(tmp_path):
    first, second = Files(str(tmp_path)), Files(str(tmp_path))
    assert first.claim() and not second.claim() and not second.claim(shared=True)
    del first
    assert second.claim()


def test_those_who_share_a_folder_hold_it_together(tmp_path):
    first, second, third = [Files(str(tmp_path)) for _ in range(3)]
    assert first.claim(shared=True) and second.claim(shared=True) and not third.claim()


def test_a_copy_of_a_folder_that_is_held_is_not_held(tmp_path):
    folder, copy = tmp_path / "a", tmp_path / "b"
    files = Files(str(folder))
    assert files.claim()
    Files(str(copy)).replace("lock", files.read("lock"))
    assert Files(str(copy)).claim()


def test_a_dcu_that_is_starting_is_waited_for_and_asked(tmp_path):
    starting, asks = Files(str(tmp_path)), []
    assert starting.claim()

    async def ask():
        asks.append(1)
        return (0, "here") if len(asks) == 3 else None

    async def main():
        folder = Files(str(tmp_path))
        assert await one_at_a_time.answer_or_claim(ask, folder, shared=True) == (0, "here")
        assert len(asks) == 3

    coop.run(main())


def test_who_holds_a_folder_for_a_moment_is_waited_for(tmp_path):
    first, second = Files(str(tmp_path)), Files(str(tmp_path))
    held = [first.claim() and first]
    del first

    async def main():
        async def let_go():
            await coop.sleep_ms(150)
            held.clear()

        task = coop.spawn(let_go())
        await one_at_a_time.claim(second)
        assert task.done()
        with pytest.raises(Refused, match="is in use"):
            await one_at_a_time.claim(Files(str(tmp_path)))

    coop.run(main())
