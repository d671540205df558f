"""Carries the pushes of meters away over TCP and UDP: one connection or datagram for each."""

import errno
import socket

from meter_sim.loop import WRITABLE
from meter_sim.objects import LOGICAL_DEVICE
from meter_sim.push import TCP, UDP
from meter_sim.wrapper import wrapped

CLIENT = 1  # wPort of who is told
UNDER_WAY = (0, errno.EINPROGRESS)
KINDS = {TCP: socket.SOCK_STREAM, UDP: socket.SOCK_DGRAM}


class Outlet:
    """`lost` counts the pushes that nobody took: they are not repeated."""

    def __init__(self, loop, plant):
        self._loop = loop
        self._plant = plant
        self.lost = 0

    def flush(self):
        """Send away all that waits."""
        for push in self._plant.network_pushes():
            self._send(push)

    def _send(self, push):
        host, _, port = push.destination.decode("ascii", "replace").rpartition(":")
        if not port.isdigit() or int(port) > 0xFFFF:
            self.lost += 1
            return
        peer = socket.socket(socket.AF_INET, KINDS[push.transport])
        peer.setblocking(False)
        try:
            result = peer.connect_ex((host, int(port)))
        except OSError:
            result = errno.EINVAL  # no such name
        octets = wrapped(LOGICAL_DEVICE, CLIENT, push.apdu)
        if result in UNDER_WAY:
            self._loop.watch(peer, lambda: self._deliver(peer, octets), WRITABLE)
        else:
            self.lost += 1
            peer.close()

    def _deliver(self, peer, octets):
        """The connection stands, or it could not be made."""
        self._loop.unwatch(peer)
        try:
            sent = peer.send(octets)
        except OSError:
            sent = 0
        self.lost += sent < len(octets)
        peer.close()
