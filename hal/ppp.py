"""PPP over a serial port by pppd(8), which dials, and then has the port until it is stopped.

Its options and the script of chat(8) are files in a folder of ours; the password is in the first,
for nobody else to read. Name servers are not asked for: pppd would have the machine's overwritten.
"""

import os

from hal.command import NOT_FOUND
from hal.errors import PortError

_UP_S = 90  # chat, LCP, authentication, IPCP
_STOP_S = 10
_WHY = {  # exit codes of pppd
    2: "wrong options",
    4: "this kernel has no PPP",
    6: "the port is locked by another program",
    7: "the port cannot be opened",
    8: "the module did not dial",
    10: "the network does not answer with PPP",
    15: "the network ended it",
    16: "the network hung up",
    19: "user or password refused",
    124: f"no address within {_UP_S} s",
}
_CHAT = """TIMEOUT 10
ABORT "NO CARRIER"
ABORT "NO DIALTONE"
ABORT ERROR
ABORT BUSY
'' AT
OK {dial}
TIMEOUT 60
CONNECT \\c
"""
_OPTIONS = """{device} {baud}
connect "chat -f '{chat}'"
linkname {name}
user "{user}"
password "{password}"
hide-password
updetach
local
nocrtscts
noauth
noipdefault
ipcp-accept-local
ipcp-accept-remote
defaultroute
replacedefaultroute
novj
noccp
noipv6
lcp-echo-interval 20
lcp-echo-failure 3
maxfail 1
"""
_SIGNS_THAT_END = '"\\\r\n'  # a word between quotation marks
_SIGNS_OF_OPTIONS = _SIGNS_THAT_END + " \t'#"  # of the device, which has none around it


class Ppp:
    """One link. `run` is that of hal/command.py, `files` and `path` a folder of ours; `name` tells
    it from the links of other programs."""

    def __init__(self, run, files, path, name, run_path="/var/run/"):
        self._run = run
        self._files = files
        self._path = path
        self._name = name
        self._note = f"{run_path}ppp-{name}.pid"  # pppd writes its process and interface there

    async def start(self, device, baud, dial, user, password):
        """Until there is an address. PortError with the reason when there is none."""
        if device[:1] != "/" or _has_some(device, _SIGNS_OF_OPTIONS):
            raise PortError(f"pppd: {device!r} is no path of a device, from / on, without spaces")
        if _has_some(user + password, _SIGNS_THAT_END):
            raise PortError("pppd: no quotation mark or backslash in user or password")
        chat, options = self._path + "/ppp.chat", self._path + "/ppp.options"
        self._files.replace("ppp.chat", _CHAT.format(dial=dial).encode())
        given = _OPTIONS.format(
            device=device, baud=baud, chat=chat, name=self._name, user=user, password=password
        )
        self._files.replace("ppp.options", given.encode())
        code, _ = await self._run(["pppd", "file", options], _UP_S)
        if code == NOT_FOUND:
            raise PortError("pppd is not there: install ppp")
        if code:
            raise PortError(f"pppd: {_WHY.get(code, f'exit code {code}')}")

    async def stop(self):
        """It hangs up and lets the port go."""
        pid, _ = self._noted()
        if pid:
            wait = f"while kill -0 {pid} 2>/dev/null; do sleep 0.1; done"
            await self._run(["sh", "-c", f"kill {pid} 2>/dev/null; {wait}"], _STOP_S)

    def is_up(self):
        """Whether the link has an interface still."""
        _, interface = self._noted()
        return bool(interface) and _is_there("/sys/class/net/" + interface)

    def _noted(self):
        """(process, interface) as texts; "" when it does not run."""
        try:
            with open(self._note) as file:
                lines = file.read(64).split("\n")
        except OSError:
            return "", ""
        pid = lines[0].strip()
        return (pid, lines[1].strip() if len(lines) > 1 else "") if pid.isdigit() else ("", "")


def _has_some(text, signs):
    return any([sign in signs for sign in text])


def _is_there(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True
