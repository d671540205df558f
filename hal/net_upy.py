"""The half of hal/net.py that is for MicroPython, where a socket address is its raw octets."""

import socket

from hal import coop


async def look_up(host, port, kind):
    """The rows of getaddrinfo. OSError when the name is not known. Blocks: no threads here."""
    return await coop.aside(socket.getaddrinfo, host, port, 0, kind)


def host_and_port(address):
    family, packed, port = socket.sockaddr(address)[:3]
    return socket.inet_ntop(family, packed), port
