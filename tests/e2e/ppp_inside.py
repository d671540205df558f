"""Run in a kernel with PPP: a DCU whose module is dialled by pppd, and a HES in a network of its
own, at the far end. Says what it has seen; an exception says what it has not.
"""

import pathlib
import subprocess
import sys

from tests.e2e.netns import ip
from tests.e2e.plant import Process

HES, DCU, PORT = "10.64.64.1", "10.64.64.2", 8000
FAR = "ip netns exec far pppd notty noauth local nodetach nodefaultroute noipv6 novj noccp"
SETTINGS = {
    "hes.main": f"{HES}:{PORT}",
    "uplink.channel": "modem",
    "modem.stack": "pppd",
    "modem.apn": "internet",
    "uplink.redial_wait_s": 1,
    "hes.retry_min_s": 1,
    "hes.retry_max_s": 2,
    "hes.heartbeat_s": 2,
    "hes.reply_s": 1,
}


def main(folder):
    folder = pathlib.Path(folder)
    ip("netns", "add", "far")
    ip("-n", "far", "link", "set", "lo", "up")
    port = folder / "modem"
    modem = [sys.executable, "-m", "meter_sim.cli", "modem", "--port", port, "--boot-ms", 500]
    modem += ["--far", f"{FAR} {HES}:{DCU}", "--control", folder / "control"]
    hes = [sys.executable, "-m", "hes_stub.cli", "serve", "--data", folder / "hes", "--web", 0]
    hes += ["--bind", "0.0.0.0", "--port", PORT]
    dcu = [sys.executable, "-m", "boards.run", "--data", folder / "dcu"]
    for key, value in {**SETTINGS, "modem.device": port}.items():
        dcu += ["--set", f"{key}={value}"]
    processes = []

    def start(name, words):
        processes.append(Process(name, words, lambda who, line: print(f"{who}: {line}")))
        return processes[-1]

    try:
        start("modem", modem).wait_for("modem SIM", 30)
        start("hes", ["ip", "netns", "exec", "far", *hes])
        unit = start("dcu", dcu)
        unit.wait_for(f"registered at {HES}", 90)
        addresses = ip("-4", "-o", "addr", "show", "dev", "ppp0")
        assert DCU in addresses and "ppp0" in ip("route", "show", "default"), addresses
        print("SEEN registered over ppp0")
        seen = len(unit.lines)
        subprocess.run(["pkill", "-f", "^pppd notty"], check=True)  # the network hangs up
        unit.wait_for(f"registered at {HES}", 120, seen)
        print("SEEN registered again after the network had hung up")
        unit.stop()
        assert subprocess.run(["pgrep", "-f", "pppd file"], capture_output=True).stdout
        start("dcu", dcu).wait_for(f"registered at {HES}", 90)
        print("SEEN registered by the next DCU, which has stopped the pppd that was left")
    finally:
        for process in reversed(processes):
            process.stop()


if __name__ == "__main__":
    main(sys.argv[1])
