"""What every serial port has to stand: no test, but what the tests run.

A check gets the port, at 9600 bit/s 8N1 with a tests.contract.parrot at its far end, and a clock.
"""

from hal import coop
from hal.errors import PortError
from tests.contract.net_helpers import failure

LIMIT_MS = 3_000
SLACK_MS = 400  # how much later than it should the machine may be that runs the tests


async def read_all(port, size):
    found = b""
    while len(found) < size:
        data = await port.read(size - len(found), LIMIT_MS)
        assert data, "silent after %r" % found
        found += data
    return found


async def a_read_gives_what_has_come_and_never_more_than_asked_for(port, clock):
    await port.write(b"echo abcde\n")
    assert await port.read(2, LIMIT_MS) == b"ab"
    assert await read_all(port, 3) == b"cde"


async def a_read_ends_with_the_first_octets_and_waits_for_no_more(port, clock):
    await port.write(b"pieces xyz\n")
    began_ms = clock.ticks_ms()
    first = await port.read(100, LIMIT_MS)
    assert 0 < len(first) <= 3 and clock.ticks_ms() - began_ms < LIMIT_MS
    assert first + await read_all(port, 3 - len(first)) == b"xyz"


async def silence_gives_nothing_after_the_time_limit(port, clock):
    began_ms = clock.ticks_ms()
    assert await port.read(10, 40) == b""
    assert 39 <= clock.ticks_ms() - began_ms <= 40 + SLACK_MS
    assert await port.read(10, 0) == b""
    assert await port.read(10, 0) == b""


async def a_read_without_patience_gives_what_has_come(port, clock):
    await port.write(b"echo there\n")
    await coop.sleep_ms(50)
    assert await port.read(100, 0) == b"there"


async def a_write_ends_when_the_last_bit_has_left(port, clock):
    await port.write(b"quiet 96\n")
    began_ms = clock.ticks_ms()
    await port.write(bytes(96))
    assert 100 <= clock.ticks_ms() - began_ms <= 100 + SLACK_MS  # 960 bits at 9600 bit/s


async def a_read_that_gives_up_or_is_cancelled_loses_nothing(port, clock):
    reading = coop.spawn(port.read(10, LIMIT_MS))
    await coop.sleep_ms(5)
    await coop.stop(reading)
    await port.write(b"late kept\n")
    assert await port.read(10, 5) == b""
    assert await read_all(port, 4) == b"kept"


async def other_tasks_run_while_the_port_writes_and_reads(port, clock):
    turns = []

    async def count():
        while True:
            await coop.sleep_ms(2)
            turns.append(clock.ticks_ms())

    counting = coop.spawn(count())
    await port.write(b"quiet 48\n")
    await port.write(bytes(48))
    await port.read(10, 50)
    await coop.stop(counting)
    gaps = [later - earlier for earlier, later in zip(turns, turns[1:])]
    assert len(turns) > 10 and max(gaps) <= 20 + SLACK_MS, (len(turns), max(gaps))


async def much_comes_whole_and_in_order(port, clock):
    await port.write(b"flood 2000\n")
    assert await read_all(port, 2000) == b"f" * 2000
    await port.write(b"echo on\n")
    assert await read_all(port, 2) == b"on"


async def much_goes_whole_and_in_order(port, clock):
    await port.write(b"quiet 700\n")
    await port.write(bytes(700))
    await port.write(b"echo on\n")
    assert await read_all(port, 2) == b"on"


async def nothing_is_written_for_nothing(port, clock):
    await port.write(b"")
    assert await port.read(10, 5) == b""


# What any port stands, also one that many devices share and that cannot be set.
EVERY_PORT = (
    a_read_gives_what_has_come_and_never_more_than_asked_for,
    a_read_ends_with_the_first_octets_and_waits_for_no_more,
    silence_gives_nothing_after_the_time_limit,
    a_read_without_patience_gives_what_has_come,
    a_write_ends_when_the_last_bit_has_left,
    a_read_that_gives_up_or_is_cancelled_loses_nothing,
    other_tasks_run_while_the_port_writes_and_reads,
    much_comes_whole_and_in_order,
    much_goes_whole_and_in_order,
)


async def the_speed_can_be_changed(port, clock):
    port.settings(38400, "E")
    await port.write(b"quiet 96\n")
    began_ms = clock.ticks_ms()
    await port.write(bytes(96))
    assert 27 <= clock.ticks_ms() - began_ms <= 27 + SLACK_MS  # 96 * 11 bits
    port.settings(300, "E", 7)
    began_ms = clock.ticks_ms()
    await port.write(b"echo x\n")
    assert 233 <= clock.ticks_ms() - began_ms <= 233 + SLACK_MS  # 7 * 10 bits
    assert await read_all(port, 1) == b"x"
    port.settings(9600, "N")


async def a_line_that_hangs_up_is_a_failure_of_the_port(port, clock):
    await port.write(b"echo last\n")
    assert await read_all(port, 4) == b"last"
    reading = coop.spawn(failure(port.read(10, LIMIT_MS)))
    texts = []
    try:
        await port.write(b"hang up\n")
    except PortError as error:
        texts.append(str(error))  # it was quicker than the time on the wire
    texts.append(await reading)
    texts.append(await failure(port.read(10, LIMIT_MS)))
    texts.append(await failure(port.write(b"x")))
    for text in texts:
        assert "/dev/pts/" in text and ("gone" in text or "hung up" in text), text


async def closing_wakes_our_own_reader_and_a_closed_port_stays_closed(port, clock):
    reading = coop.spawn(failure(port.read(10, 3_600_000)))
    await coop.sleep_ms(5)
    port.close()
    texts = [await reading, await failure(port.read(1, 10)), await failure(port.write(b"x"))]
    for text in texts:
        assert text.endswith(": closed"), texts
    port.close()


# What a port of its own stands besides.
REAL_PORT = EVERY_PORT + (
    nothing_is_written_for_nothing,
    the_speed_can_be_changed,
    a_line_that_hangs_up_is_a_failure_of_the_port,
    closing_wakes_our_own_reader_and_a_closed_port_stays_closed,
)
