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


# by way, what the HES and the DCU are told
HES_WORDS = {
    "tcp": lambda plant: [],
    "modem": lambda plant: [],
    "udp": lambda plant: ["--udp", plant.hes_port],
    "server": _dialling_words,
}
DCU_SETTINGS = {
    "tcp": lambda plant: {},
    "modem": _start_modem,
    "udp": lambda plant: {"uplink.mode": "udp"},
    "server": _server_settings,
}
