"""Programs run beside the loop: what they say, how they end, and that the loop goes on."""

import os

from hal import command, coop
from hal.command import NOT_FOUND, OUTPUT_MAX, TOO_LONG, Commands, quoted
from hal.errors import PortError

FOLDER = os.getenv("DUAL_TMP") or "/tmp"


def run(words, limit_s=10, ticks=None):
    async def tick():
        while True:
            ticks.append(1)
            await coop.sleep_ms(10)

    async def main():
        task = coop.spawn(tick()) if ticks is not None else None
        try:
            return await Commands(FOLDER, "test").run(words, limit_s)
        finally:
            if task:
                await coop.stop(task)

    return coop.run(main())


def test_its_exit_code_and_what_it_said_on_both_outputs_are_told():
    assert run(["echo", "two words", "it's"]) == (0, "two words it's")
    assert run(["sh", "-c", "echo out; echo err >&2; exit 3"]) == (3, "out\nerr")


def test_whatever_is_in_a_word_is_no_matter_for_the_shell():
    for word in ("$(id)", "`id`", "a;b", "'", '"', "\\", "*", "a\nb", "-", "&", ">x"):
        assert run(["printf", "%s", word]) == (0, word), word
    assert quoted("it's") == "'it'\\''s'"


def test_one_that_is_missing_or_takes_too_long_is_told_by_its_code():
    assert run(["no-such-program"])[0] == NOT_FOUND
    assert run(["sleep", "20"], limit_s=1)[0] == TOO_LONG


def test_one_of_which_nothing_is_heard_any_more_is_given_up_and_not_taken_for_the_next():
    commands = Commands(FOLDER, "late")
    grace_ms, command._GRACE_MS = command._GRACE_MS, 200
    try:
        coop.run(commands.run(["sleep", "0.6"], 0))  # for timeout(1) that is no limit
        raise AssertionError("it is waited for")
    except PortError as error:
        assert str(error) == "sleep: no end after 0 s"
    finally:
        command._GRACE_MS = grace_ms
    assert coop.run(commands.run(["sh", "-c", "sleep 0.9; echo mine; exit 3"], 10)) == (3, "mine")


def test_two_that_run_beside_one_another_have_each_its_own_end():
    async def both():
        first = Commands(FOLDER, "one").run(["sh", "-c", "sleep 0.3; echo first; exit 1"], 10)
        second = Commands(FOLDER, "two").run(["sh", "-c", "echo second; exit 2"], 10)
        return await coop.gather(first, second)

    assert list(coop.run(both())) == [(1, "first"), (2, "second")]
    assert not [each for each in os.listdir(FOLDER) if each[:4] in ("one.", "two.")]


def test_the_loop_goes_on_meanwhile():
    ticks = []
    assert run(["sleep", "0.3"], ticks=ticks) == (0, "")
    assert len(ticks) > 10


def test_of_much_that_is_said_the_beginning_is_kept_and_what_is_no_text_is_marked():
    code, said = run(["sh", "-c", "yes long | head -c 100000"])
    assert code == 0 and OUTPUT_MAX - 5 <= len(said) <= OUTPUT_MAX
    assert run(["printf", "a\\377b"]) == (0, "a?b")
