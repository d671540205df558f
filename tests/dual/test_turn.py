"""Who talks next."""

from drivers.turn import Turn
from hal import coop
from hal.errors import Refused
from tests.virtual import run_virtual


def served(*askers):
    """Names in the order in which they had the turn; an asker is (name, urgent)."""
    order = []

    async def live():
        turn = Turn()

        async def one(name, urgent):
            await turn.take(urgent)
            order.append(name)
            await coop.sleep_ms(10)
            turn.give()

        await coop.gather(*[one(name, urgent) for name, urgent in askers])
        assert not turn.held

    run_virtual(live())
    return "".join(order)


def test_first_come_first_served():
    assert served(("a", False), ("b", False), ("c", False)) == "abc"


def test_the_urgent_go_before_the_others_and_keep_their_own_order():
    assert served(("a", False), ("b", False), ("U", True), ("V", True)) == "aUVb"


def test_who_waits_too_long_is_refused_and_leaves_the_queue():
    async def live():
        turn = Turn()
        await turn.take_within(10, "it")
        try:
            await turn.take_within(10, "the meter")
            assert False
        except Refused as error:
            assert str(error) == "the meter is in use"
        turn.give()
        assert not turn.held

    run_virtual(live())


def test_one_that_is_cancelled_while_its_turn_comes_passes_it_on():
    async def live():
        turn = Turn()
        await turn.take()
        first, second = coop.spawn(turn.take()), coop.spawn(turn.take())
        await coop.sleep_ms(1)
        turn.give()  # to the first, which is cancelled before it runs
        first.cancel()
        await coop.within_ms(10, second)
        turn.give()
        assert not turn.held

    run_virtual(live())


def test_giving_what_nobody_holds_is_our_own_mistake():
    try:
        Turn().give()
    except AssertionError:
        return
    assert False


def test_scheduled_work_gets_its_share_however_much_is_urgent():
    for in_a_row in (0, 1, 4):
        turn = Turn(in_a_row)
        order = []

        async def ask(name, urgent, turn=turn, order=order):
            await turn.take(urgent)
            order.append(name)
            turn.give()

        async def main(turn=turn, ask=ask):
            await turn.take()
            tasks = [coop.spawn(ask("s", False)) for _ in range(4)]
            tasks += [coop.spawn(ask("u", True)) for _ in range(12)]
            await coop.sleep_ms(0)
            await coop.sleep_ms(0)
            turn.give()
            await coop.gather(*tasks)

        run_virtual(main())
        text = "".join(order)
        share = ("u" * in_a_row + "s") * 4
        assert text.startswith(share[: 12 if in_a_row == 4 else len(share)]), text
        assert text.count("s") == 4 and text.count("u") == 12
