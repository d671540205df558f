"""A Link alone, with a transport and a hall of cardboard."""

import asyncio

from hes_stub.link import Link
from wire import qgdw3761, wrapper

ADDRESS = qgdw3761.address_from_text("07310001")
OTHER = qgdw3761.address_from_text("07310002")


class Transport:
    """What a Link needs of asyncio's transport."""

    def __init__(self):
        self.sent = b""
        self.unsent = 0
        self.closed = False

    def get_extra_info(self, name):
        return ("127.0.0.1", 40022)

    def write(self, data):
        self.sent += data

    def get_write_buffer_size(self):
        return self.unsent

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    abort = close


class Hall:
    """Remembers what it was told."""

    room = True

    def __init__(self):
        self.told = []

    def entered(self, link):
        return self.room

    def __getattr__(self, name):
        return lambda link, *texts: self.told.append((name, *texts))

    def names(self):
        return [told[0] for told in self.told]


def with_link(check, login_s=60, room=True, has_keys=False):
    """Run `check(link, transport, hall)`, a coroutine function, in a loop."""

    async def run():
        hall = Hall()
        hall.room = room
        link, transport = Link(hall, has_keys, login_s), Transport()
        link.connection_made(transport)
        await check(link, transport, hall)
        link.connection_lost(None)

    asyncio.run(run())


def link_frame(function, pfc=0, address=ADDRESS):
    return qgdw3761.encode(qgdw3761.link_frame(address, function, pfc))


LOGIN = link_frame(qgdw3761.LOGIN)


def answers(transport):
    """The 376.1 frames sent so far."""
    deframer = qgdw3761.Deframer()
    deframer.feed(transport.sent)
    return list(iter(deframer.next_frame, None))


def wrapped(apdu):
    return wrapper.encode(wrapper.Wrapper(1, 1, apdu))
