"""A unix socket that takes command lines while the meters run, and the other end of it."""

import os
import socket
import stat

LINE_MAX = 1000
ANSWER_S = 5


class ControlUnusable(Exception):
    """What, where, and how to mend it, in one line."""


class Control:
    """Each line that comes is given to `command(line) -> line`. Only the same user may."""

    def __init__(self, path, loop, command):
        _make_way(path)
        self._path = path
        self._loop = loop
        self._command = command
        self._socket = socket.socket(socket.AF_UNIX)
        mask = os.umask(0o177)
        try:
            self._socket.bind(path)
        except OSError as error:
            raise ControlUnusable(f"cannot listen at {path}: {error}") from None
        finally:
            os.umask(mask)
        self._socket.listen()
        loop.watch(self._socket, self._accept)

    def close(self):
        self._socket.close()
        os.unlink(self._path)

    def _accept(self):
        peer, _ = self._socket.accept()
        peer.setblocking(False)
        waiting = bytearray()
        self._loop.watch(peer, lambda: self._take(peer, waiting))

    def _take(self, peer, waiting):
        try:
            octets = peer.recv(LINE_MAX)
            waiting += octets
            *lines, rest = bytes(waiting).split(b"\n")
            waiting[:] = rest
            for line in lines:
                peer.send(self._command(line.decode("utf-8", "replace")).encode() + b"\n")
        except OSError:
            octets = b""
        if not octets or len(waiting) > LINE_MAX:
            self._loop.unwatch(peer)
            peer.close()


def _make_way(path):
    """Remove a socket that nobody listens to any more."""
    if not os.path.lexists(path):
        return
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise ControlUnusable(f"{path} is there and is no socket: give another path")
    with socket.socket(socket.AF_UNIX) as peer:
        if peer.connect_ex(path) == 0:
            raise ControlUnusable(f"{path} is in use by a running meter-sim: give another path")
    os.unlink(path)


def ask(path, line):
    """The answer to one command line; raises ControlUnusable if nobody gives it."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(ANSWER_S)
        try:
            peer.connect(path)
            peer.sendall(line.encode() + b"\n")
            with peer.makefile() as answers:
                answer = answers.readline()
        except OSError as error:
            raise ControlUnusable(f"no meter-sim answers at {path}: {error}") from None
    if not answer:
        raise ControlUnusable(f"the meter-sim at {path} closed without an answer")
    return answer.rstrip("\n")
