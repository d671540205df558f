"""What the console tells of the uplink. In virtual time."""

import json

from dcu.console import execute
from dcu.exit_codes import GOOD
from dcu.unit import Dcu
from dcu.uplink_log import LINES_MAX, TEXT_MAX, UplinkLog
from dcu.way_trial import WayTrial
from tests.dual.console_bench import ConsoleBench
from tests.dual.scripted_hes import HesBench, run, seconds
from tests.virtual import VirtualClock


async def ask(bench, verb, facts=()):
    dcu = Dcu("pc", "x", bench.settings, None, bench.clock, None)
    dcu.uplink = bench.uplink
    dcu.way_trial = WayTrial(bench.settings, bench.clock, bench.uplink, None)
    dcu.modem_facts.update(facts)
    exit_code, result = await execute(dcu, verb, [], None)
    assert exit_code == GOOD, result
    return result


def test_the_way_its_state_and_what_has_gone_over_it_are_told():
    async def scene(bench):
        await seconds(2)
        told = await ask(bench, "uplink")
        assert (told["channel"], told["mode"], told["state"]) == ("ethernet", "client", "online")
        assert told["host"] == "main:5020" and told["sessions"] == 1 and told["module"] is None
        assert [row["logins"] for row in told["volume"]] == [1, 1]
        assert told["last_contact_s"] > 0
        assert told["trial"] == {"keys": [], "left_s": None, "came_back": ""}

    run(scene)


def test_of_the_module_its_network_is_told_and_neither_sim_nor_serial_number():
    async def scene(bench):
        bench.settings.put("uplink.channel", "modem")
        facts = {"signal_dbm": -71, "operator": "TEST", "imei": "490154203237518", "imsi": "2620"}
        told = await ask(bench, "uplink", facts)
        assert told["module"]["signal_dbm"] == -71 and told["module"]["operator"] == "TEST"
        assert "4901" not in str(told) and "2620" not in str(told)
        bench.settings.put("uplink.channel", "ethernet")

    run(scene)


def test_before_it_has_run_there_is_no_host_and_nothing_in_the_log():
    async def scene(bench):
        fresh = HesBench()
        assert (await ask(fresh, "uplink"))["host"] == ""
        assert await ask(fresh, "uplink log") == []

    run(scene)


def test_the_log_has_what_was_said_with_its_time():
    async def scene(bench):
        await seconds(2)
        rows = await ask(bench, "uplink log")
        assert [text for _, text in rows] == bench.said == ["registered at main:5020 as 07310001"]
        assert bench.clock.utc_s() - 2 <= rows[0][0] <= bench.clock.utc_s()

    run(scene)


def test_the_last_lines_are_kept_and_of_each_what_fits_but_all_goes_on():
    heard = []
    log = UplinkLog(lambda part, text: heard.append((part, text)), VirtualClock())
    for number in range(LINES_MAX):
        log.say("uplink", str(number))
    assert len(log.rows) == LINES_MAX and log.rows[0][1] == "0"
    log.say("uplink", "x" * TEXT_MAX + "y")
    assert len(log.rows) == LINES_MAX and log.rows[0][1] == "1"
    assert log.rows[-1][1] == "x" * TEXT_MAX
    assert heard[-1] == ("uplink", "x" * TEXT_MAX + "y") and len(heard) == LINES_MAX + 1


def test_who_sets_half_of_what_is_needed_is_told_the_other_half():
    bench = ConsoleBench()

    def hints_to(**pairs):
        pairs = {key.replace("__", "."): text for key, text in pairs.items()}
        code, lines, _ = bench.ask("settings set", json.dumps(pairs))
        assert code == GOOD
        return lines[len(pairs) :]

    (hint,) = hints_to(uplink__mode="server")
    assert "nobody may dial" in hint and "server.peers" in hint
    assert hints_to(hes__heartbeat_s="60") == []  # nothing to do with it
    assert len(hints_to(uplink__mode="server", server__peers="")) == 1
    assert hints_to(server__peers="192.0.2.1") == []
    assert hints_to(server__tcp_port="4060") == []
    assert ["nobody" in each for each in hints_to(server__peers="")] == [True, True]
    assert hints_to(server__peers="any", uplink__mode="client") == []
    (hint,) = hints_to(uplink__channel="modem")
    assert "modem.device" in hint
    assert hints_to(modem__device="/dev/ttyUSB2") == []
    assert hints_to(server__tcp_port="0", server__peers="") == []
    (hint,) = hints_to(server__udp_port="4060")
    assert "server.udp_port" in hint
