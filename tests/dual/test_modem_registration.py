"""SIM, PIN, registration and context of a module."""

from hal import coop
from hal.errors import PortError
from tests.dual.modem_bench import each, error_of, forget

QUIET = ((0, 0.0),)


def test_a_pin_is_tried_once_and_never_again():
    async def play(bench):
        bench.nature.is_locked = True
        bench.module.sim = "pin"
        bench.access = bench.access_with(pin="9999")
        for _ in range(4):
            await bench.modem.open()
            assert await bench.modem.sim() == "locked"
            await forget(bench)
        assert (bench.module.pin_tries, bench.module.sim) == (2, "pin")
        bench.access = bench.access_with(pin="8888")
        for _ in range(4):
            await bench.modem.open()
            assert await bench.modem.sim() == "locked"
        assert bench.module.pin_tries == 1
        bench.access = bench.access_with(pin="1234")
        assert await bench.modem.sim() == "locked", "the last try is for a person"
        assert bench.module.pin_tries == 1
        bench.module.pin_tries = 3
        assert await bench.modem.sim() == "ready"
        bench.module.restart()
        await coop.sleep_ms(6_000)
        assert bench.module.sim == "pin"
        await bench.modem.online()  # a good one is tried at each start
        assert not any("1234" in line or "8888" in line for line in bench.lines)

    each(play, QUIET)


def test_no_pin_no_puk_no_sim():
    async def play(bench):
        await bench.modem.open()
        for state, word in (
            ("pin", "locked"),
            ("puk", "locked"),
            ("absent", "absent"),
            ("failed", "failed"),
            ("busy", "failed"),
        ):
            bench.module.sim = state
            assert await bench.modem.sim() == word
            assert f"SIM {word}" in await error_of(bench.modem.online(), PortError)
        asking = coop.spawn(bench.modem.sim())
        await coop.sleep_ms(5_000)
        bench.module.sim = "ready"
        assert await asking == "ready"
        assert not any(text.startswith("+CPIN=") for text in bench.module.heard)

    each(play, QUIET)


def test_a_pin_that_could_not_be_noted_is_not_tried():
    async def play(bench):
        bench.module.sim = "pin"
        bench.access = bench.access_with(pin="1234")
        bench.note.full = True
        await bench.modem.open()
        assert "no space" in await error_of(bench.modem.sim(), PortError)
        assert bench.module.sim == "pin"

    each(play, QUIET)


def test_registration_is_waited_for_and_says_why_not():
    async def play(bench):
        await bench.modem.open()
        for stat, word in ((0, "not searching"), (2, "searching"), (3, "denied"), (4, "unknown")):
            bench.module.registration = stat
            text = await error_of(bench.modem.register(10_000), PortError)
            assert text.endswith(word)
        began_ms = bench.clock.ticks_ms()
        bench.module.later(20_000, lambda: setattr(bench.module, "registration", 5))
        assert await bench.modem.register(60_000) == "roaming"
        assert 20_000 <= bench.clock.ticks_ms() - began_ms < 23_000

    each(play, QUIET)


def test_no_context_is_a_port_error_that_says_what_was_refused():
    async def play(bench):
        await bench.modem.open()
        bench.module.registration = 2
        assert "AT+CGATT" in await error_of(bench.modem.activate(), PortError)

        def attached(module, kind, arguments):
            module.answer("OK")

        bench.module._commands["+CGATT"] = attached
        text = await error_of(bench.modem.activate(), PortError)
        assert "AT+CIICR" in text or "AT+NETOPEN" in text or "AT+QIACT" in text

    each(play, QUIET)
