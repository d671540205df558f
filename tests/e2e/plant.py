"""The whole plant as processes of this machine: three buses of simulated meters on ptys, the DCU
on either interpreter, the HES. Used by the demo, by its check and by the end-to-end tests.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import microdot

from tests.e2e import slot, ways

ROOT = pathlib.Path(__file__).parents[2]
BUSES = (1, 2, 3)
CAPTURE_S = 4  # of the meters' load profiles: as often as the demo reads, so that holes are filled
METERS_PER_BUS = 8
FIRST_ADDRESS = 17
TERMINAL = "07310001"
PASSWORD = "12345678"  # of the simulated meters
FETCH_S = 6
MICROPYTHON_HEAP = "8M"
_STOP_S = 5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def path_for_micropython(folder):
    """MICROPYPATH with the one package that the web page needs, which lies in `folder` then."""
    packages = pathlib.Path(folder) / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    link = packages / "microdot"
    if not link.exists():
        link.symlink_to(pathlib.Path(microdot.__file__).parent)
    return f"{ROOT}:.frozen:{packages}"


def mp_of(bus, address):
    return (bus - 1) * METERS_PER_BUS + address - FIRST_ADDRESS + 1


class Process:
    """A child with its output, line by line, in `lines` and given to `heard(name, line)`."""

    def __init__(self, name, words, heard, environment=None):
        self.name = name
        self.lines = []
        self._heard = heard
        self._changed = threading.Condition()
        self._child = subprocess.Popen(
            [str(word) for word in words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": ".", "PYTHONUNBUFFERED": "1", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self._child.pid

    def _read(self):
        for line in self._child.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
            self._heard(self.name, line.rstrip("\n"))
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, pattern, limit_s, after=0):
        """The match of the first line from number `after` on; AssertionError when none comes."""
        ends = time.monotonic() + limit_s
        with self._changed:
            while True:
                for line in self.lines[after:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                left_s = ends - time.monotonic()
                if left_s <= 0 or (self._child.poll() is not None and not self._reader.is_alive()):
                    tail = "\n".join(self.lines[-15:])
                    raise AssertionError(f"{self.name} did not say {pattern!r}; its end:\n{tail}")
                self._changed.wait(min(left_s, 0.5))

    def running(self):
        return self._child.poll() is None

    def kill(self):
        """As a power cut does: no chance to tidy up."""
        self._child.kill()
        self._child.wait()

    def stop(self):
        if self.running():
            self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join(_STOP_S)


class Plant:
    """`start()` the lot, `stop()` it. `settings` are (key, value) pairs for the DCU, `hes_words`
    further ones for `hes serve`."""

    def __init__(
        self,
        folder,
        interpreter="cpython",
        settings=(),
        heard=lambda name, line: None,
        meters_per_bus=METERS_PER_BUS,
        hes_words=(),
        uplink="tcp",
        has_slot=False,
    ):
        self.folder = pathlib.Path(folder)
        self.interpreter = interpreter
        self.settings = dict(settings)
        self.hes_port = free_port()
        self.dcu_port = free_port()
        self.web_port = free_port()
        self.meter_password_file = self.folder / "meter-password"
        self.dcu_password_file = self.folder / "dcu-password"
        self.dcu_data = self.folder / "dcu"
        self.hes_data = self.folder / "hes"
        self.started_s = time.time()
        self.sims = {}
        self.dcu = self.hes = self.modem = self.slot = None
        self.uplink = uplink
        self.terminal = TERMINAL
        self.has_slot = has_slot
        self.meters_per_bus = meters_per_bus
        self.hes_words = hes_words
        self._heard = heard

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.meter_password_file.write_text(PASSWORD + "\n")
        self.dcu_password_file.write_text(ways.DCU_PASSWORD + "\n")
        for bus in BUSES:
            self.start_bus(bus)
        for bus in BUSES:
            self.sims[bus].wait_for(str(self.tty(bus)), 20)
        self.import_meters()
        if self.has_slot:
            self.start_slot()
        self.start_hes()
        self.hes.wait_for(r"http://", 20)
        self.start_dcu()

    def tty(self, bus):
        return self.folder / f"rs485-{bus}"

    def control(self, bus):
        return self.folder / f"rs485-{bus}.control"

    def start_bus(self, bus):
        words = [sys.executable, "-m", "meter_sim.cli", "rs485", "--port", self.tty(bus)]
        words += [
            "--capture-s",
            CAPTURE_S,
            "--meters",
            self.meters_per_bus,
            "--first",
            FIRST_ADDRESS,
            "--seed",
            bus,
        ]
        words += ["--password", f"@{self.meter_password_file}", "--control", self.control(bus)]
        self.sims[bus] = self.process(f"bus {bus}", words)

    def process(self, name, words):
        return Process(name, words, self._heard)

    def switch(self, bus, address, state):
        """`state` is "on" or "off"."""
        self.tell(bus, state, address)

    def tell(self, bus, *words):
        """A command to the simulated meters of a bus: docs/meter_sim.md."""
        self._tell(self.control(bus), *words)

    def tell_slot(self, *words):
        """A command to the simulated module."""
        self._tell(self.folder / "slot.control", *words)

    def _tell(self, socket_path, *words):
        done = self._call(["meter_sim.cli", "control", socket_path, *words])
        assert done.returncode == 0, done.stdout + done.stderr

    def import_meters(self):
        """Every second meter of a bus asks for a password, as meters in the field do."""
        lines = ["mp,address,channel,client,auth,password"]
        for bus in BUSES:
            for place in range(self.meters_per_bus):
                mp = (bus - 1) * self.meters_per_bus + place + 1
                way = f"1,lls,{PASSWORD}" if mp % 2 else "16,none,"
                lines.append(f"{mp},{FIRST_ADDRESS + place},rs485-{bus},{way}")
        file = self.folder / "meters.csv"
        file.write_text("\n".join(lines) + "\n")
        done = self.call_dcu("meters", "import", file)
        assert done.returncode == 0, done.stdout + done.stderr

    def start_slot(self):
        """The module, and its meters in the archive."""
        self.slot = Process("slot", slot.words(self), self._heard)
        self.slot.wait_for("G3 module", 20)
        file = self.folder / "slot.csv"
        file.write_text(slot.rows())
        done = self.call_dcu("meters", "import", file)
        assert done.returncode == 0, done.stdout + done.stderr

    def start_hes(self):
        words = [sys.executable, "-m", "hes_stub.cli", "serve", "--data", self.hes_data]
        words += ["--bind", "127.0.0.1", "--port", self.hes_port, "--web", self.web_port]
        words += ["--meter-password", f"@{self.meter_password_file}", "--fetch-s", FETCH_S]
        words += ways.HES_WORDS[self.uplink](self) + list(self.hes_words)
        self.hes = Process("hes", words, self._heard)

    def start_dcu(self):
        settings = {f"rs485.{bus}.device": self.tty(bus) for bus in BUSES}
        settings["hes.main"] = f"127.0.0.1:{self.hes_port}"
        settings.update(ways.DCU_SETTINGS[self.uplink](self))
        if self.has_slot:
            settings.update(slot.settings(self))
        settings.update(self.settings)
        words = ["--data", self.dcu_data, "--board", "pc"]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        if self.interpreter == "micropython":
            binary = pathlib.Path(sys.executable).parent / "micropython"
            # A terminal that goes away hangs up: MicroPython cannot open it without that risk.
            start = ["nohup", binary, "-X", f"heapsize={MICROPYTHON_HEAP}", "-m", "boards.run"]
            environment = {"MICROPYPATH": path_for_micropython(self.folder)}
            self.dcu = Process("dcu", start + words, self._heard, environment)
        else:
            start = [sys.executable, "-m", "boards.cli_cpython", "run"]
            self.dcu = Process("dcu", start + words, self._heard)

    def call_dcu(self, *words):
        return self._call(["boards.cli_cpython", *words, "--data", self.dcu_data])

    def call_hes(self, *words):
        return self._call(["hes_stub.cli", *words, "--data", self.hes_data])

    def _call(self, words):
        return subprocess.run(
            [sys.executable, "-m"] + [str(word) for word in words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def processes(self):
        return [p for p in (self.dcu, self.hes, self.modem, self.slot, *self.sims.values()) if p]

    def stop(self):
        for process in self.processes():
            process.stop()
