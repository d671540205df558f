"""The link to the HES: dialling, registering, keeping alive. In virtual time."""

from tests.dual.scripted_hes import HesBench, frame_of_hes, pauses, run, seconds
from tests.virtual import run_virtual
from wire import qgdw3761

LOGIN, HEARTBEAT = qgdw3761.LOGIN, qgdw3761.HEARTBEAT
REPLY_S, HEARTBEAT_S = 20, 300  # defaults of hes.reply_s and hes.heartbeat_s
HEARTBEAT_MISSES = LOGIN_TRIES = 3  # and of hes.heartbeat_misses and hes.login_tries
FAST = (("hes.retry_max_s", "8"), ("hes.reply_s", "1"))


def by_unit(error):
    return lambda frame: qgdw3761.confirmation_by_unit(frame, [(0, 1, error)])


def test_the_first_octets_are_the_login_of_the_terminal():
    async def scene(bench):
        await seconds(1)
        frame = "68 3200 3200 68 c9 3107 0100 00 02 71 0000 0100 76 16"
        assert bench.stream.written.hex()[:40] == frame.replace(" ", "")

    run(scene)


def test_a_confirmation_of_all_or_of_each_unit_registers():
    for answer in (qgdw3761.confirmation, by_unit(0)):

        async def scene(bench, answer=answer):
            bench.answers[LOGIN] = answer
            await seconds(5)
            assert bench.uplink.state == "online" and bench.uplink.status()["sessions"] == 1
            assert bench.functions(LOGIN) == [0] and bench.pushing == 1

        bench = run(scene)
        assert bench.heard("registered at main:5020 as 07310001")
        assert bench.pushing == 0  # it ended with its session


def test_a_denial_or_an_error_is_no_confirmation():
    for answer in (qgdw3761.denial, by_unit(1)):

        async def scene(bench, answer=answer):
            bench.answers[LOGIN] = answer
            await seconds(LOGIN_TRIES * REPLY_S + 10)
            assert bench.uplink.sessions == 0 and bench.pushing == 0
            assert bench.functions(LOGIN)[:LOGIN_TRIES] == [0, REPLY_S, 2 * REPLY_S]

        assert run(scene).heard("main:5020 denies what was sent")


def test_a_confirmation_for_another_terminal_registers_nobody():
    async def scene(bench):
        for area, number in (("0731", 2), ("0732", 1)):
            other = qgdw3761.Address(area, number)
            bench.answers[LOGIN] = lambda frame, other=other: qgdw3761.confirmation(
                qgdw3761.link_frame(other, LOGIN, 1)
            )
            await seconds(REPLY_S)
            assert bench.uplink.sessions == 0

    run(scene)


def test_a_login_never_answered_is_repeated_and_the_link_then_dropped():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(LOGIN_TRIES * REPLY_S - 1)
        assert bench.functions(LOGIN) == [0, 20, 40] and bench.stream.is_open
        assert bench.uplink.state == "registering at main:5020"
        await seconds(2)
        assert not bench.stream.is_open
        assert bench.uplink.state == "the host is there, the HES is not; again in 1 s"

    assert len(run(scene).heard("login not answered")) == LOGIN_TRIES


def test_the_repeated_login_is_the_same_frame_and_the_next_has_another_count():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(LOGIN_TRIES * REPLY_S - 1)
        first = bench.stream.written
        assert first == first[: len(first) // LOGIN_TRIES] * LOGIN_TRIES
        await seconds(5)
        again = bench.stream.written
        assert again != first[: len(again)] and again[13] == first[13] + 1

    run(scene)


def test_pauses_between_dials_double_up_to_the_setting():
    async def scene(bench):
        bench.down.append("main")
        await seconds(60)
        dialled = [at_s for at_s, _ in bench.dials]
        assert pauses(dialled) == [1, 2, 4, 8, 8, 8, 8, 8, 8], dialled

    assert run(scene, FAST).heard("connection refused")


def test_a_login_that_is_not_answered_makes_the_pauses_grow_as_well():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(60)
        dialled = [at_s for at_s, _ in bench.dials]
        assert pauses(dialled)[:4] == [3 + 1, 3 + 2, 3 + 4, 3 + 8], dialled

    run(scene, FAST)


def test_a_session_that_has_proved_itself_is_dialled_again_after_a_second():
    async def scene(bench):
        bench.down.append("main")
        await seconds(20)
        bench.down.clear()
        await seconds(10)
        for proof in (bench.asks, lambda: None):
            begun = len(bench.dials)
            proof()
            await seconds(1)
            bench.stream.hangs_up()
            hung_up_s = bench.now_s()
            await seconds(20)
            delay_s = bench.dials[begun][0] - hung_up_s
            assert delay_s == (1 if proof == bench.asks else 2), delay_s

    run(scene, FAST)


def test_good_sessions_that_end_soon_one_after_the_other_are_said_and_make_the_pauses_grow():
    def lasting(times_s, expected, said):
        async def scene(bench):
            delays = []
            for lasts_s in times_s:
                await seconds(1)
                begun, ends_s = len(bench.dials), bench.now_s() + lasts_s
                bench.asks()
                await seconds(lasts_s)
                bench.stream.hangs_up()
                while len(bench.dials) == begun:
                    await seconds(1)
                delays.append(bench.dials[begun][0] - ends_s)
            assert delays == expected, delays

        assert len(run(scene, FAST).heard("has another DCU the same terminal ID?")) == said

    lasting((1, 1, 57, 1, 1, 1), [1, 1 * 2, 4, 8, 8, 8], 1)
    lasting((1, 1, 61, 1, 1), [1, 2, 1, 1, 2], 0)


def test_a_host_that_does_not_even_refuse_is_dialled_after_the_redial_wait():
    async def scene(bench):
        bench.down.append("main")
        bench.unplugged.append("main")
        await seconds(4 * 60 + 30)
        assert pauses([at_s for at_s, _ in bench.dials]) == [60, 60, 60, 0, 60]
        assert bench.uplink.status()["resets"] == 1 and bench.uplink.status()["redials"] == 5
        bench.down.clear()
        await seconds(61)
        assert bench.uplink.state == "online"

    assert run(scene).heard("no way to the HES, try 3 of 3; again in 60 s")


def test_a_heartbeat_that_was_answered_proves_the_session_too():
    async def scene(bench):
        bench.down.append("main")
        await seconds(20)
        bench.down.clear()
        await seconds(400)
        assert len(bench.functions(HEARTBEAT)) == 1
        bench.stream.hangs_up()
        hung_up_s = bench.now_s()
        await seconds(5)
        assert 0 < bench.dials[-1][0] - hung_up_s <= 2

    run(scene, (("hes.retry_max_s", "30"),))


def test_heartbeats_come_after_the_silence_and_only_then():
    async def scene(bench):
        await seconds(HEARTBEAT_S - 2)
        assert bench.functions(HEARTBEAT) == []
        await seconds(3 * HEARTBEAT_S)
        beats = bench.functions(HEARTBEAT)
        assert len(beats) == 3
        assert [abs(at_s - HEARTBEAT_S * n) <= 4 for n, at_s in enumerate(beats, 1)] == [True] * 3
        assert bench.uplink.status()["heartbeats"] == 3
        assert bench.functions(LOGIN) == [0] and len(bench.dials) == 1
        assert len(set(bench.link_frames)) == 4, "each has a count of its own"

    run(scene)


def test_whatever_the_hes_sends_puts_the_heartbeat_off():
    def confirmation(bench):
        bench.says_frame(frame_of_hes(0x00, control=0x0B))

    def request(bench):
        bench.says_frame(frame_of_hes(0x0C))

    for what in (HesBench.asks, confirmation, request):

        async def scene(bench, what=what):
            for _ in range(3):
                await seconds(HEARTBEAT_S - 10)
                what(bench)
            assert bench.functions(HEARTBEAT) == []
            await seconds(HEARTBEAT_S + 2)
            assert len(bench.functions(HEARTBEAT)) == 1

        run(scene)


def test_noise_does_not_put_the_heartbeat_off():
    async def scene(bench):
        await seconds(HEARTBEAT_S - 10)
        bench.stream.says(b"\xaa\x55")
        await seconds(12)
        assert len(bench.functions(HEARTBEAT)) == 1

    run(scene)


def test_heartbeats_not_answered_are_repeated_and_the_link_then_dropped():
    async def scene(bench):
        bench.answers[HEARTBEAT] = None
        await seconds(HEARTBEAT_S + HEARTBEAT_MISSES * REPLY_S - 2)
        assert len(bench.functions(HEARTBEAT)) == HEARTBEAT_MISSES and len(bench.dials) == 1
        await seconds(5)
        assert len(bench.functions(HEARTBEAT)) == HEARTBEAT_MISSES
        assert len(bench.dials) == 2 and bench.uplink.state == "online"

    assert len(run(scene).heard("heartbeat not answered")) == HEARTBEAT_MISSES


def test_one_heartbeat_answered_in_time_starts_the_count_anew():
    async def scene(bench):
        def the_last_possible(frame):
            count = len(bench.functions(HEARTBEAT))
            return None if count % HEARTBEAT_MISSES else qgdw3761.confirmation(frame)

        bench.answers[HEARTBEAT] = the_last_possible
        await seconds(5 * HEARTBEAT_S)
        assert len(bench.functions(HEARTBEAT)) > 3 * HEARTBEAT_MISSES and len(bench.dials) == 1

    run(scene)


def test_a_link_closed_by_the_hes_at_any_moment_is_dialled_again():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(1)
        for sessions in (1, 2, 3):
            bench.stream.hangs_up()
            bench.answers[LOGIN] = qgdw3761.confirmation
            await seconds(10)
            assert bench.uplink.sessions == sessions and bench.uplink.state == "online"
            assert bench.pushing == 1

    assert run(scene, FAST).heard("closed")


def test_an_uplink_that_is_stopped_closes_its_stream_and_its_tasks():
    async def scene(bench):
        await seconds(5)
        bench.meters_answer.clear()
        bench.asks_meter(17)
        await seconds(1)
        assert bench.under_way == 1

    bench = run(scene)
    assert not bench.stream.is_open
    assert (bench.pushing, bench.under_way) == (0, 0)


def test_the_time_of_the_last_word_of_the_hes_is_known():
    async def scene(bench):
        await seconds(100)
        assert bench.uplink.status()["last_contact_s"] == bench.clock.utc_s() - 100
        bench.asks()
        await seconds(1)
        assert bench.uplink.status()["last_contact_s"] == bench.clock.utc_s() - 1

    run(scene)


def test_before_it_is_run_an_uplink_is_off():
    async def main():
        assert HesBench().uplink.status()["state"] == "off"

    run_virtual(main())
