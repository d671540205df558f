"""TLS over any stream: who is let through, and who is not. The same on both interpreters."""

from hal import tls
from hal.errors import NotAuthenticated, PortError
from tests.contract.tls_helpers import (
    LIMIT_MS,
    NOW_S,
    Meeting,
    context,
    met,
    pipe,
    refused,
)
from tests.virtual import run_virtual


def is_refused(text, **arguments):
    """The client refuses the server, and says why."""
    meeting = refused(**arguments)
    assert meeting.near is None and issubclass(meeting.kinds[0], NotAuthenticated)
    assert "hes:5020: " in meeting.trouble[0] and text in meeting.trouble[0].lower(), (
        meeting.trouble
    )
    assert not [end for end in meeting.ends if end.is_open]
    return meeting


def test_who_has_the_name_and_is_signed_by_the_ca_is_let_through():
    async def check(meeting):
        await meeting.near.write(b"from the client")
        assert await meeting.far.read(100, LIMIT_MS) == b"from the client"
        await meeting.far.write(b"from the server")
        assert await meeting.near.read(100, LIMIT_MS) == b"from the server"
        assert meeting.near.version() in ("TLSv1.2", "TLSv1.3")
        assert meeting.near.peer == "hes:5020"
        assert b"from the" not in meeting.ends[0].inbox + meeting.ends[1].inbox

    for name in ("hes.example", "HES.example", "127.0.0.1"):
        met(check, name=name)
    met(check, client=context("both-ca"))
    met(check, client=context("itself"), server=context("", "itself"))


def test_nothing_that_is_written_can_be_read_on_the_line():
    async def check(meeting):
        await meeting.near.write(b"12345678" * 10)
        assert b"12345678" not in meeting.ends[1].inbox and len(meeting.ends[1].inbox) > 80

    met(check)


def test_who_is_signed_by_another_ca_is_refused():
    is_refused("", server=context("", "foreign"))
    is_refused("", client=context("other-ca"))
    is_refused("", server=context("", "itself"))
    is_refused("", server=context("", "below"))  # what is between the two was not sent


def test_who_goes_before_he_hears_that_he_is_refused_is_refused():
    meeting = Meeting(server=context("", "foreign"))
    meeting.ends[1].goes_after_writing = True
    run_virtual(meeting.shake())
    assert meeting.near is None and meeting.kinds[0] is NotAuthenticated, meeting.trouble


def test_an_octet_that_is_changed_on_the_way_breaks_nothing_and_gives_out_nothing_wrong():
    client, server = context("ca", "dcu"), context("ca", "hes")
    for which in (0, 1):
        for spoils in range(0, 1_100, 19):
            meeting = Meeting(client, server)
            meeting.ends[which].spoils = spoils

            async def main(meeting=meeting):
                await meeting.shake(1_000)
                if meeting.near and meeting.far:  # the version in the head of a record, say
                    try:
                        await meeting.near.write(b"good")
                        assert await meeting.far.read(4, 1_000) in (b"good", b"")
                    except (PortError, NotAuthenticated):
                        pass
                await meeting.close()

            run_virtual(main())
            for kind in meeting.kinds:
                assert kind in (None, PortError, NotAuthenticated), (which, spoils, kind)


def test_who_has_another_name_is_refused():
    is_refused("match", server=context("", "elsewhere"))
    is_refused("match", name="hes.example.org")
    is_refused("match", name="127.0.0.2")
    is_refused("match", name="example")


def test_what_is_no_name_is_in_no_certificate():
    for name in (".example", "hes..example", "x" * 300, " ", ""):
        meeting = refused(name=name)
        assert meeting.near is None and issubclass(meeting.kinds[0], NotAuthenticated), name
        assert not meeting.ends[0].is_open


def test_a_certificate_of_another_time_is_refused_by_the_clock_of_the_dcu():
    is_refused("expired", server=context("", "expired"))
    for now_s in (NOW_S, None):
        if now_s:
            meeting = is_refused("", server=context("", "future"), now_s=now_s)
            assert "future" in meeting.trouble[0] or "not valid before" in meeting.trouble[0]
    is_refused("a certificate has expired, on 2100-01-01", now_s=4_200_000_000)
    is_refused("not valid before 2000-01-01", now_s=100)


def until_let_through(most, **arguments):
    """How many connections it takes with the same contexts; MicroPython needs a second one when
    the clock of the machine does not like the dates. At most `most`."""
    for number in range(1, most + 1):
        meeting = refused(**arguments)
        if meeting.near:
            assert meeting.far, meeting.trouble
            return number
        assert meeting.kinds[0] is tls.Again, meeting.trouble
    raise AssertionError(meeting.trouble)


def test_whose_dates_are_right_by_the_clock_of_the_dcu_is_let_through_whatever_the_machine_says():
    expired, future = context("", "expired"), context("", "future")
    until_let_through(2, client=context(), server=expired, now_s=950_000_000)
    until_let_through(2, client=context(), server=future, now_s=4_080_000_000)


def test_without_a_clock_the_dates_are_left_out_and_nothing_else():
    until_let_through(2, client=context(), server=context("", "expired"), now_s=None)
    is_refused("", server=context("", "foreign"), now_s=None)
    is_refused("match", server=context("", "elsewhere"), now_s=None)


def test_who_was_let_off_for_his_dates_lets_nobody_else_through():
    client = context()
    refused(client=client, server=context("", "expired"), now_s=None)
    for other in ("foreign", "itself", "elsewhere"):
        assert refused(client=client, server=context("", other), now_s=None).near is None
        refused(client=client, server=context("", "expired"), now_s=None)
    refused(client=client, server=context("", "expired"), now_s=None)
    client = context()
    refused(client=client, server=context("", "expired"), now_s=None)
    second = refused(client=client, server=context("", "expired"), now_s=None, name="127.0.0.2")
    assert second.near is None, "the name was right for another one"


def test_a_server_with_a_ca_lets_in_who_has_a_certificate_of_it():
    async def check(meeting):
        await meeting.near.write(b"it is me")
        assert await meeting.far.read(100, LIMIT_MS) == b"it is me"

    met(check, client=context("ca", "dcu"), server=context("ca", "hes"))


def test_a_server_with_a_ca_refuses_who_has_none_or_another():
    for mine in ("", "dcu-foreign", "itself", "dcu-expired"):
        meeting = refused(client=context("ca", mine), server=context("ca", "hes"))
        assert meeting.far is None and issubclass(meeting.kinds[1], NotAuthenticated), mine
        assert "10.0.0.9:50000: " in meeting.trouble[1]


def test_the_client_hears_that_its_certificate_was_not_taken():
    for mine in ("", "dcu-foreign"):
        meeting = Meeting(context("ca", mine), context("ca", "hes"))

        async def main(meeting=meeting):
            await meeting.shake()
            if meeting.near:  # TLS 1.3: the client has ended the handshake before it is judged
                try:
                    await meeting.near.read(1, LIMIT_MS)
                except NotAuthenticated as error:
                    meeting.trouble[0], meeting.kinds[0] = str(error), NotAuthenticated
            await meeting.close()

        run_virtual(main())
        assert meeting.kinds[0] is NotAuthenticated, meeting.trouble
        assert "alert" in meeting.trouble[0], meeting.trouble


def test_who_does_not_speak_tls_is_refused():
    for octets in (
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        bytes(50),
        b"\x16\x03\x03\x00\x06\x68\x00\x00\x02hi",
    ):
        near, far = pipe()

        async def main(near=near, far=far, octets=octets):
            await far.write(octets)
            try:
                await tls.connect(near, context(), "hes.example", LIMIT_MS, NOW_S)
            except NotAuthenticated as error:
                return str(error)

        assert "hes:5020: TLS handshake failed: " in run_virtual(main()), octets
        assert not near.is_open


def test_a_server_refuses_who_does_not_speak_tls():
    near, far = pipe()

    async def main():
        await near.write(bytes.fromhex("6832003200") * 4)
        try:
            await tls.accept(far, context("ca", "hes"), LIMIT_MS, NOW_S)
        except NotAuthenticated as error:
            return str(error)

    assert "10.0.0.9:50000: TLS handshake failed: " in run_virtual(main())
    assert not far.is_open


def test_who_is_silent_in_the_handshake_is_given_up():
    for is_server in (False, True):
        near, far = pipe()

        async def main(near=near, far=far, is_server=is_server):
            try:
                if is_server:
                    await tls.accept(far, context("ca", "hes"), 4_000, NOW_S)
                else:
                    await tls.connect(near, context(), "hes.example", 4_000, NOW_S)
            except PortError as error:
                return str(error)

        assert "no TLS handshake within 4000 ms" in run_virtual(main())
        assert not (far if is_server else near).is_open


def test_a_handshake_that_is_cut_anywhere_is_a_failure_and_lets_nothing_through():
    client, server = context(), context("", "hes")
    lengths = []

    async def measure(meeting):
        lengths.extend([end.passed for end in meeting.ends])

    met(measure, client=client, server=server)
    for which, length in enumerate(lengths):  # a signature is some octets longer or shorter
        for carries in list(range(0, 8)) + list(range(8, length - 8, 7)):
            meeting = Meeting(client, server)
            meeting.ends[which].carries = carries

            async def main(meeting=meeting):
                await meeting.shake(2_000)
                if meeting.near and meeting.far:  # the server's tickets, after the handshake
                    await meeting.far.write(b"answer")
                    assert await meeting.near.read(6, LIMIT_MS) == b""
                await meeting.close()

            try:
                run_virtual(main())
            except PortError as error:
                assert "closed" in str(error)
            kinds = [kind for kind in meeting.kinds if kind]
            assert not [kind for kind in kinds if kind not in (PortError, NotAuthenticated)]
