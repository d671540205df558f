"""Two machines on one cable: network namespaces, the DCU's with an eth0 and that of the HES, where
a DHCP server answers. Needs root, ip, udhcpc, arping and dnsmasq.
"""

import os
import shutil
import subprocess

from tests.e2e.plant import Process

TOOLS = ("ip", "udhcpc", "arping", "dnsmasq")
HES_ADDRESS = "10.77.0.1"
SERVER = "10.77.0.53"


def lacking():
    """Why it cannot be done here, or ""."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return f"{', '.join(missing)} not installed"
    if os.getuid():
        return "network namespaces need root"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    return "" if probe.returncode == 0 else "this machine gives no network namespaces"


class Cable:
    def __init__(self, folder):
        self.dcu, self.hes = [f"{side}-{os.getpid()}" for side in ("dcu", "hes")]
        self._folder = folder
        self.stop()
        for name in (self.dcu, self.hes):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        both = "link add eth0 type veth peer lan0 netns".split()
        ip("-n", self.dcu, *both, self.hes)
        ip("-n", self.hes, "addr", "add", f"{HES_ADDRESS}/24", "dev", "lan0")
        ip("-n", self.hes, "link", "set", "lan0", "up")

    def inside(self, name, words):
        return ["ip", "netns", "exec", name, *words]

    def dhcp_server(self):
        words = ["dnsmasq", "--no-daemon", "--port=0", "--interface=lan0", "--bind-interfaces"]
        words += ["--dhcp-range=10.77.0.100,10.77.0.110,2m", "--no-ping", "--user=root"]
        words += [f"--dhcp-option=3,{HES_ADDRESS}", f"--dhcp-option=6,{SERVER}"]
        words += [f"--dhcp-leasefile={self._folder}/leases", "--conf-file=/dev/null"]
        return Process("dnsmasq", self.inside(self.hes, words), lambda name, line: None)

    def addresses(self):
        """Of the DCU, as the machine has them."""
        said = ip("-n", self.dcu, "-4", "-o", "addr", "show", "dev", "eth0", "scope", "global")
        return [line.split()[3] for line in said.splitlines()]

    def stop(self):
        for name in (self.dcu, self.hes):
            pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True)
            for pid in pids.stdout.split():
                subprocess.run(["kill", "-9", pid], capture_output=True)
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout
