"""The address of the DCU, with real ip, udhcpc, arping and dnsmasq, in network namespaces."""

import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

from tests.e2e import netns
from tests.e2e.plant import MICROPYTHON_HEAP, ROOT, Process, path_for_micropython

pytestmark = [
    pytest.mark.skipif(bool(netns.lacking()), reason=netns.lacking() or "-"),
    pytest.mark.timeout(240),
]
PORT = 8000
FIXED, WRONG = "10.77.0.20/24,10.77.0.1,10.77.0.5", "10.99.0.2/24,10.99.0.1"
SETTINGS = {
    "hes.main": f"{netns.HES_ADDRESS}:{PORT}",
    "eth.confirm_s": 8,
    "uplink.redial_wait_s": 1,
    "hes.retry_min_s": 1,
    "hes.retry_max_s": 2,
}


class Site:
    def __init__(self, folder, interpreter):
        self.folder = pathlib.Path(folder)
        self.interpreter = interpreter
        self.cable = netns.Cable(folder)
        self.resolv = self.folder / "resolv.conf"
        self.resolv.write_text("# of the machine\n")
        self.server = self.cable.dhcp_server()
        hes = [sys.executable, "-m", "hes_stub.cli", "serve", "--data", self.folder / "hes"]
        hes += ["--bind", netns.HES_ADDRESS, "--port", PORT, "--web", 0]
        self.hes = Process("hes", self.cable.inside(self.cable.hes, hes), self._heard)
        self.start()

    def start(self, **settings):
        words = ["-m", "boards.run", "--data", self.folder / "dcu"]
        for key, value in {**SETTINGS, "eth.resolv": self.resolv, **settings}.items():
            words += ["--set", f"{key}={value}"]
        start = [sys.executable]
        if self.interpreter == "micropython":
            binary = pathlib.Path(sys.executable).parent / "micropython"
            start = ["nohup", binary, "-X", f"heapsize={MICROPYTHON_HEAP}"]
        environment = {"MICROPYPATH": path_for_micropython(self.folder)}
        inside = self.cable.inside(self.cable.dcu, start + words)
        self.dcu = Process("dcu", inside, self._heard, environment)
        self.dcu.wait_for("power up", 20)

    def _heard(self, name, line):
        pass

    def call(self, *words):
        call = [sys.executable, "-m", "boards.cli_cpython", *words, "--data", self.folder / "dcu"]
        return subprocess.run(
            [str(word) for word in self.cable.inside(self.cable.dcu, call)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout

    def set(self, way, said, limit_s=30):
        """Change the address, and wait for that line of the log."""
        seen = len(self.dcu.lines)
        self.call("settings", "set", f"eth.ipv4={way}")
        self.dcu.wait_for(said, limit_s, seen)

    def status(self):
        return json.loads(self.call("ethernet", "--json"))

    def stop(self):
        for process in (self.dcu, self.hes, self.server):
            process.stop()
        self.cable.stop()


@pytest.fixture(params=["cpython", "micropython"])
def site(tmp_path, request):
    site = Site(tmp_path, request.param)
    yield site
    site.stop()


def test_a_good_address_is_kept_and_a_bad_one_comes_back(site):
    site.set("dhcp", "dhcp is kept: the HES logged in")
    (leased,) = site.cable.addresses()
    assert leased.startswith("10.77.0.1") and netns.SERVER in site.resolv.read_text()
    site.set(FIXED, "is kept: the HES logged in")
    assert site.cable.addresses() == ["10.77.0.20/24"]
    assert "10.77.0.5" in site.resolv.read_text()
    if site.interpreter == "cpython":
        site.set(f"{netns.HES_ADDRESS}/24", "taken by another machine on eth0")
        site.set(WRONG, "settings changed: .* not proved within 8 s")
        seen = len(site.dcu.lines)
        site.dcu.wait_for("registered at", 30, seen)
        assert site.cable.addresses() == ["10.77.0.20/24"]
        assert site.status()["came_back"] == "not proved within 8 s"
    site.set(WRONG, "is on trial on eth0")
    assert site.cable.addresses() == ["10.99.0.2/24"]
    site.dcu.kill()
    site.start()
    site.dcu.wait_for("the power was cut in its trial", 20)
    site.dcu.wait_for("registered at", 30)
    assert site.cable.addresses() == ["10.77.0.20/24"]
    assert site.status()["ipv4"] == FIXED


def test_without_a_dhcp_server_the_system_has_its_address_back(tmp_path):
    site = Site(tmp_path, "cpython")
    try:
        site.server.stop()
        netns.ip("-n", site.cable.dcu, "addr", "add", "10.77.0.9/24", "dev", "eth0")
        netns.ip("-n", site.cable.dcu, "link", "set", "eth0", "up")
        site.set("dhcp", "settings changed: .* not proved", 40)
        ends = time.monotonic() + 10
        while site.status()["ipv4"] != "system" and time.monotonic() < ends:
            time.sleep(0.2)
        assert site.cable.addresses() == ["10.77.0.9/24"]
        assert site.resolv.read_text() == "# of the machine\n"
    finally:
        site.stop()


def test_a_lease_that_is_renewed_may_have_another_gateway_and_name_server(tmp_path):
    cable, resolv = netns.Cable(tmp_path), tmp_path / "resolv.conf"
    told = {"interface": "eth0", "ip": "10.77.0.100", "mask": "24"}
    try:
        for what, last in (("deconfig", 0), ("bound", 1), ("renew", 2)):
            told.update(router=f"10.77.0.{last} 10.77.0.9", dns=f"10.77.0.5{last}")
            script = ["sh", ROOT / "hal" / "ethernet.sh", what]
            environment = {**os.environ, **told, "FOLDER": str(tmp_path), "RESOLV": str(resolv)}
            subprocess.run(cable.inside(cable.dcu, script), env=environment, check=True)
            if what != "deconfig":
                assert cable.addresses() == ["10.77.0.100/24"]
                ways = netns.ip("-n", cable.dcu, "route", "show", "default").split()
                assert ways[:3] == ["default", "via", f"10.77.0.{last}"]
                assert resolv.read_text() == f"nameserver 10.77.0.5{last}\n"
    finally:
        cable.stop()
