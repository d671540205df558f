"""The half of hal/net.py that is for CPython."""

import socket

from hal import coop


async def look_up(host, port, kind):
    """The rows of getaddrinfo. OSError when the name is not known."""
    if _is_number(host):  # needs no name server, and so no thread
        return socket.getaddrinfo(host, port, 0, kind)
    return await coop.aside(socket.getaddrinfo, host, port, 0, kind)


def _is_number(host):
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def host_and_port(address):
    return address[:2]
