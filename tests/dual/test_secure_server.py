"""The uplink over TLS in server mode: who dials us shows a certificate, and sees ours."""

import os

from dcu.alarm_codes import AUTHENTICATION_FAILURE
from hal import coop
from tests.contract.tls_helpers import FILES, context, pipe
from tests.dual.scripted_hes import ask_and_see, seconds
from tests.dual.tls_bench import MINE, SERVER, near_as_caller, run


def test_who_dials_us_is_served_when_he_has_a_certificate_and_no_other_is():
    async def scene(bench):
        await seconds(2)
        assert await bench.calls(context("ca", "hes")) == ""
        await seconds(2)
        assert bench.uplink.state == "online"
        await ask_and_see(bench)

    run(scene, MINE + SERVER)

    async def strangers(bench):
        await seconds(2)
        for mine in ("", "dcu-foreign"):
            await bench.calls(context("ca", mine))
            await seconds(2)
            assert bench.uplink.state == "waiting for the HES to dial", bench.uplink.state
        assert [code for code, _ in bench.alarms] == [AUTHENTICATION_FAILURE]
        assert await bench.calls(context("ca", "hes")) == ""
        await seconds(2)
        assert bench.uplink.state == "online"

    run(strangers, MINE + SERVER + (("tls.name", ""),))


def test_who_dials_us_is_shown_what_the_files_say_now():
    keys = ("tls.certificate", "tls.key")
    mine = [(key, os.getenv("DUAL_TMP") + "/" + key) for key in keys]

    def renew(name):
        for (_, path), end in zip(mine, (".pem", ".key")):
            with open(FILES + name + end) as old, open(path, "w") as new:
                new.write(old.read())

    async def scene(bench):
        await seconds(2)
        for name, is_good in (("dcu", True), ("dcu-foreign", False), ("dcu", True)):
            renew(name)
            assert (await bench.calls(context("ca", "hes")) == "") == is_good, name
            await seconds(2)
            if is_good:
                await bench.stream.close()
                await seconds(2)

    renew("dcu")
    run(scene, tuple(mine) + SERVER)


def test_while_one_shakes_hands_nobody_else_comes_and_one_that_is_silent_is_put_out():
    async def scene(bench):
        await seconds(2)
        silent, _ = pipe()
        bench.serving.append(coop.spawn(bench.doors[4059](near_as_caller(silent))))
        await seconds(1)
        other, _ = pipe()
        await coop.within_ms(1_000, bench.doors[4059](near_as_caller(other)))
        assert len(bench.heard("another is there")) == 1
        await seconds(61)
        assert len(bench.heard("no TLS handshake within 60000 ms")) == 1
        assert await bench.calls(context("ca", "hes")) == ""

    run(scene, MINE + SERVER)
