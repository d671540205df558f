"""The uplink over TLS: who is let through, what is said when nobody is, and never without."""

from dcu import secure
from dcu.alarm_codes import AUTHENTICATION_FAILURE, CERTIFICATE_ENDS
from dcu.civil import DAY_S
from dcu.settings import Settings
from hal import coop
from tests.contract.tls_helpers import FILES, context
from tests.dual.scripted_hes import HesBench, ask_and_see, frame_of_hes, seconds
from tests.dual.tls_bench import MINE, ON, TlsBench, run
from tests.kept import Kept, refusal
from tests.virtual import run_virtual

ENDS_S = 4_102_444_800  # 2100-01-01, when those of tests/tls end


def carried(bench):
    return sum([near.passed + far.passed for near, far in bench.ends])


def test_the_hes_is_registered_at_and_served_over_tls_and_octets_are_those_on_the_line():
    async def scene(bench):
        await seconds(5)
        assert bench.uplink.state == "online"
        assert bench.uplink.status()["tls"] in ("TLSv1.2", "TLSv1.3")
        await ask_and_see(bench)
        assert carried(bench) > 1_000 and len(bench.dials) == 1
        rows = [row for row in bench.tally.status() if row["period"] == "day"]
        assert sum([row["sent"] + row["received"] for row in rows]) == carried(bench)

    bench = run(scene)
    assert bench.alarms == [] and bench.heard("registered at main:5020 as 07310001")


def test_376_1_is_told_that_the_hes_has_proved_who_it_is():
    async def scene(bench):
        await seconds(2)
        served = []

        async def serve(frame, send, has_called, is_secured):
            served.append((has_called, is_secured))

        bench.uplink.faces.gdw.serve = serve
        bench.says_frame(frame_of_hes(0x0C))
        await seconds(1)
        assert served == [(False, True)]

    run(scene)


def test_a_hes_that_wants_a_certificate_gets_ours():
    async def scene(bench):
        bench.shown = context("ca", "hes")
        await seconds(5)
        assert bench.uplink.state == "online"

    run(scene, MINE)


def test_who_is_not_the_hes_is_a_state_an_alarm_and_a_pause_and_no_fault_of_the_way():
    for shown in ("foreign", "itself", "elsewhere", "expired"):

        async def scene(bench, shown=shown):
            bench.shown = context("", shown)
            await seconds(5)
            assert bench.uplink.state.startswith("the HES is not trusted: hes:5020: ")
            assert bench.uplink.state.endswith("; again in 10 s")
            await seconds(100)
            waits = [round(b - a) for (a, _), (b, _) in zip(bench.dials, bench.dials[1:])]
            assert [wait for wait in waits if wait > 1][:3] == [10, 20, 40], waits
            status = bench.uplink.status()
            assert (status["redials"], status["resets"], status["sessions"]) == (0, 0, 0)
            assert [code for code, _ in bench.alarms] == [AUTHENTICATION_FAILURE]
            assert bench.alarms[0][1].startswith("TLS: hes:5020: "), bench.alarms
            bench.shown = context("", "hes")
            await seconds(60)
            assert bench.uplink.state == "online" and bench.functions(1)
            await ask_and_see(bench)
            bench.shown = context("", shown)
            await bench.stream.close()
            await seconds(100)
            assert len(bench.alarms) == 2, "it is told anew"

        run(scene)


def test_nothing_is_ever_sent_in_clear_where_tls_is_set():
    async def scene(bench):
        bench.shown = context("", "foreign")
        seen = []
        for _ in range(30):
            await seconds(3)
            seen += [near.first for near, _ in bench.ends]
        assert set(seen) == {0x16}, seen

    run(scene)


def test_a_hes_that_does_not_speak_tls_is_not_trusted():
    async def scene(bench):
        async def plain(far):
            await far.write(b"\x68\x32\x00\x32\x00\x68")
            await coop.sleep_ms(1_000)

        bench._serve = plain
        await seconds(5)
        assert "the HES is not trusted: " in bench.uplink.state
        assert "TLS handshake failed" in bench.uplink.state

    run(scene)


def test_one_that_is_silent_in_the_handshake_is_pinged_like_any_that_is_silent():
    async def scene(bench):
        async def silent(far):
            await coop.sleep_ms(100_000_000)

        bench._serve = silent
        await seconds(70)
        assert bench.uplink.state == "the host is there, the HES is not; again in 10 s"
        assert bench.alarms == []

    run(scene)


def test_our_certificate_refused_is_not_trusted_either():
    async def scene(bench):
        bench.shown = context("ca", "hes")
        await seconds(8)
        assert "the HES is not trusted: " in bench.uplink.state, bench.uplink.state
        assert "alert" in bench.uplink.state
        assert [code for code, _ in bench.alarms] == [AUTHENTICATION_FAILURE]

    run(scene)


def test_after_some_failures_it_is_the_turn_of_the_other_hes():
    async def scene(bench):
        bench.shown = context("", "foreign")
        await seconds(100)
        assert {host for _, host in bench.dials} == {"main:5020", "sub:5021"}

    run(scene, (("hes.sub", "sub:5021"),))


def test_without_a_clock_the_hes_that_would_set_it_is_let_in_unless_it_is_forbidden():
    async def scene(bench):
        bench.clock.set_utc(1_000)
        bench.shown = context("", "expired")
        await seconds(5)
        assert bench.uplink.state == "online"

    run(scene)

    async def strict(bench):
        bench.clock.set_utc(1_000)
        await seconds(5)
        assert "the clock is not set" in bench.uplink.state and bench.dials == []

    run(strict, (("tls.dates", "always"),))


def test_a_certificate_that_runs_out_soon_is_told_of_once_a_day():
    async def scene(bench):
        for days, count in ((31, 0), (29, 2)):
            bench.clock.set_utc(ENDS_S - days * DAY_S)
            await seconds(2)
            await ask_and_see(bench)
            await ask_and_see(bench)
            assert len(bench.alarms) == count, bench.alarms
        bench.clock.set_utc(ENDS_S - 28 * DAY_S)
        await ask_and_see(bench)
        assert [code for code, _ in bench.alarms] == 4 * [CERTIFICATE_ENDS]
        assert bench.alarms[1][1] == f"tls.certificate {FILES}dcu.pem: valid until 2100-01-01"

    run(scene, MINE)


def test_what_cannot_be_secured_is_not_done_at_all():
    for settings, text in (
        ((("uplink.mode", "udp"),), "not done over UDP"),
        ((("tls.ca", ""),), "no CA is set"),
        ((("tls.ca", FILES + "nothing.pem"),), "does not exist"),
        ((("tls.certificate", FILES + "dcu.pem"),), "set both"),
    ):

        async def scene(bench, text=text):
            await seconds(5)
            assert text in bench.uplink.state, bench.uplink.state
            assert bench.dials == [] and bench.udp_dials == 0

        run(scene, settings)


def test_a_session_in_clear_ends_when_tls_is_set():
    bench = TlsBench(tuple(ON) + (("uplink.tls", "no"),))

    async def main():
        tls_dial = bench.dial

        async def dial(host, port, timeout_ms):
            if bench.settings.get("uplink.tls") == "no":
                return await HesBench.dial(bench, host, port, timeout_ms)
            return await tls_dial(host, port, timeout_ms)

        bench.uplink._bearers["ethernet"]._ways["TCP"] = dial
        running = coop.spawn(bench.uplink.run(bench.part))
        await seconds(3)
        assert bench.uplink.state == "online" and bench.ends == []
        plain = bench.stream
        bench.settings.put("uplink.tls", "yes")
        await seconds(5)
        assert not plain.is_open and bench.uplink.state == "online" and len(bench.ends) == 1
        await coop.stop(running, *bench.serving)

    run_virtual(main())


def test_what_does_not_go_together_is_refused_when_it_is_set():
    def said(*pairs):
        settings = Settings(Kept())
        settings.check = secure.check
        text = refusal(settings.put_all, pairs)
        assert bool(text) == (settings.get("tls.ca") == "" and settings.get("tls.key") == "")
        return text

    ca, certificate, key = ON[0], MINE[0], MINE[1]
    on = ("uplink.tls", "yes")
    assert said(ca, on) == said(ca, certificate, key, on) == said(ca) == ""
    assert said(ca, certificate, key, on, ("uplink.mode", "server")) == ""
    assert "first tls.ca" in said(on)
    assert "first tls.ca" in said(certificate, key, on)
    assert "not over UDP" in said(ca, on, ("uplink.mode", "udp"))
    assert "needs tls.certificate" in said(ca, on, ("uplink.mode", "server"))
    assert "does not exist" in said(("tls.ca", "/nowhere/ca.pem"))
    assert "no certificate in PEM" in said(("tls.ca", FILES + "ca.key"))
    wrong = ("tls.key", FILES + "hes.key")
    assert "does not belong" in said(certificate, wrong)
    assert "does not belong" in said(ca, certificate, wrong, on)
    assert "set both" in said(ca, certificate, on)
