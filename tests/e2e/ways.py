"""The ways between the DCU of the plant and its HES: what either is told."""

import sys

DCU_PASSWORD = "13572468"  # of the DCU, where the HES dials it


def _start_modem(plant):
    """A simulated module, which the DCU finds at another rate than it wants."""
    path = plant.folder / "modem"
    words = [sys.executable, "-m", "meter_sim.cli", "modem", "--port", path]
    words += ["--dialect", "quectel", "--pace", "--control", plant.folder / "modem.control"]
    plant.modem = plant.process("modem", words)
    plant.modem.wait_for(str(path), 20)
    return {"uplink.channel": "modem", "modem.device": path, "modem.apn": "cmnet"}


def _server_settings(plant):
    """Who dials it must have a password, as nobody knows who calls."""
    return {
        "uplink.mode": "server",
        "uplink.port": plant.dcu_port,
        "server.peers": "127.0.0.1",
        "cosem.password": DCU_PASSWORD,
    }


def _dialling_words(plant):
    password = ["--dcu-password", f"@{plant.dcu_password_file}"]
    return ["--dial", f"127.0.0.1:{plant.dcu_port}", *password]


def _certificates(plant):
    """Made for this run: a CA, and what it signs."""
    folder = plant.folder / "tls"
    if not folder.exists():
        done = plant.call_hes("certificates", folder, "--terminal", plant.terminal)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _tls_words(plant):
    folder = _certificates(plant)
    words = ["--tls", folder / "hes.pem", folder / "hes.key"]
    return [*words, "--client-ca", folder / "ca.pem"]


def _tls_settings(plant):
    folder, mine = _certificates(plant), plant.terminal
    return {
        "tls.ca": folder / "ca.pem",
        "tls.certificate": folder / f"{mine}.pem",
        "tls.key": folder / f"{mine}.key",
        "uplink.tls": "yes",
    }


# by way, what the HES and the DCU are told
HES_WORDS = {
    "tcp": lambda plant: [],
    "modem": lambda plant: [],
    "udp": lambda plant: ["--udp", plant.hes_port],
    "server": _dialling_words,
    "tls": _tls_words,
    "modem-tls": _tls_words,
    "server-tls": lambda plant: _tls_words(plant) + _dialling_words(plant),
}
DCU_SETTINGS = {
    "tcp": lambda plant: {},
    "modem": _start_modem,
    "udp": lambda plant: {"uplink.mode": "udp"},
    "server": _server_settings,
    "tls": _tls_settings,
    "modem-tls": lambda plant: {**_start_modem(plant), **_tls_settings(plant)},
    "server-tls": lambda plant: {**_server_settings(plant), **_tls_settings(plant)},
}
