"""Which head-end system is dialled, of the two that are set. In virtual time."""

from tests.dual.scripted_hes import run, seconds


def test_two_head_ends_are_dialled_by_turns_while_neither_proves_itself():
    async def scene(bench):
        bench.down.append("main")
        await seconds(30)
        assert [host for _, host in bench.dials] == ["main:5020", "sub:5021"]
        assert bench.uplink.state == "online"
        bench.stream.hangs_up()
        await seconds(30)
        hosts = [host for _, host in bench.dials]
        assert hosts[2:] == ["main:5020", "sub:5021"], hosts

    run(scene, (("hes.sub", "sub:5021"),))


def test_a_head_end_that_has_proved_itself_is_dialled_first_when_its_link_breaks():
    async def scene(bench):
        await seconds(1)
        bench.asks()
        await seconds(1)
        bench.stream.hangs_up()
        await seconds(5)
        assert [host for _, host in bench.dials] == ["main:5020", "main:5020"]

    run(scene, (("hes.sub", "sub:5021"), ("hes.host_tries", "2")))


def test_only_the_second_head_end_will_do_and_none_is_said():
    async def scene(bench):
        await seconds(5)
        assert bench.dials == [] and "hes.main" in bench.uplink.state
        bench.settings.put("hes.sub", "sub:5021")
        await seconds(5)
        assert [host for _, host in bench.dials] == ["sub:5021"]

    run(scene, (("hes.main", ""),))


def test_another_head_end_is_dialled_at_once_in_place_of_the_one_that_is_online():
    async def scene(bench):
        await seconds(5)
        first = bench.stream
        bench.settings.put("hes.heartbeat_s", "60")
        await seconds(5)
        assert first.is_open
        bench.settings.put("hes.main", "other:5022")
        await seconds(5)
        assert not first.is_open and bench.uplink.state == "online"
        assert [host for _, host in bench.dials] == ["main:5020", "other:5022"]

    run(scene)


def test_a_host_name_may_have_colons():
    async def scene(bench):
        await seconds(1)
        assert bench.dials == [(0, "fe80::1:5020")]

    run(scene, (("hes.main", "fe80::1:5020"),))


def test_another_may_be_asked_in_place_of_the_hes_whether_the_way_is_good():
    for unplugged, redials in (("main", False), ("gateway", True)):

        async def scene(bench, unplugged=unplugged):
            bench.down.append("main")
            bench.unplugged.append(unplugged)
            await seconds(300)

        bench = run(scene, (("uplink.ping_host", "gateway:80"),))
        assert (bench.uplink.status()["redials"] > 0) == redials


def test_a_server_that_knows_no_hes_asks_whom_it_is_told_to():
    async def scene(bench):
        bench.unplugged.append("gateway")
        await seconds(700)
        assert bench.uplink.status()["redials"] > 0

    server = (("uplink.mode", "server"), ("server.peers", "10.0.0.9"), ("hes.main", ""))
    run(scene, server + (("uplink.ping_host", "gateway:80"),))
