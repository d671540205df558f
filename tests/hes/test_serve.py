"""`hes serve` as a process of its own, and the verbs and browsers that come to it."""

import asyncio
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from hes_stub.queries import Queries
from tests.hes.fake_dcu import Dcu, alarm_row, meter_row, reading_row
from tests.hes.running_hes import until
from tests.hes.stored import plant_with

ROOT = Path(__file__).parents[2]
TERMINAL = "07310001"
START_S = 20
KILLS = 5


def hes(*words):
    """A finished `hes`."""
    command = [sys.executable, "-m", "hes_stub.cli", *[str(word) for word in words]]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)


class Served:
    """`hes serve` on free ports until `stop`; `lines` are what it has said."""

    def __init__(self, folder, *words):
        command = [sys.executable, "-m", "hes_stub.cli", "serve", "--data", str(folder)]
        command += ["--port", "0", "--bind", "127.0.0.1", "--web", "0", "--fetch-s", "1", *words]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait(r"waiting for concentrators on .*:(\d+)"))
        self.page = self.wait(r"status page: (http://\S+)")

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def wait(self, pattern):
        ends_s = time.monotonic() + START_S
        while time.monotonic() < ends_s:
            found = re.search(pattern, "".join(self.lines))
            if found:
                return found[1]
            time.sleep(0.01)
        raise AssertionError("".join(self.lines))

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(10)
        self._reader.join(10)
        self.process.stdout.close()
        return code


@pytest.fixture
def served(tmp_path):
    served = Served(tmp_path)
    yield served
    if served.process.poll() is None:
        served.stop(signal.SIGKILL)


def get(url, headers=None, data=None):
    """(status, text)"""
    try:
        request = urllib.request.Request(url, data, headers or {})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def with_dcu(served, plant, work):
    """`work(dcu)`, awaited beside a registered DCU; blocking calls go to a thread."""

    async def run():
        dcu = Dcu(plant, served.port)
        await dcu.dial()
        await until(lambda: plant.readings.mark == plant.readings.last)
        return await work(dcu)

    return asyncio.run(run())


def test_a_read_goes_from_the_command_line_to_the_meter(served, tmp_path):
    async def work(dcu):
        words = (["1.0.1.8.0.255"], ["1.0.1.8.0.255", "--json"], ["1.0.9.9.9.255"])
        return [
            await asyncio.to_thread(hes, "read", TERMINAL, 1, *more, "--data", tmp_path)
            for more in words
        ]

    plain, as_json, refused = with_dcu(served, plant_with(1), work)
    assert (plain.returncode, plain.stdout) == (0, "1.0.1.8.0.255 = 12345.6 Wh\n")
    assert json.loads(as_json.stdout)["items"][0]["value"] == 12345.6
    assert refused.returncode == 5 and "object undefined" in refused.stdout


def test_exit_codes_tell_what_became_of_a_read(served, tmp_path):
    plant = plant_with(1)
    plant.meters = [meter_row(1), meter_row(2, address="18"), meter_row(3, auth="lls")]

    async def work(dcu):
        asked = [(1, "1.0.1.8.0.255,1.0.9.9.9.255"), (2, "1.0.1.8.0.255"), (3, "1.0.1.8.0.255")]
        return [
            await asyncio.to_thread(hes, "read", TERMINAL, mp, items, "--data", tmp_path)
            for mp, items in [*asked, (99, "1.0.1.8.0.255")]
        ]

    results = with_dcu(served, plant, work)
    assert [result.returncode for result in results] == [3, 4, 1, 1]
    assert all(result.stderr.count("\n") == 1 for result in results[1:])
    keyless = hes("rekey", TERMINAL, "--data", tmp_path)
    assert keyless.returncode == 1 and "give it --dcu-key" in keyless.stderr
    gone = hes("read", "07310099", 1, "1.0.1.8.0.255", "--data", tmp_path)
    assert gone.returncode == 4 and "not connected" in gone.stderr


def test_the_page_shows_the_plant_and_escapes_it(served):
    plant = plant_with(3)
    plant.alarms.append(alarm_row, 1000, 2, 3, "<script>alert(1)</script>")

    async def work(dcu):
        await until(lambda: plant.alarms.mark == 1)
        return await asyncio.to_thread(get, served.page)

    status, text = with_dcu(served, plant, work)
    assert status == 200 and TERMINAL in text and "meter silent" in text
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_only_who_has_the_token_may_read_meters(served, tmp_path):
    mode = stat.S_IMODE(os.stat(tmp_path / "serve.json").st_mode)
    token = json.loads((tmp_path / "serve.json").read_text())["token"]
    url = served.page + "api/read"
    assert mode == 0o600
    assert get(url, data=b"{}")[0] == 403
    assert get(url, {"Authorization": "Bearer x"}, b"{}")[0] == 403
    right = {"Authorization": f"Bearer {token}"}
    for body in (b"", b"[]", b"{", b"{}", b" " * 20_000 + b"{}", b"\xff", b"[" * 16_000):
        status, text = get(url, right, body)
        assert status == 400 and "error" in json.loads(text)
    assert token not in get(served.page)[1] and get(served.page + "serve.json")[0] == 404


def test_a_port_in_use_is_one_line_and_exit_1(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for option in ("--port", "--web"):
            other = "--web" if option == "--port" else "--port"
            words = ["--bind", "127.0.0.1", option, port, other, 0, "--data", tmp_path]
            done = hes("serve", *words)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.count("\n") == 1 and f"give {option} another" in done.stderr


def test_a_folder_is_served_once(served, tmp_path):
    done = hes("serve", "--data", tmp_path, "--port", 0, "--web", 0)
    assert done.returncode == 1 and "another `hes serve`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    done = hes("serve", "--data", tmp_path / "file", "--port", 0, "--web", 0)
    assert done.returncode == 1 and done.stderr.count("\n") == 1


def test_a_signal_stops_it_cleanly(tmp_path):
    for number in (signal.SIGTERM, signal.SIGINT):
        served = Served(tmp_path)
        with socket.create_connection(("127.0.0.1", served.port)):
            assert served.stop(number) == 0
        assert served.lines[-1] == "stopped\n" and not (tmp_path / "serve.json").exists()
        assert "Traceback" not in "".join(served.lines)


def test_kill_9_loses_and_doubles_nothing(tmp_path):
    plant = plant_with(0)

    async def live():
        for turn in range(KILLS):
            for _ in range(200):
                plant.readings.append(reading_row, 1, 900 * (plant.readings.last + 1))
            plant.alarms.append(alarm_row, 1000 + turn)
            served = await asyncio.to_thread(Served, tmp_path)
            await Dcu(plant, served.port).dial()
            await asyncio.sleep(0.01 * turn)
            await asyncio.to_thread(served.stop, signal.SIGKILL)
            stored = [row["seq"] for row in Queries(tmp_path).readings()]
            assert stored == list(range(1, len(stored) + 1)) and plant.readings.mark <= len(stored)
        served = await asyncio.to_thread(Served, tmp_path)
        await Dcu(plant, served.port).dial()
        await until(lambda: (plant.readings.mark, plant.alarms.mark) == (200 * KILLS, KILLS))
        await asyncio.to_thread(served.stop)

    asyncio.run(live())
    assert len(Queries(tmp_path).readings()) == 200 * KILLS
    assert [row["seq"] for row in Queries(tmp_path).alarms()] == list(range(1, KILLS + 1))
    assert Queries(tmp_path).events(None) == []


def test_passwords_are_nowhere_to_be_seen(tmp_path):
    file = tmp_path / "password"
    file.write_text("Geheim1234\n")
    folder = tmp_path / "data"
    served = Served(folder, "--dcu-password", f"@{file}", "--meter-password", f"@{file}")
    seen = get(served.page)[1] + Path(f"/proc/{served.process.pid}/cmdline").read_text()

    async def refused():
        await Dcu(plant_with(1), served.port, password=b"another").dial()
        await asyncio.to_thread(served.wait, "(association refused)")

    asyncio.run(refused())
    served.stop()
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert "Geheim" not in seen + "".join(served.lines) and b"Geheim" not in kept
