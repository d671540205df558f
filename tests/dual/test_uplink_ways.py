"""The uplink over UDP, and in server mode, where the HES dials. In virtual time."""

from dcu.pace import FRAMES_MAX, FRAMES_MS
from hal import coop
from tests.dual.scripted_hes import PUSHED, HesBench, answers, ask_and_see, run, seconds
from tests.virtual import run_virtual
from wire import qgdw3761

PEER = "10.0.0.9"
SERVER = (("uplink.mode", "server"), ("server.peers", PEER), ("hes.main", ""))


def test_over_udp_the_hes_is_registered_at_served_and_asked_by_heartbeats():
    async def scene(bench):
        await seconds(2)
        assert bench.uplink.state == "online" and bench.udp_dials == 1
        await ask_and_see(bench)
        await seconds(700)
        assert bench.uplink.heartbeats == 2 and bench.udp_dials == 1
        bench.answers[qgdw3761.HEARTBEAT] = None
        await seconds(400)
        assert bench.udp_dials == 2, "only unanswered heartbeats tell that it has gone"

    run(scene, (("uplink.mode", "udp"),))


def test_in_server_mode_nobody_is_dialled_and_who_calls_is_served_without_login():
    async def scene(bench):
        await seconds(2)
        assert bench.dials == [] and list(bench.doors) == [4059]
        assert bench.uplink.state == "waiting for the HES to dial"
        for calls in (1, 2, 3):
            bench.apdus.clear()
            stream, handler = await bench.call(PEER)
            await seconds(1)
            assert bench.uplink.state == "online" and bench.apdus == [PUSHED]
            await ask_and_see(bench)
            assert bench.links == [] and bench.uplink.sessions == calls
            stream.hangs_up()
            await seconds(2)
            assert handler.done() and bench.pushing == 0
        assert bench.uplink.status()["redials"] == 0

    run(scene, SERVER)


def test_only_addresses_that_are_set_are_let_in_and_one_at_a_time():
    async def scene(bench):
        await seconds(2)
        for other in ("10.0.0.8", "0.0.0.9"):
            await bench.call(other)
            await seconds(1)
        assert bench.uplink.sessions == 0
        first, _ = await bench.call(PEER)
        await seconds(1)
        _, second = await bench.call(PEER)
        await seconds(1)
        assert second.done() and bench.uplink.sessions == 1 and first.is_open
        bench.settings.put("server.peers", "")
        first.hangs_up()
        await seconds(2)
        assert not bench.doors and bench.uplink.state == "nobody may dial (server.peers)"
        bench.settings.put("server.peers", PEER)
        await seconds(2)
        await bench.call(PEER)
        await seconds(1)
        assert bench.uplink.sessions == 2

    bench = run(scene, SERVER)
    for why, times in (("not in server.peers", 2), ("another is", 1)):
        assert len(bench.heard(why)) == times, why


def test_a_caller_is_heard_so_many_frames_in_a_second_and_those_beyond_wait():
    async def scene(bench):
        await seconds(2)
        stream, _ = await bench.call(PEER)
        await seconds(1)
        bench.apdus.clear()
        for _ in range(FRAMES_MAX + 1):
            bench.asks()
        await coop.sleep_ms(FRAMES_MS - 100)
        assert len(bench.apdus) == FRAMES_MAX
        await coop.sleep_ms(200)
        assert len(bench.apdus) == FRAMES_MAX + 1

    run(scene, SERVER)


def test_a_caller_that_is_silent_for_long_is_closed_and_one_that_asks_is_not():
    async def scene(bench):
        await seconds(2)
        stream, _ = await bench.call(PEER)
        for _ in range(3):
            await seconds(290)
            await ask_and_see(bench)
        assert stream.is_open
        await seconds(302)
        assert bench.uplink.state == "waiting for the HES to dial"
        assert answers(bench) and bench.uplink.sessions == 1

    run(scene, SERVER + (("uplink.idle_s", "300"),))


def test_when_nobody_calls_the_host_is_asked_for_and_a_lost_way_dialled_anew():
    async def scene(bench):
        await seconds(3_000)
        assert list(bench.doors) == [4059]
        bench.unplugged.append("main")
        await seconds(30)
        assert bench.uplink.status()["redials"] == 1 and bench.dials == []
        assert bench.doors == {}, "shut until the way is dialled anew"
        bench.unplugged.clear()
        await seconds(300)
        assert list(bench.doors) == [4059]
        await bench.call(PEER)
        await seconds(1)
        assert bench.uplink.sessions == 1

    run(scene, SERVER[:2])


def test_a_port_that_is_taken_is_tried_again():
    async def scene(bench):
        await seconds(62)
        bench.settings.put("uplink.port", "4060")
        await seconds(62)
        assert sorted(bench.doors) == [4059, 4060]

    async def taken(bench):
        bench.doors[4059] = None
        await scene(bench)

    assert run(taken, SERVER).heard("address already in use")


def test_another_mode_takes_effect_at_once():
    async def scene(bench):
        await seconds(2)
        bench.settings.put_all([("hes.main", "main:5020"), ("uplink.mode", "client")])
        await seconds(3)
        assert bench.doors == {} and bench.uplink.state == "online"
        bench.settings.put("uplink.mode", "server")
        await seconds(3)
        assert bench.stream.is_open is False and list(bench.doors) == [4059]

    run(scene, SERVER)


def test_another_port_is_opened_at_once_and_the_old_one_closed():
    async def scene(bench):
        await seconds(2)
        bench.settings.put("uplink.port", "4060")
        await seconds(3)
        assert list(bench.doors) == [4060]

    run(scene, SERVER)


def test_in_client_mode_the_port_for_callers_ends_no_session():
    async def scene(bench):
        await seconds(2)
        bench.settings.put("uplink.port", "4060")
        await seconds(3)
        assert bench.uplink.sessions == 1 and bench.uplink.state == "online"

    run(scene)


def test_another_list_of_who_may_dial_ends_no_session():
    async def scene(bench):
        await seconds(2)
        if bench.doors:
            await bench.call(PEER)
            await seconds(1)
        for peers in (PEER + ",10.0.0.10", "any"):
            bench.settings.put("server.peers", peers)
            await seconds(3)
        assert bench.uplink.sessions == 1 and bench.uplink.state == "online"

    run(scene, SERVER)
    run(scene)


def _fail_and_go_on(settings):
    """The bench after the uplink has failed by a mistake of ours and was started anew."""
    bench = HesBench(settings)

    async def online():
        await seconds(2)
        if bench.doors:
            await bench.call(PEER)
            await seconds(1)
        assert bench.uplink.state == "online", bench.uplink.state

    async def main():
        running = coop.spawn(bench.uplink.run(bench.part))
        await online()
        good, bench.answer = bench.answer, None
        bench.asks()
        await seconds(1)
        bench.answer = good
        assert running.done()
        again = coop.spawn(bench.uplink.run(bench.part))
        await online()
        await ask_and_see(bench)
        await coop.stop(again)

    run_virtual(main())
    return bench


def test_a_mistake_of_ours_costs_the_session_and_not_the_uplink():
    assert len(_fail_and_go_on(()).dials) == 2
    assert _fail_and_go_on((("uplink.mode", "udp"),)).udp_dials == 2
    assert _fail_and_go_on(SERVER).uplink.sessions == 2
