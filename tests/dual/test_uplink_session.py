"""What a registered HES, a broken one and a hostile one get over the link. In virtual time."""

from dcu.gdw_desk import REQUESTS_MAX
from dcu.session import BAD_PIECES_MAX
from hal import coop
from tests.dual.scripted_hes import (
    GET,
    PUSHED,
    answers,
    ask_and_see,
    frame_of_hes,
    run,
    seconds,
)
from wire import qgdw3761, wrapper

LOGIN = qgdw3761.LOGIN


def test_a_dlms_request_is_answered_to_the_port_that_asked():
    async def scene(bench):
        await seconds(1)
        assert bench.apdus == [PUSHED]
        bench.asks(GET, 16, 1)
        bench.asks(GET, 1, 2)
        await seconds(1)
        expected = [wrapper.Wrapper(1, 16, b"\xc4" + GET), wrapper.Wrapper(2, 1, b"\xc4" + GET)]
        assert answers(bench) == expected

    run(scene)


def test_what_is_not_to_be_answered_is_not():
    async def scene(bench):
        await seconds(1)
        bench.asks(b"\xc0silent")
        await seconds(1)
        assert answers(bench) == []
        await ask_and_see(bench)

    run(scene)


def test_requests_are_served_however_the_octets_arrive():
    async def scene(bench):
        await seconds(1)
        whole = wrapper.encode(wrapper.Wrapper(1, 1, GET)) * 2
        whole += qgdw3761.encode(frame_of_hes(0x0C))
        for at in range(len(whole)):
            bench.stream.says(whole[at : at + 1])
            await coop.sleep_ms(10)
        bench.stream.says(whole)
        await seconds(1)
        assert len(answers(bench)) == 4 and len(bench.frames) == 2

    run(scene)


def test_a_dlms_request_before_the_login_is_confirmed_is_dropped():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(1)
        bench.asks()
        bench.asks_meter(17)
        await seconds(1)
        assert bench.apdus == [] and bench.asked == [] and bench.stream.is_open
        bench.answers[LOGIN] = qgdw3761.confirmation
        await seconds(25)
        assert bench.uplink.state == "online" and answers(bench) == []
        await ask_and_see(bench)

    assert len(run(scene).heard("before the login")) == 2


def test_a_request_right_behind_the_confirmation_is_served():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(1)
        login = qgdw3761.link_frame(qgdw3761.address_from_text("07310001"), LOGIN, 1)
        bench.says_frame(qgdw3761.confirmation(login))
        bench.asks()
        await seconds(2)
        assert len(answers(bench)) == 1 and bench.uplink.state == "online"

    run(scene)


def damage(bench):
    """One damaged piece; the good frame behind it lets the next damage be one of its own."""
    bench.stream.says(b"\xaa")
    bench.says_frame(frame_of_hes(0x00, control=0x0B))


def before_login(bench):
    bench.asks()


def of_another_terminal(bench):
    bench.says_frame(frame_of_hes(0x0C, "07310002"))


def unknown_confirmation(bench):
    bench.says_frame(frame_of_hes(0x00, body=b"\x00\x00\x80\x00", control=0x0B))


def test_so_many_damaged_pieces_are_borne_and_one_more_ends_the_session():
    for kind in (damage, before_login, of_another_terminal, unknown_confirmation):

        async def scene(bench, kind=kind):
            if kind is before_login:
                bench.answers[LOGIN] = None
            await seconds(1)
            for _ in range(BAD_PIECES_MAX):
                kind(bench)
                await coop.sleep_ms(100)
            assert bench.stream.is_open and len(bench.dials) == 1, kind
            kind(bench)
            await coop.sleep_ms(100)
            assert not bench.stream.is_open, kind
            await seconds(3)
            assert len(bench.dials) == 2

        bench = run(scene)
        assert len(bench.heard("sent what is dropped")) == BAD_PIECES_MAX + 1
        assert len(bench.heard("too many damaged frames")) == 1


def test_a_frame_for_many_terminals_is_not_answered_and_is_no_damage():
    async def scene(bench):
        await seconds(1)
        for _ in range(BAD_PIECES_MAX + 1):
            bench.says_frame(frame_of_hes(0x0A, terminal="FFFFFFFF"))
        await ask_and_see(bench)
        assert bench.frames == []

    assert run(scene).heard("sent what is dropped") == []


def test_the_octets_of_damage_are_not_logged_for_a_password_may_be_among_them():
    async def scene(bench):
        await seconds(1)
        bench.stream.says(b"\xaa\x08correct horse")
        await seconds(2)

    (line,) = run(scene).heard("sent what is dropped")
    assert b"correct".hex() not in line and "correct" not in line


def test_damage_is_counted_for_each_session():
    async def scene(bench):
        for _ in range(3):
            await seconds(5)
            for _ in range(BAD_PIECES_MAX):
                damage(bench)
            await ask_and_see(bench)
            bench.stream.hangs_up()
        await seconds(5)
        assert bench.uplink.sessions == 4

    assert run(scene).heard("too many") == []


def test_a_line_of_log_about_damage_is_short():
    async def scene(bench):
        await seconds(1)
        bench.stream.says(b"\xaa" * 5_000)
        await seconds(1)

    (line,) = run(scene).heard("sent what is dropped")
    assert len(line) < 130


def test_a_wrapper_that_announces_64_kb_is_dropped_and_the_link_goes_on():
    async def scene(bench):
        await seconds(1)
        bench.stream.says(bytes.fromhex("0001 0001 0001 ffff") + bytes(0xFFFF))
        await seconds(1)
        assert bench.stream.is_open and answers(bench) == []
        await ask_and_see(bench)

    assert 0 < len(run(scene).heard("sent what is dropped")) <= 2


def test_the_longest_wrapper_is_taken_and_one_octet_more_is_damage():
    async def scene(bench):
        await seconds(1)
        bench.asks(b"\xc0silent" + bytes(wrapper.LENGTH_MAX - 7))
        await seconds(1)
        assert bench.said[1:] == []
        size = (wrapper.LENGTH_MAX + 1).to_bytes(2, "big")
        bench.stream.says(b"\x00\x01\x00\x01\x00\x01" + size + b"\xc0")
        await seconds(1)
        assert bench.heard("sent what is dropped") and bench.stream.is_open

    run(scene)


def test_a_request_that_this_version_does_not_know_is_denied():
    async def scene(bench):
        await seconds(1)
        for afn in (0x01, 0x04, 0x0A, 0x0C, 0x0D, 0x10, 0xFF):
            bench.says_frame(frame_of_hes(afn, seq=0x75))
            await seconds(1)
            denial = bench.frames.pop()
            assert (denial.afn, denial.seq, denial.control) == (0x00, 0x65, 0x89), afn
            assert qgdw3761.parse_confirmation(denial)[0] == qgdw3761.ALL_DENIED
            assert qgdw3761.terminal_text(denial) == "07310001" and denial.msa == 1
        assert bench.said[1:] == []

    run(scene)


def test_a_request_that_wants_no_answer_gets_none():
    async def scene(bench):
        await seconds(1)
        bench.says_frame(frame_of_hes(0x0C, control=0x44))  # send, no reply
        bench.says_frame(frame_of_hes(0x0C, control=0x0B))  # no request at all
        bench.says_frame(frame_of_hes(0x0C, "07310002"))
        bench.says_frame(frame_of_hes(0x0C, "0731FFFF"))
        await seconds(1)
        assert bench.frames == [] and bench.stream.is_open

    run(scene)


def test_an_echo_of_what_we_send_is_no_head_end():
    async def scene(bench):
        bench.answers[LOGIN] = lambda frame: frame
        await seconds(70)
        assert bench.uplink.sessions == 0 and len(bench.frames) <= 6

    run(scene)


def test_requests_of_376_1_are_served_in_their_order_beside_the_reading_and_few_wait():
    async def scene(bench):
        await seconds(1)
        gdw, ready, served = bench.uplink.faces.gdw, coop.Event(), []

        async def slowly(frame, send, has_called, is_secured):
            served.append((frame.seq & 15, has_called, is_secured))
            await ready.wait()
            await send(qgdw3761.confirmation(frame))

        gdw.serve = slowly
        for number in range(REQUESTS_MAX + 2):  # one is being served
            bench.says_frame(frame_of_hes(0x0C, seq=0x70 | number))
            await seconds(1)
        assert bench.frames == [] and len(bench.heard("requests of 376.1 at once")) == 1
        await ask_and_see(bench)
        ready.set()
        await seconds(1)
        assert [frame.seq & 15 for frame in bench.frames] == list(range(REQUESTS_MAX + 1))
        assert served == [(number, False, False) for number in range(REQUESTS_MAX + 1)]

    run(scene)


def test_before_the_login_is_confirmed_nothing_is_served():
    async def scene(bench):
        bench.answers[LOGIN] = None
        await seconds(1)
        bench.uplink.faces.gdw.serve = None
        bench.says_frame(frame_of_hes(0x0C))
        await seconds(1)
        (denial,) = bench.frames
        assert qgdw3761.parse_confirmation(denial)[0] == qgdw3761.ALL_DENIED

    run(scene)


def test_a_frame_that_is_dropped_is_not_answered():
    async def scene(bench):
        await seconds(1)
        bench.uplink.faces.gdw.is_taken = lambda frame: False
        bench.says_frame(frame_of_hes(0x0C))
        await seconds(1)
        assert bench.frames == []

    run(scene)


def test_link_frames_have_the_clock_and_the_address_that_are_set():
    async def scene(bench):
        bench.uplink.faces.gdw.clock_octets = lambda: bytes.fromhex("30051922f126")
        await seconds(400)
        login, beat = [parsed(octets) for octets in bench.link_frames[:2]]
        assert (login.msa, beat.msa) == (5, 5)
        assert qgdw3761.parse_link(login).clock is None
        assert qgdw3761.parse_link(beat).clock == ((2026, 11, 22, 19, 5, 30), 7)

    run(scene, [("gdw.msa", "5")])


def parsed(octets):
    deframer = qgdw3761.Deframer()
    deframer.feed(octets)
    return deframer.next_frame()
