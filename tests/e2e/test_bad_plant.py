"""A plant in which much is wrong at once: each trouble is told, and everything else goes on."""

import socket
import threading
import time

import pytest

from hes_stub.queries import Queries
from tests.e2e import facts
from tests.e2e.plant import Plant, mp_of

SETTINGS = (
    ("collect.period_s", "3"),
    ("collect.silent_after", "1"),
    ("meter.reply_ms", "200"),
    ("meter.attempts", "1"),
    ("hes.reply_s", "1"),
    ("hes.retry_min_s", "1"),
    ("hes.retry_max_s", "2"),
)
INTERPRETERS = pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
GARBAGE, IMPOSTOR = 18, 19  # addresses


@INTERPRETERS
def test_bad_meters_and_a_missing_port_cost_only_themselves(tmp_path, interpreter):
    settings = SETTINGS + (("rs485.2.device", "/no/such/tty"),)
    plant = Plant(tmp_path, interpreter, settings)
    try:
        plant.start()
        plant.tell(1, "fault", GARBAGE, "garbage")
        plant.tell(1, "fault", IMPOSTOR, "as:17")
        plant.dcu.wait_for(r"port lost: rs485-2: /no/such/tty: does not exist", 20)
        for address in (GARBAGE, IMPOSTOR):
            plant.dcu.wait_for(rf"alarm: MP {mp_of(1, address)}: meter", 30)
        plant.dcu.wait_for(r"rs485-1: read 6 of 8 meters", 20)
        plant.dcu.wait_for(r"rs485-3: read 8 of 8 meters", 20)
        plant.hes.wait_for(r"fetched \d+ readings", 20)
        other = plant.call_dcu("run")
        assert other.returncode == 1 and "already running" in other.stdout + other.stderr
    finally:
        plant.stop()
    hes = Queries(plant.hes_data)
    readings = hes.readings(last=10**9)
    assert readings and not [row for row in readings if facts.untrue(row)]


@INTERPRETERS
def test_a_port_that_is_in_use_is_told(tmp_path, interpreter):
    plant = Plant(tmp_path, interpreter, SETTINGS)
    plant.settings["rs485.2.device"] = plant.tty(1)  # the same adapter twice
    try:
        plant.start()
        plant.dcu.wait_for(r"port lost: rs485-[12]: .*in use", 20)
        plant.dcu.wait_for(r"rs485-3: read 8 of 8 meters", 20)
    finally:
        plant.stop()


class StrangeHes:
    """Takes one connection after the other and does with it what `play` does."""

    def __init__(self, port, play):
        self._listener = socket.create_server(("127.0.0.1", port))
        self._play = play
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with peer:
                try:
                    self._play(peer)
                except OSError:
                    pass

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)  # or the port stays taken while accept waits
        self._listener.close()


def mute(peer):
    """Never answers."""
    while peer.recv(4096):
        pass


def confirm(peer):
    """AFN 00 F1 to the login of terminal 07310001."""
    peer.recv(4096)
    peer.sendall(bytes.fromhex("6832003200680b3107010000006000000100a516"))


def flood(peer):
    """Confirms the login, announces a frame of 64 KB, sends as much and goes."""
    confirm(peer)
    peer.sendall(b"\x00\x01\x00\x01\x00\x01\xff\xff" + bytes(0xFFFF))
    time.sleep(1)


@INTERPRETERS
@pytest.mark.parametrize(
    ("play", "told"),
    [
        (None, r"uplink: 127.0.0.1:\d+: .*refused"),
        (mute, r"uplink: .*login not answered"),
        (flood, r"uplink: .*sent what is dropped"),
    ],
    ids=["no HES", "a mute HES", "a frame of 64 KB"],
)
def test_a_hes_that_is_absent_mute_or_mad_costs_no_reading(tmp_path, interpreter, play, told):
    plant = Plant(tmp_path, interpreter, SETTINGS)
    strange = StrangeHes(plant.hes_port, play) if play else None
    plant.start_hes, real_hes = (lambda: None), plant.start_hes
    plant.hes = Told()
    try:
        plant.start()
        plant.dcu.wait_for(told, 30)
        plant.dcu.wait_for(r"rs485-1: read 8 of 8 meters", 20)
        if strange:
            strange.close()
        real_hes()
        plant.hes.wait_for(r"fetched \d+ readings", 40)
        assert plant.dcu.running()
    finally:
        plant.stop()


class Told:
    """Stands in for the HES process that is not there."""

    def wait_for(self, pattern, limit_s):
        pass

    def stop(self):
        pass
