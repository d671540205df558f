"""The DCU as a DLMS server on its local port: what a tool gets there, in virtual time."""

from hal import coop
from tests.dual.cosem_peer import DENIED, ENERGY, MANAGEMENT, MARK, PROFILE, ROWS
from tests.dual.local_bench import FOUR, ONE, TWO, frames_in, run
from wire import apdu, axdr, dialogue, hdlc, initiate
from wire.credentials import Credentials
from wire.dialogue import AccessRefused
from wire.dialogue_blocks import in_blocks
from wire.hdlc_link import READY

NOTIFICATION = b"\x0f\x00\x00\x00\x01\x00\x02\x00"
WH = 123456


def snrm_to(destination, source=b"\x21"):
    return hdlc.encode(hdlc.Frame(destination, source, hdlc.SNRM, b"", False))


async def refused(tool):
    """What the server says to a GET that it does not answer."""
    try:
        await tool.do(dialogue.get(ENERGY))
    except AccessRefused as error:
        return error.exception


def test_a_tool_is_served_at_each_of_our_addresses():
    async def scene(bench):
        for address in (ONE, TWO, FOUR):
            tool = bench.tool(address)
            await tool.open()
            assert await tool.do(dialogue.get(ENERGY)) == WH
            assert await tool.say(tool.link.disconnect()) == ("disconnected",)
        assert bench.said == ["client 16 connected", "client 16 disconnected"] * 3

    run(scene)


def test_nobody_else_s_address_and_no_broadcast_is_answered():
    others = [(1, 18, 2), (2, 17, 2), (1, 18, 4), (0, 2, 1), (0, 17, 1), (0, 127, 1), (0, 0, 1)]
    others += [(127, 127, 2), (1, 127, 2), (1, 16383, 4), (16383, 16383, 4)]

    async def scene(bench):
        for logical, physical, octets in others:
            address = hdlc.server_address(logical, physical, octets)
            assert await bench.heard(snrm_to(address)) == b"", (logical, physical)
        assert await bench.heard(snrm_to(TWO)) != b""

    run(scene)


def test_a_client_without_a_sap_is_not_answered():
    async def scene(bench):
        assert await bench.heard(snrm_to(TWO, source=b"\x02\x03")) == b""
        assert await bench.heard(snrm_to(TWO, source=b"\x03")) != b""

    run(scene)


def test_long_frames_and_windows_go_both_ways():
    counts = []
    for max_info, window in ((64, 1), (128, 3), (512, 7), (2030, 7)):

        async def scene(bench, max_info=max_info, window=window):
            tool = bench.tool(TWO, MANAGEMENT, max_info, window)
            await tool.open()
            assert tool.link.agreed.info_transmit == max_info
            assert tool.link.agreed.window_receive == window
            before = tool.frames
            assert await tool.do(dialogue.get(PROFILE)) == ROWS
            counts.append(tool.frames - before)
            await tool.do(dialogue.set_(MARK, axdr.octets(bytes(range(256)) * 5)))
            assert bench.objects.mark == bytes(range(256)) * 5

        run(scene)
    assert counts[0] > counts[1] > counts[2] > counts[3] == 1


def test_general_blocks_go_one_by_one():
    async def scene(bench):
        tool = bench.tool()
        proposed = initiate.CONFORMANCE | initiate.GENERAL_BLOCK
        assert await tool.say(tool.link.connect()) == ("connected",)
        talk = dialogue.associate_as(Credentials(), conformance=proposed, max_pdu=200)
        agreed = await tool.do(talk)
        assert agreed.conformance & initiate.GENERAL_BLOCK
        talk = in_blocks(dialogue.get(PROFILE), agreed.max_pdu, 3, True)
        assert await tool.do(talk) == ROWS

    run(scene)


def test_who_opens_a_link_must_associate_and_who_opens_it_anew_again():
    async def scene(bench):
        tool = bench.tool()
        assert await tool.say(tool.link.connect()) == ("connected",)
        not_associated = apdu.ExceptionResponse(apdu.NOT_ALLOWED, apdu.NOT_POSSIBLE, None)
        assert (await refused(tool))[:2] == not_associated[:2]
        await tool.open()
        assert await tool.do(dialogue.get(ENERGY)) == WH
        assert await tool.say(tool.link.connect()) == ("connected",)
        assert (await refused(tool))[:2] == not_associated[:2]

    run(scene)


def test_two_clients_are_never_mixed_up():
    async def scene(bench):
        public, manager = bench.tool(TWO), bench.tool(ONE, MANAGEMENT)
        await public.open()
        await manager.open()
        await manager.do(dialogue.set_(MARK, axdr.u32(1)))
        try:
            await public.do(dialogue.set_(MARK, axdr.u32(2)))
        except AccessRefused as error:
            assert error.result == DENIED
        assert bench.objects.mark == 1
        usurper = bench.tool(TWO, MANAGEMENT)
        assert await usurper.say(usurper.link.connect()) == ("connected",)
        assert await refused(usurper) is not None
        assert await public.say(public.link.send(b"\xc0")) == ("disconnected",)
        await manager.do(dialogue.set_(MARK, axdr.u32(3)))
        assert bench.objects.mark == 3

    run(scene)


def test_what_has_no_answer_leaves_the_link_open():
    async def scene(bench):
        tool = bench.tool()
        await tool.open()
        assert await tool.say(tool.link.send(NOTIFICATION)) is None
        (answer,) = frames_in(await bench.heard(tool.link.repeat()))
        assert hdlc.kind(answer.control) == hdlc.RR
        tool.link.state = READY
        assert await tool.do(dialogue.get(ENERGY)) == WH

    run(scene)


def test_a_tool_that_is_silent_for_two_minutes_has_no_link_any_more():
    async def scene(bench):
        tool = bench.tool()
        await tool.open()
        await coop.sleep_ms(119_000)
        assert await tool.do(dialogue.get(ENERGY)) == WH
        await coop.sleep_ms(120_000)
        assert await tool.say(tool.link.send(b"\xc0\x01")) == ("disconnected",)
        assert bench.part.longest_ms <= 1_100

    run(scene)


def test_the_echo_of_an_optical_head_is_not_taken_for_a_client():
    async def scene(bench):
        for address in (ONE, TWO):
            tool = bench.tool(address, MANAGEMENT, 128, 3)
            await tool.open()
            assert await tool.do(dialogue.get(PROFILE)) == ROWS
            assert await tool.do(dialogue.get(ENERGY)) == WH
        assert bench.said == ["client 1 connected"] * 2

    run(scene, echoes=True)


def test_noise_costs_no_frame_that_comes_after_it():
    async def scene(bench):
        snrm = snrm_to(TWO)
        noise = (b"\x00\xff", b"/?!\r\n", b"\x7e\x7e\x7e", snrm[:-1] + b"\x00", b"\x7e\xa0")
        for each in noise:
            (answer,) = frames_in(await bench.heard(each + snrm))
            assert answer.control == hdlc.UA, each

    run(scene)


def test_a_frame_may_come_in_pieces_but_not_after_a_silence():
    async def scene(bench):
        snrm = snrm_to(TWO)
        assert frames_in(await bench.heard(snrm[:4], snrm[4:]))[0].control == hdlc.UA
        assert await bench.heard(snrm[:4]) == b""
        await coop.sleep_ms(100)
        assert await bench.heard(snrm[4:]) == b""
        assert frames_in(await bench.heard(snrm))[0].control == hdlc.UA

    run(scene)


def test_a_lost_port_is_opened_again_at_growing_intervals_and_said_once():
    async def scene(bench):
        await bench.tool().open()
        bench.refuses = True
        bench.ports[-1].hangs_up()
        await coop.sleep_ms(60_000)
        tries = bench.opened_ms[1:]
        pauses = [later - earlier for earlier, later in zip(tries, tries[1:])]
        assert 4 <= len(tries) <= 6 and pauses == sorted(pauses) and pauses[-1] > 10_000
        assert [is_lost for is_lost, _ in bench.reports] == [True]
        assert bench.station.trouble and bench.ports[0].is_closed
        bench.refuses = False
        await coop.sleep_ms(60_000)
        assert [is_lost for is_lost, _ in bench.reports] == [True, False]
        assert bench.station.trouble is None
        await bench.tool().open()
        bench.ports[-1].hangs_up()
        await coop.sleep_ms(3_000)
        assert len(bench.ports) == 3  # it had worked: the pauses begin anew
        assert bench.part.longest_ms <= 1_100

    run(scene)


def test_a_port_that_is_lost_in_an_answer_is_opened_again():
    async def scene(bench):
        bench.ports[0].says(snrm_to(TWO))
        bench.ports[0].is_open = False
        await coop.sleep_ms(5_000)
        assert len(bench.ports) == 2
        await bench.tool().open()

    run(scene)


def test_its_state_is_told():
    async def scene(bench):
        state = bench.station.status()
        assert (state["open"], state["trouble"], state["clients"]) == (True, None, 0)
        await bench.tool().open()
        assert bench.station.status()["clients"] == 1
        bench.refuses = True
        bench.ports[-1].hangs_up()
        await coop.sleep_ms(5_000)
        state = bench.station.status()
        assert (state["open"], state["losses"]) == (False, 1) and "closed" in state["trouble"]

    run(scene)
