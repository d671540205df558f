"""The modem driver starts a module whatever state that is in, and stays in step with it."""

from drivers.modem_registration import operator, signal_dbm
from drivers.modem_start import RATES, Lines
from hal import coop
from hal.errors import NoReply, PortError
from tests.dual.modem_bench import HES, each, error_of, forget, read_all
from tests.dual.modem_town import echo

QUIET = ((0, 0.0),)


def found_as(disturb):
    """Plays: the module is brought into a state by `disturb(bench)`, and then it is used."""

    async def play(bench):
        bench.town.hosts[HES[1]] = echo
        await disturb(bench)
        await bench.modem.online()
        stream = await bench.modem.connect(HES[0], HES[1], 30_000)
        await stream.write(b"hello")
        assert await read_all(stream, 5) == b"hello"

    return play


def test_it_is_found_at_every_rate_and_brought_to_38400_for_good():
    for rate in RATES:

        async def disturb(bench, rate=rate):
            bench.module.baud = rate

        async def play(bench, disturb=disturb):
            await found_as(disturb)(bench)
            assert (bench.module.baud, bench.module.saved_baud) == (38400, 38400)
            assert (await bench.modem.status())["rate"] == 38400

        each(play, QUIET, ("sim76", "quectel"))  # which save it by different commands


def test_a_module_that_refuses_the_rate_is_used_at_its_own():
    async def play(bench):
        def refuse(module, kind, arguments):
            module.error(50)

        bench.module._commands["+IPR"] = refuse
        await bench.modem.open()
        assert (await bench.modem.status())["rate"] == 115200

    each(play, QUIET)


def test_it_is_freed_from_a_data_connection():
    async def disturb(bench):
        bench.module.answer_data()

    each(found_as(disturb), QUIET)


def test_it_is_freed_from_a_payload_that_never_came():
    async def disturb(bench):
        await bench.modem.online()
        await bench.modem.connect(HES[0], HES[1], 30_000)
        command = b"AT+QISEND=0,1460\r" if bench.module.dialect.MODEL == "EC25" else None
        bench.module.hear(command or b"AT+CIPSEND=0,1460\r", 38400)
        await coop.sleep_ms(100)
        await forget(bench)

    each(found_as(disturb), QUIET)


def test_sockets_and_context_of_before_are_ended():
    async def disturb(bench):
        await bench.modem.online()
        await bench.modem.connect(HES[0], HES[1], 30_000)
        bench.town.peers[0].say(b"\r\nOK\r\n" * 100)
        await forget(bench)

    async def play(bench):
        await found_as(disturb)(bench)
        assert [peer.is_open for peer in bench.town.peers] == [False, True]

    each(play)


def test_an_answer_to_somebody_before_us_is_not_taken_for_ours():
    for late_ms in (1, 4, 7, 12, 13, 17, 22, 27, 32, 60, 150, 600):

        async def disturb(bench, late_ms=late_ms):
            def say():
                bench.module.say_line("+CSQ: 1,0")
                bench.module.say_line("OK")

            bench.module.baud = 38400
            bench.module.later(late_ms, say)

        each(found_as(disturb), QUIET, ("quectel",))


def test_quiet_and_echoing_modules_are_understood():
    async def disturb(bench):
        bench.module.quiet = True

    each(found_as(disturb), QUIET)


def test_a_module_that_is_off_is_switched_on_by_its_key():
    async def disturb(bench):
        bench.module.power_off()
        bench.modem._lines = Lines(power_key=lambda on: on and bench.module.power_key())

    each(found_as(disturb), QUIET)


def test_the_key_is_not_pressed_on_a_module_that_runs_and_does_not_hear_us():
    async def disturb(bench):
        bench.module.baud = 19200
        bench.module.answer_data()
        bench.modem._lines = Lines(power_key=lambda on: on and bench.module.power_key())

    async def play(bench):
        await found_as(disturb)(bench)
        assert bench.module.starts == 1

    each(play, QUIET)


def test_a_mute_module_is_no_reply_until_its_reset_line_is_pulled():
    async def play(bench):
        bench.module.is_mute = True
        assert "silent at 38400, 115200" in await error_of(bench.modem.open(), NoReply)
        assert "silent" in await error_of(bench.modem.online(), NoReply)
        assert "silent" in await error_of(bench.modem.reset(), NoReply)
        bench.modem._lines = Lines(reset=lambda on: on or bench.module.restart())
        await bench.modem.reset()
        await bench.modem.online()

    each(play, QUIET)


def test_without_a_line_a_reset_is_a_command():
    async def play(bench):
        await bench.modem.online()
        await bench.modem.reset()
        assert bench.module.starts == 2
        assert "not open" in await error_of(bench.modem.register(), PortError)
        await bench.modem.online()

    each(play)


def test_whoever_asks_while_it_is_started_is_told_so():
    async def play(bench):
        for act in (bench.modem.open, bench.modem.reset):
            under_way = coop.spawn(act())
            await coop.sleep_ms(100)
            for ask, words in (
                (bench.modem.connect, (HES[0], HES[1], 1_000)),
                (bench.modem.serve, (None, "0.0.0.0", 4059)),
                (bench.modem.ping, (HES[0],)),
                (bench.modem.activate, ()),
            ):
                assert "not open" in await error_of(ask(*words), PortError)
            assert "not open" in (await bench.modem.status())["trouble"]
            await under_way
        await bench.modem.online()

    each(play, QUIET, ("quectel",))


def test_a_module_that_is_closed_while_it_dials_is_a_port_error():
    async def play(bench):
        await bench.modem.open()
        dialling = coop.spawn(error_of(bench.modem.activate(), PortError))
        await coop.sleep_ms(30)
        await bench.modem.close()
        assert "modem: " in await dialling

    each(play, QUIET)


def test_a_module_that_falls_silent_is_no_reply_and_found_again_later():
    async def play(bench):
        await bench.modem.online()
        bench.module.is_mute = True
        assert "no answer" in await error_of(bench.modem.ping(HES[0]), NoReply)
        assert "no clear answer" in await error_of(bench.modem.ping(HES[0]), NoReply)
        bench.module.is_mute = False
        assert await bench.modem.ping(HES[0])

    each(play, QUIET)


def test_a_late_answer_is_not_taken_for_the_next_one():
    async def play(bench):
        await bench.modem.online()
        bench.nature.answer_ms = 1_700  # of the next command alone
        asking = coop.spawn(bench.modem.status())
        await coop.sleep_ms(100)
        bench.nature.answer_ms = 5
        assert "AT+CSQ: no answer in 1000 ms" in (await asking)["trouble"]
        bench.module.csq = 31
        found = await bench.modem.status()
        assert (found["signal_dbm"], found["operator"]) == (-51, "OPENTEL")

    each(play, QUIET)


def test_an_answer_that_is_late_again_and_again_is_told_from_ours():
    async def play(bench):
        await bench.modem.online()
        bench.nature.queues = True  # and so the dialogue would be one behind for ever
        bench.nature.answer_ms = 250
        give_up = coop.spawn(bench.modem.network_time())
        await coop.sleep_ms(100)
        await coop.stop(give_up)
        bench.module.csq = 31
        found = await bench.modem.status()
        assert (found["signal_dbm"], found["operator"]) == (-51, "OPENTEL")

    each(play, QUIET)


def test_after_an_ok_that_was_not_ours_the_next_question_is_answered():
    async def play(bench):
        await bench.modem.online()
        channel = bench.modem._channel
        asking = coop.spawn(signal_dbm(channel))
        await coop.sleep_ms(2)
        bench.module.say_line("OK")
        assert await asking is None
        assert await operator(channel) == "OPENTEL"

    each(play, QUIET)


def test_an_asker_who_gives_up_in_the_middle_of_a_payload_harms_nobody():
    async def play(bench):
        bench.town.hosts[HES[1]] = echo
        await bench.modem.online()
        stream = await bench.modem.connect(HES[0], HES[1], 30_000)
        for after_ms in range(0, 30, 2):
            writing = coop.spawn(error_of(stream.write(b"x" * 1000)))
            await coop.sleep_ms(after_ms)
            await coop.stop(writing)
            assert await bench.modem.ping(HES[0])

    each(play, QUIET)
