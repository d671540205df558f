"""The Ethernet interface of a Linux machine: which address it has, and how it gets another.

By ip(8), udhcpc(8) and arping(8), through hal/ethernet.sh: neither interpreter can do it itself.
"""

from collections import namedtuple

from hal.command import NOT_FOUND
from hal.errors import PortError

_SCRIPT = __file__.rpartition("/")[0] + "/ethernet.sh"
_STEP_S = 10
_DHCP_S = 20  # it goes on in the background when no server has answered by then
_ARP_S = 4
_ARP_TRIES = "2"
_READ_MAX = 64

# has_carrier: None when there is no such interface; addresses: ["192.168.1.20/24"]; gateway: text
# or ""; lease: the address that DHCP gave, or ""
State = namedtuple("State", ("has_carrier", "addresses", "gateway", "lease"))


class Ethernet:
    """`run` is that of hal/command.py; `path` a folder for what DHCP said, and what runs.
    All but `state` raise PortError with what the machine said."""

    def __init__(self, run, path, sys_class="/sys/class/net/"):
        self._run = run
        self._path = path
        self._sys_class = sys_class

    async def state(self, interface):
        carrier = _carrier(self._sys_class + interface)
        if carrier is None:
            return State(None, [], "", "")
        code, said = await self._script(["state", interface], _STEP_S)
        lines = said.split("\n") if said and not code else []
        gateway = [line[4:] for line in lines if line[:4] == "via "]
        addresses = [line for line in lines if line[:4] != "via "]
        lease = _first_line(self._path + "/lease").split(" ")[0]
        return State(carrier, addresses, gateway[0] if gateway else "", lease)

    async def fixed(self, interface, address, gateway, servers, resolv):
        """`address` has its mask: "192.168.1.20/24"; gateway may be "", resolv, too."""
        await self._do(["fixed", interface, address, gateway, resolv] + servers, _STEP_S)

    async def dhcp(self, interface, resolv, hostname):
        """From now on; whether a server has answered, `state` tells."""
        await self._do(["dhcp", interface, resolv, hostname], _DHCP_S)

    async def system(self, interface, resolv, address="", gateway=""):
        """No DHCP from now on, and as it was: with this address, if there was one."""
        await self._do(["system", interface, resolv, address, gateway], _STEP_S)

    async def is_taken(self, interface, address):
        """Whether another machine on the cable has it; None when that cannot be asked."""
        answered = await self._asked(["-D"], interface, address)
        return None if answered is None else not answered  # with -D an answer is a failure

    async def answers(self, interface, address):
        """Whether it is on the cable; None when that cannot be asked."""
        return await self._asked([], interface, address)

    async def _asked(self, options, interface, address):
        words = ["arping", "-q", "-c", _ARP_TRIES, "-w", str(_ARP_S - 1), "-I", interface]
        code, _ = await self._run(words + options + [address], _ARP_S)
        return code == 0 if code in (0, 1) else None

    async def _do(self, words, limit_s):
        code, said = await self._script(words, limit_s)
        if code == NOT_FOUND:
            raise PortError(f"a program is missing: {_last_line(said)}; install ip and udhcpc")
        if code:
            raise PortError(f"{words[0]} on Ethernet: {_last_line(said) or f'exit code {code}'}")

    async def _script(self, words, limit_s):
        return await self._run(["env", "FOLDER=" + self._path, "sh", _SCRIPT] + words, limit_s)


def _carrier(folder):
    """Whether the cable is in; None without such an interface. One that is down has none."""
    if not _first_line(folder + "/address"):
        return None
    return _first_line(folder + "/carrier") == "1"


def _first_line(path):
    try:
        with open(path) as file:
            return file.read(_READ_MAX).split("\n")[0]
    except OSError:
        return ""


def _last_line(text):
    return text.split("\n")[-1]
