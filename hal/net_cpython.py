"""The half of hal/net.py that is for CPython."""

import errno
import socket

from hal import coop


async def look_up(host, port, kind):
    """The rows of getaddrinfo. OSError when the name is not known."""
    if _is_number(host):  # needs no name server, and so no thread
        return socket.getaddrinfo(host, port, 0, kind)
    try:
        return await coop.aside(socket.getaddrinfo, host, port, 0, kind)
    except UnicodeError as error:  # an empty or overlong label: refused before anybody is asked
        raise OSError(errno.EINVAL, str(error))


def _is_number(host):
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def host_and_port(address):
    return address[:2]
