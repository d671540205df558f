"""A DCU in server mode, also at its local port, with one simulated meter behind it: processes."""

import sys

import pytest

from tests.e2e.plant import MICROPYTHON_HEAP, Process, free_port
from tests.interop.cable import Cable

METER_ADDRESS = 17
LOCAL_ADDRESS = 18
METER_PASSWORD = "12345678"
PASSWORDS = {1: "manage me", 2: "read me"}


class RunningDcu:
    """`port` is that of TCP and of UDP; `tty` is the other end of the cable at its local port."""

    def __init__(self, folder, interpreter):
        self.folder = folder
        self.port = free_port()
        self._cable = Cable()
        self.tty = self._cable.far
        self.lines = []
        self._counter = 0
        self._bus = Process("bus", self._bus_words(), self._heard)
        self._bus.wait_for("meters", 20)
        self._import_meter()
        self._dcu = Process("dcu", *self._dcu_words(interpreter))
        self._dcu.wait_for("udp_port .* is open", 20)

    def set(self, **pairs):
        """Settings, while it runs."""
        words = ["-m", "boards.cli_cpython", "settings", "set", "--data", self.folder]
        words += [f"{key}={value}" for key, value in pairs.items()]
        setting = Process("set", [sys.executable, *words], self._heard)
        setting.wait_for(list(pairs)[-1], 20)
        setting.stop()

    def next_counter(self):
        """For a client: above all that this DCU has heard."""
        self._counter += 10_000
        return self._counter

    def stop(self):
        self._dcu.stop()
        self._bus.stop()
        self._cable.close()

    def _heard(self, name, line):
        self.lines.append(line)

    def _bus_words(self):
        words = [sys.executable, "-m", "meter_sim.cli", "rs485", "--port", self.folder / "bus"]
        return words + ["--meters", 1, "--first", METER_ADDRESS]

    def _import_meter(self):
        row = ["mp=1", f"address={METER_ADDRESS}", "channel=rs485-1"]
        words = ["-m", "boards.cli_cpython", "meters", "add", *row]
        adding = Process("add", [sys.executable, *words, "--data", self.folder], self._heard)
        adding.wait_for("MP 1 added", 20)

    def _dcu_words(self, interpreter):
        settings = {
            "rs485.1.device": self.folder / "bus",
            "local.device": self._cable.near,
            "local.baud": "115200",
            "local.address": LOCAL_ADDRESS,
            "server.tcp_port": self.port,
            "server.udp_port": self.port,
            "server.gateway": "yes",
            "server.peers": "127.0.0.1",
            "cosem.password": PASSWORDS[1],
            "cosem.reader_password": PASSWORDS[2],
        }
        words = ["-m", "boards.run", "--data", self.folder]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        if interpreter == "cpython":
            return [sys.executable, *words], self._heard
        binary = ["nohup", f"{sys.prefix}/bin/micropython", "-X", f"heapsize={MICROPYTHON_HEAP}"]
        return [*binary, *words], self._heard, {"MICROPYPATH": ".:.frozen"}


@pytest.fixture(scope="session", params=("cpython", "micropython"))
def dcu(request, tmp_path_factory):
    running = RunningDcu(tmp_path_factory.mktemp("dcu"), request.param)
    yield running
    running.stop()
