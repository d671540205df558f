"""Waiting for a descriptor, with a limit and without: on a real socket."""

import socket

from hal import coop
from hal.clock import Clock

LIMIT_MS = 5_000


class Echo:
    """A datagram socket that hears itself; it is always writable."""

    def __init__(self):
        for port in range(18_000, 18_500):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.setblocking(False)
            self._address = socket.getaddrinfo("127.0.0.1", port, 0, socket.SOCK_DGRAM)[0][-1]
            try:
                self.socket.bind(self._address)
                return
            except OSError:
                self.socket.close()
        raise AssertionError("no free port")

    def say(self):
        self.socket.sendto(b"x", self._address)

    def hear(self):
        self.socket.recv(10)


def with_echo(check):
    async def main():
        echo = Echo()
        try:
            await check(echo, echo.socket)
        finally:
            coop.release(echo.socket)
            echo.socket.close()

    coop.run(main())


def test_nothing_to_read_is_known_after_the_limit_and_not_before():
    async def check(echo, file):
        clock = Clock()
        for limit_ms in (0, 30):
            began_ms = clock.ticks_ms()
            assert await coop.readable(file, limit_ms) is False
            assert limit_ms - 1 <= clock.ticks_ms() - began_ms < limit_ms + 500

    with_echo(check)


def test_something_to_read_is_known_at_once_whatever_the_limit():
    async def check(echo, file):
        echo.say()
        for limit_ms in (0, 30, LIMIT_MS, None):
            assert await coop.readable(file, limit_ms) is True
        assert await coop.writable(file, 0) is True
        assert await coop.writable(file, None) is True

    with_echo(check)


def test_what_comes_later_wakes_who_waits():
    async def check(echo, file):
        for limit_ms in (LIMIT_MS, None):
            waiting = coop.spawn(coop.readable(file, limit_ms))
            await coop.sleep_ms(5)
            assert not waiting.done()
            echo.say()
            assert await coop.within_ms(LIMIT_MS, waiting) is True
            echo.hear()

    with_echo(check)


def test_the_limit_of_one_wait_is_not_that_of_the_next():
    async def check(echo, file):
        for _ in range(20):
            assert await coop.readable(file, 1) is False
        waiting = coop.spawn(coop.readable(file, LIMIT_MS))
        await coop.sleep_ms(30)
        assert not waiting.done()
        echo.say()
        assert await waiting is True

    with_echo(check)


def test_a_wait_that_is_cancelled_can_be_begun_again():
    async def check(echo, file):
        for limit_ms in (LIMIT_MS, None):
            waiting = coop.spawn(coop.readable(file, limit_ms))
            await coop.sleep_ms(2)
            await coop.stop(waiting)
            assert await coop.readable(file, 0) is False

    with_echo(check)


def test_a_wait_cancelled_at_the_moment_it_would_wake_is_cancelled():
    async def check(echo, file):
        notes = []

        async def wait(limit_ms):
            try:
                await coop.readable(file, limit_ms)
                notes.append("woken")
                await coop.sleep_ms(LIMIT_MS)
            except coop.Cancelled:
                notes.append("cancelled")
                raise

        for limit_ms in (LIMIT_MS, None):
            waiting = coop.spawn(wait(limit_ms))
            await coop.sleep_ms(2)
            echo.say()
            waiting.cancel()
            await coop.sleep_ms(2)
            assert waiting.done() and notes.pop() == "cancelled"
            echo.hear()

    with_echo(check)


def test_a_limit_around_a_wait_holds():
    async def check(echo, file):
        for limit_ms in (LIMIT_MS, None):
            try:
                await coop.within_ms(10, coop.readable(file, limit_ms))
                raise AssertionError("not expired")
            except coop.Expired:
                pass
            assert await coop.readable(file, 0) is False

    with_echo(check)


def test_giving_up_reading_leaves_who_waits_to_write_alone_and_the_other_way_round():
    """Stock MicroPython forgets both. With one descriptor twice ready it would not show: the
    queue itself is asked who still waits."""

    async def check(echo, file):
        near, far = full_pair()
        writing = coop.spawn(coop.writable(near, None))
        for limit_ms in (LIMIT_MS, None):
            reading = coop.spawn(coop.readable(near, limit_ms))
            await coop.sleep_ms(2)
            await coop.stop(reading)
        assert await coop.readable(near, 2) is False
        assert not writing.done()
        drain(far)
        assert await coop.within_ms(LIMIT_MS, writing) is True
        near.close()
        far.close()

    with_echo(check)


def full_pair():
    """Two connected sockets; the first takes no more octets."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(1, 2, 1)
    address = socket.getaddrinfo("127.0.0.1", 18_900, 0, socket.SOCK_STREAM)[0][-1]
    listener.bind(address)
    listener.listen(1)
    near = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    near.connect(address)
    far = listener.accept()[0]
    listener.close()
    for end in (near, far):
        end.setblocking(False)
    empty_rounds = 0
    while empty_rounds < 3:
        try:
            near.send(bytes(65536))
            empty_rounds = 0
        except OSError:
            empty_rounds += 1
    return near, far


def drain(far):
    try:
        while far.recv(65536):
            pass
    except OSError:
        pass


def test_releasing_a_descriptor_wakes_all_who_wait_for_it():
    async def check(echo, file):
        near, far = full_pair()
        waiting = [
            coop.spawn(coop.writable(near, None)),
            coop.spawn(coop.readable(near, LIMIT_MS)),
        ]
        await coop.sleep_ms(2)
        coop.release(near)
        near.close()
        assert await coop.within_ms(LIMIT_MS, coop.gather(*waiting)) == [True, True]
        coop.release(far)
        far.close()

    with_echo(check)


def test_two_readers_of_one_descriptor_are_a_mistake_of_ours():
    async def check(echo, file):
        for limit_ms in (LIMIT_MS, None):
            first = coop.spawn(coop.readable(file, None))
            await coop.sleep_ms(2)
            try:
                await coop.readable(file, limit_ms)
                raise RuntimeError("two readers")
            except AssertionError:
                pass
            echo.say()
            assert await coop.within_ms(LIMIT_MS, first) is True
            echo.hear()

    with_echo(check)
