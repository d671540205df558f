"""`hes certificates`: what a trial of TLS needs."""

import ssl
import stat

from hes_stub.cli import main

TERMINAL = "07310001"


def test_it_writes_a_ca_and_what_it_signs_and_says_how_to_go_on(tmp_path, capsys):
    folder = tmp_path / "tls"
    words = ["certificates", str(folder), "--host", "hes.example", "--terminal", TERMINAL]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert f"hes serve --tls {folder}/hes.pem {folder}/hes.key --client-ca {folder}/ca.pem" in said
    assert f"tls.key={folder}/{TERMINAL}.key" in said
    for name in ("hes", TERMINAL):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        assert stat.S_IMODE((folder / f"{name}.key").stat().st_mode) == 0o600
    assert main(words) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["certificates", "/proc/nowhere"]) == 1
    assert "give a folder that can be written" in capsys.readouterr().err


def test_a_name_that_no_certificate_can_have_is_refused(tmp_path, capsys):
    for host in ("", "bücher.example", 65 * "a"):
        assert main(["certificates", str(tmp_path / "tls"), "--host", host]) == 1, host
        assert f"--host {host}: " in capsys.readouterr().err
        assert not (tmp_path / "tls").exists()
