"""One connection of a peer that may be a DCU, or anything else."""

import asyncio
import random

import pytest

from hes_stub.errors import NoAnswer
from hes_stub.link import DAMAGED_MAX, PUSHES_MAX, UNSENT_MAX
from tests.hes.link_bench import ADDRESS, LOGIN, OTHER, answers, link_frame, with_link, wrapped
from wire import gateway, qgdw3761


def test_login_and_heartbeat_are_confirmed_with_address_and_sequence():
    async def check(link, transport, hall):
        link.data_received(LOGIN + link_frame(qgdw3761.HEARTBEAT, pfc=7))
        first, second = answers(transport)
        assert qgdw3761.is_confirmed(first) and qgdw3761.is_confirmed(second)
        assert qgdw3761.terminal_text(first) == link.terminal == "07310001"
        assert (first.seq & 15, second.seq & 15) == (0, 7)
        assert hall.names() == ["registered", "beaten"]

    with_link(check)


def test_the_published_login_frame_is_a_login():
    async def check(link, transport, hall):
        link.data_received(bytes.fromhex("6832003200 68C93107010000 0270 00000100 7516"))
        assert hall.names() == ["registered"]

    with_link(check)


def test_frames_come_in_any_pieces():
    async def check(link, transport, hall):
        for octet in LOGIN + link_frame(qgdw3761.HEARTBEAT):
            link.data_received(bytes([octet]))
        assert hall.names() == ["registered", "beaten"]

    with_link(check)


def test_a_repeated_login_is_answered_and_changes_nothing():
    async def check(link, transport, hall):
        link.data_received(LOGIN + LOGIN)
        assert len(answers(transport)) == 2 and hall.names() == ["registered"]

    with_link(check)


def test_a_second_terminal_on_the_same_connection_is_not_let_in():
    async def check(link, transport, hall):
        link.data_received(LOGIN + link_frame(qgdw3761.LOGIN, address=OTHER))
        assert len(answers(transport)) == 1 and link.terminal == "07310001"
        assert hall.names() == ["registered", "complained"]

    with_link(check)


def test_logout_is_confirmed_and_closes():
    async def check(link, transport, hall):
        link.data_received(LOGIN + link_frame(qgdw3761.LOGOUT))
        assert len(answers(transport)) == 2 and transport.closed

    with_link(check)


@pytest.mark.parametrize(
    "data", [link_frame(qgdw3761.HEARTBEAT), link_frame(qgdw3761.LOGOUT), wrapped(b"\x0f\x00")]
)
def test_nothing_but_a_login_is_heard_from_a_stranger(data):
    async def check(link, transport, hall):
        link.data_received(data)
        assert transport.sent == b"" and hall.names() == ["complained"] and not link.pushes

    with_link(check)


@pytest.mark.parametrize("area, number", [("0731", 0), ("0731", 0xFFFF), ("AB31", 1)])
def test_what_is_no_terminal_cannot_log_in(area, number):
    frame = qgdw3761.link_frame(ADDRESS, qgdw3761.LOGIN, 0)._replace(area=area, number=number)

    async def check(link, transport, hall):
        link.data_received(qgdw3761.encode(frame))
        assert transport.sent == b"" and hall.names() == ["complained"]

    with_link(check)


def test_a_peer_that_never_logs_in_is_closed():
    async def check(link, transport, hall):
        link.data_received(LOGIN[:5])
        await asyncio.sleep(0.05)
        assert transport.closed and "not logged in" in hall.told[0][1]

    with_link(check, login_s=0.01)


def test_a_peer_that_has_logged_in_in_time_stays():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        await asyncio.sleep(0.05)
        assert not transport.closed

    with_link(check, login_s=0.01)


def test_a_full_hall_closes_at_once():
    async def check(link, transport, hall):
        assert transport.closed

    with_link(check, room=False)


def test_garbage_is_said_once_and_then_closes():
    async def check(link, transport, hall):
        prng = random.Random(1)
        for _ in range(2 * DAMAGED_MAX):
            link.data_received(prng.randbytes(50) + LOGIN[:-1] + b"\x00" + LOGIN)
        assert transport.closed
        assert hall.names() == ["complained", "registered", "complained"]
        assert f"{DAMAGED_MAX} damaged" in hall.told[-1][1]

    with_link(check)


def test_a_frame_of_64_kb_is_damage_and_the_next_is_good():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        link.data_received(b"\x00\x01\x00\x01\x00\x01\xff\xff" + bytes(0xFFFF) + LOGIN)
        link.data_received(link_frame(qgdw3761.HEARTBEAT) * 2)
        assert not transport.closed and "beaten" in hall.names()

    with_link(check)


def test_a_peer_that_takes_nothing_is_closed():
    async def check(link, transport, hall):
        transport.unsent = UNSENT_MAX
        link.data_received(LOGIN)
        assert not transport.closed
        transport.unsent = UNSENT_MAX + 1
        link.data_received(link_frame(qgdw3761.HEARTBEAT))
        assert transport.closed

    with_link(check)


def test_answers_of_the_dcu_and_of_meters_do_not_mix():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        loop = asyncio.get_running_loop()
        own = loop.create_task(link.ask(b"\xc0\x01"))
        meters = [
            loop.create_task(link.ask_meter(network, b"17", 16, 1, b"\xc0\x02"))
            for network in (1, 2)
        ]
        await asyncio.sleep(0)
        for network in (2, 1):
            apdu = bytes([0xC4, network])
            answer = gateway.encode(gateway.Gateway(False, network, b"17", apdu))
            link.data_received(wrapped(answer))
        link.data_received(wrapped(b"\xc4\x09"))
        assert await own == b"\xc4\x09"
        assert [await meter for meter in meters] == [b"\xc4\x01", b"\xc4\x02"]
        link.data_received(wrapped(b"\xc4\x09"))
        assert "nobody waits" in hall.told[-1][1]

    with_link(check)


def test_a_lost_connection_ends_what_waits_on_it():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        asking = asyncio.get_running_loop().create_task(link.ask(b"\xc0\x01"))
        await asyncio.sleep(0)
        transport.close()
        link.connection_lost(None)
        for ask in (lambda: asking, lambda: link.ask(b"\xc0\x01")):
            with pytest.raises(NoAnswer, match="lost"):
                await ask()

    with_link(check)


def test_pushes_are_kept_up_to_the_limit():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        for _ in range(PUSHES_MAX + 1):
            link.data_received(wrapped(b"\x0f\x01"))
        assert len(link.pushes) == PUSHES_MAX and link.woken.is_set()

    with_link(check)


def test_a_ciphered_push_is_said_once_and_is_neither_damage_nor_an_answer():
    async def check(link, transport, hall):
        link.data_received(link_frame(qgdw3761.LOGIN))
        asked = asyncio.create_task(link.ask(b"\xc0\x01\xc1"))
        await asyncio.sleep(0)
        for _ in range(DAMAGED_MAX + 1):
            link.data_received(wrapped(b"\xdb\x08ODC\x00\x071\x00\x01\x05\x30\x00\x00\x00\x01"))
        assert not transport.closed and not asked.done()
        assert hall.names().count("complained") == 1 and "ciphered" in hall.told[-1][1]
        link.data_received(wrapped(b"\xc4\x01\xc1\x00\x00"))
        assert await asked == b"\xc4\x01\xc1\x00\x00"

    with_link(check)


@pytest.mark.parametrize("has_keys, tag", [(False, b"\xdb"), (True, b"\x0f")])
def test_a_push_of_the_other_kind_is_said_once_and_is_no_damage(has_keys, tag):
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        for _ in range(DAMAGED_MAX + 1):
            link.data_received(wrapped(tag + b"Geheim12"))
        assert not transport.closed and not link.pushes
        assert hall.names().count("complained") == 1 and "Geheim" not in hall.told[-1][1]

    with_link(check, has_keys=has_keys)


def test_what_is_ciphered_before_the_dcu_has_proved_itself_is_dropped_in_silence():
    async def check(link, transport, hall):
        link.data_received(LOGIN + DAMAGED_MAX * wrapped(b"\xdb\x08ODC"))
        assert not transport.closed and not link.pushes and hall.names() == ["registered"]
        link.open = lambda octets: b"\x0f" + octets
        link.data_received(wrapped(b"\xdb\x08ODC"))
        assert list(link.pushes) == [b"\x0f\xdb\x08ODC"]

    with_link(check, has_keys=True)


def test_an_errand_ends_in_time_or_with_the_connection():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        with pytest.raises(NoAnswer, match="busy"):
            await link.errand(None, 0.01)
        waiting = asyncio.create_task(link.errand(None, 60))
        await asyncio.sleep(0)
        transport.close()
        link.connection_lost(None)
        for errand in (lambda: waiting, lambda: link.errand(None, 60)):
            with pytest.raises(NoAnswer, match="lost"):
                await errand()

    with_link(check)


def test_who_waits_for_a_dcu_that_keeps_us_out_is_told_at_once_and_so_are_those_who_come_later():
    async def check(link, transport, hall):
        link.data_received(LOGIN)
        waiting = asyncio.create_task(link.errand(None, 60))
        await asyncio.sleep(0)
        link.keep_out("it has no keys")
        for errand in (waiting, link.errand(None, 60)):
            with pytest.raises(NoAnswer, match="does not let the HES in: it has no keys"):
                await errand
        assert not link.errands

    with_link(check)
