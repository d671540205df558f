"""`hes serve --tls`: DCUs come, and are dialled, over TLS, and are who their certificate says."""

import argparse
import asyncio
import ssl
from functools import partial

import pytest

from hes_stub import dial, tls
from hes_stub.errors import HesError
from hes_stub.link import Link
from tests.hes.fake_dcu import Dcu, Plant, alarm_row
from tests.hes.running_hes import Printed, run_hes, until

FILES = "tests/tls/"
TERMINAL = "07310001"


def options(**given):
    words = {"tls": [FILES + "hes.pem", FILES + "hes.key"], "client_ca": None, "udp": None}
    return argparse.Namespace(**{**words, "dial": [], **given})


def security(ca="ca"):
    return tls.from_arguments(options(client_ca=ca and f"{FILES}{ca}.pem"))


def context_of_dcu(mine="", kind=ssl.PROTOCOL_TLS_CLIENT, ca="ca"):
    context = ssl.SSLContext(kind)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(f"{FILES}{ca}.pem")
    if mine:
        context.load_cert_chain(f"{FILES}{mine}.pem", f"{FILES}{mine}.key")
    return context


async def dialled_in(dcu, port, context):
    """`dcu` registers over TLS."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    task = asyncio.create_task(dcu.called(reader, writer))
    await asyncio.sleep(0)
    dcu.link(1)
    return task


async def hung_up(dcu, task):
    """Whatever the HES was about to ask."""
    dcu.hang_up()
    await asyncio.gather(task, return_exceptions=True)


def run(folder, check, ca="ca"):
    async def main(hes):
        loop = asyncio.get_running_loop()
        link = partial(Link, hes.hall)
        server = await loop.create_server(link, "127.0.0.1", 0, **security(ca).serving)
        try:
            await check(hes, server.sockets[0].getsockname()[1])
        finally:
            server.close()

    run_hes(folder, main)


def test_a_dcu_with_a_certificate_of_the_ca_is_served(tmp_path):
    plant = Plant()
    plant.alarms.append(alarm_row, 1000)

    async def check(hes, port):
        dcu = Dcu(plant, 0)
        task = await dialled_in(dcu, port, context_of_dcu("dcu"))
        await until(lambda: plant.alarms.mark == 1)
        assert hes.dcu()["terminal"] == TERMINAL and dcu.confirmed
        await hung_up(dcu, task)

    run(tmp_path, check)


def test_a_dcu_may_not_claim_another_terminal_than_its_certificate_is_of(tmp_path, capsys):
    printed = Printed(capsys)

    async def check(hes, port):
        dcu = Dcu(Plant(), 0, "07310002")
        task = await dialled_in(dcu, port, context_of_dcu("dcu"))
        await until(lambda: "with the certificate of 07310001" in printed.more())
        assert hes.hall.dcus == {} and not dcu.confirmed
        await hung_up(dcu, task)

    run(tmp_path, check)


def test_a_certificate_of_the_ca_that_names_no_terminal_may_be_any(tmp_path):
    async def check(hes, port):
        dcu = Dcu(Plant(), 0)
        task = await dialled_in(dcu, port, context_of_dcu("hes"))
        await until(lambda: TERMINAL in hes.hall.dcus)
        await hung_up(dcu, task)

    run(tmp_path, check)


def test_who_has_no_certificate_or_a_foreign_one_or_speaks_in_clear_is_nobody(tmp_path, capsys):
    printed = Printed(capsys)

    async def check(hes, port):
        for mine in ("", "dcu-foreign", "dcu-expired"):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                dcu = Dcu(Plant(), 0)
                await (await dialled_in(dcu, port, context_of_dcu(mine)))
                raise ConnectionError("closed")
        plain = Dcu(Plant(), port)
        await plain.dial()
        await plain.closed.wait()
        assert hes.hall.dcus == {} and not plain.confirmed
        assert printed.more().count("a TLS handshake has failed: ") == 4

    run(tmp_path, check)


def test_a_dcu_whose_certificate_is_not_taken_hears_it(tmp_path):
    async def check(hes, port):
        for mine in ("", "dcu-foreign"):
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = context_of_dcu(mine)
                context.minimum_version = context.maximum_version = version
                with pytest.raises(ssl.SSLError, match="ALERT"):
                    await (await dialled_in(Dcu(Plant(), 0), port, context))
        await until(lambda: tls._Told.shaking == {})

    run(tmp_path, check)


def test_handshakes_that_go_nowhere_are_few_and_cost_nobody_else_anything(tmp_path, capsys):
    printed = Printed(capsys)

    async def check(hes, port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await until(lambda: len(tls._Told.shaking) == 3)
        dcu = Dcu(Plant(), 0)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await dialled_in(dcu, port, context_of_dcu("dcu"))
        assert "too many at once" in printed.more()
        for key in tls._Told.shaking:
            tls._Told.shaking[key] -= tls.HANDSHAKE_S + 1  # as time would
        task = await dialled_in(dcu, port, context_of_dcu("dcu"))
        await until(lambda: TERMINAL in hes.hall.dcus)
        assert tls._Told.shaking == {}
        await hung_up(dcu, task)
        for _, writer in idle:
            writer.transport.abort()

    tls.HANDSHAKES_MAX, most = 3, tls.HANDSHAKES_MAX
    try:
        run(tmp_path, check)
    finally:
        tls.HANDSHAKES_MAX = most
        tls._Told.shaking.clear()


def test_without_client_ca_whoever_trusts_the_hes_is_let_in(tmp_path):
    async def check(hes, port):
        dcu = Dcu(Plant(), 0)
        task = await dialled_in(dcu, port, context_of_dcu())
        await until(lambda: TERMINAL in hes.hall.dcus)
        await hung_up(dcu, task)

    run(tmp_path, check, ca=None)


def test_a_dcu_in_server_mode_is_dialled_over_tls_and_must_be_signed(tmp_path, capsys):
    printed = Printed(capsys)

    async def check(hes):
        for mine, is_good in (("dcu-foreign", False), ("dcu", True)):
            context = context_of_dcu(mine, ssl.PROTOCOL_TLS_SERVER)
            calls = []

            async def called(reader, writer, calls=calls):
                calls.append(Dcu(Plant(), 0))
                await calls[-1].called(reader, writer)

            server = await asyncio.start_server(called, "127.0.0.1", 0, ssl=context)
            port = server.sockets[0].getsockname()[1]
            link = partial(Link, hes.hall, is_dialled=True)
            dialling = dial.keep_dialled("127.0.0.1", port, link, security=security().dialling)
            task = asyncio.create_task(dialling)
            if is_good:
                await until(lambda: TERMINAL in hes.hall.dcus)
            else:
                await until(lambda: "TLS: unable to get local issuer" in printed.more())
                assert hes.hall.dcus == {} and calls == []
            task.cancel()
            server.close()

    run_hes(tmp_path, check)


@pytest.mark.parametrize(
    "given, told",
    [
        ({"tls": None, "client_ca": "x"}, "give --tls CERT KEY"),
        ({"udp": 1}, "--udp is not secured"),
        ({"dial": [("h", 1)]}, "needs --client-ca"),
        ({"tls": ["/nowhere.pem", FILES + "hes.key"]}, "No such file"),
        ({"tls": [FILES + "hes.pem", FILES + "dcu.key"]}, "key values mismatch"),
        ({"tls": [FILES + "hes.pem", FILES + "locked.key"]}, "give two files in PEM"),
        ({"client_ca": "/nowhere.pem"}, "--client-ca /nowhere.pem: No such file"),
        ({"client_ca": FILES + "hes.key"}, "give a file in PEM"),
    ],
)
def test_what_cannot_be_is_said_at_the_start(given, told):
    with pytest.raises(HesError, match=told):
        tls.from_arguments(options(**given))


def test_without_tls_the_ports_are_as_before():
    assert tls.from_arguments(options(tls=None)) == ({}, {})
