"""How the command line finds the running DCU, by real sockets: boards/console_file.py."""

import json

from boards import console_file
from dcu.console import Console
from dcu.exit_codes import GOOD
from hal import coop, net
from hal.errors import NoReply, PortError, WireError
from tests.disk import Disk
from tests.kept import refusal

TOKEN = "0123456789abcdef"


def ask(handler, timeout_ms=2_000):
    """(what `ask` gives or raises, what it was told meanwhile) with `handler` on the port."""
    told = []

    async def main():
        files = Disk()
        server = await net.serve(handler, console_file.HOST, 0)
        console_file.write(files, server.port, TOKEN)
        try:
            return await console_file.ask(files, "status", [], told.append, timeout_ms)
        except (NoReply, PortError, WireError) as error:
            return error
        finally:
            await server.close()

    return coop.run(main()), told


def says(*lines):
    """A handler that hears the request, says `lines` and hangs up."""

    async def handler(stream):
        await stream.read(4096, 1_000)
        for line in lines:
            await stream.write(line + b"\n")

    return handler


def test_the_answer_comes_after_what_is_said_meanwhile():
    lines = [json.dumps(line).encode() for line in ({"say": "a"}, {"say": {"b": 1}})]
    result = json.dumps({"exit": 3, "result": ["x"]}).encode()
    assert ask(says(*(lines + [result]))) == ((3, ["x"]), ["a", {"b": 1}])
    assert ask(says(b'{"exit": 1, "error": "no"}')) == ((1, "no"), [])


def test_the_request_names_the_verb_and_carries_the_token():
    heard = []

    async def handler(stream):
        heard.append(json.loads((await stream.read(4096, 1_000)).decode()))
        await stream.write(b'{"exit": 0, "result": null}\n')

    assert ask(handler) == ((GOOD, None), [])
    assert heard == [{"token": TOKEN, "verb": "status", "args": []}]


def test_without_its_file_or_with_nobody_on_the_port_no_dcu_is_running():
    async def main():
        files = Disk()
        assert await console_file.ask(files, "status", [], print, 100) is None
        server = await net.serve(says(), console_file.HOST, 0)
        await server.close()
        console_file.write(files, server.port, TOKEN)
        assert await console_file.ask(files, "status", [], print, 100) is None

    coop.run(main())


def test_a_damaged_file_is_not_taken_for_no_running_dcu():
    good = b"1 token disk\n"
    for text in (b"", b"x y disk\n", b"1\n", b"0 2 disk\n", b"65536 2 disk\n", b"\xff", good[:-6]):
        files = Disk([("console", text)])
        told = refusal(console_file.read, files)
        assert "disk/console is damaged" in told, text
    assert console_file.read(Disk([("console", good)])) == (1, "token")


def test_the_file_in_a_copy_of_the_folder_leads_nowhere():
    files = Disk()
    console_file.write(files, 4059, TOKEN)
    assert console_file.read(files) == (4059, TOKEN)
    copy = Disk(files.contents())
    copy.folder = "another disk"
    assert console_file.read(copy) is None


def test_another_program_on_the_port_of_a_dcu_that_was_killed_is_not_taken_for_it():
    for line in (b"HTTP/1.1 400 Bad Request", b"", b"5", b"[]", b"null", b"{}", b"\xff"):
        assert ask(says(line)) == (None, []), line


def test_another_dcu_on_the_port_of_one_that_was_killed_is_not_taken_for_it():
    assert ask(Console(None, "another token").serve) == (None, [])


def test_a_dcu_that_is_silent_or_goes_away_is_told_as_such():
    async def mute(stream):
        await coop.sleep_ms(10_000)

    error, _ = ask(mute, 50)
    assert isinstance(error, NoReply) and "within 0.05 s" in str(error)
    error, told = ask(says(b'{"say": "a"}'))
    assert isinstance(error, PortError) and told == ["a"]
