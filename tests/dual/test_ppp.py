"""What pppd is told, what its end means, and how it is stopped."""

import os

from hal import coop
from hal.ppp import Ppp
from tests.disk import Disk
from tests.kept import refusal


class Pppd:
    """`code` is what the next program ends with."""

    def __init__(self, folder):
        self.files = Disk()
        self.folder = folder
        self.words = []
        self.code = 0
        self.link = Ppp(self.run, self.files, "/data", "dcu-07310001", folder + "/")

    async def run(self, words, limit_s):
        self.words.append(words)
        return self.code, "the password is pencil"

    def start(self, user="anna", password="pencil", device="/dev/ttyS4"):
        coop.run(self.link.start(device, 38400, "ATD*99***1#", user, password))

    def note(self, text):
        with open(self.folder + "/ppp-dcu-07310001.pid", "w") as file:
            file.write(text)


def pppd():
    return Pppd(os.getenv("DUAL_TMP") or "/tmp")


def test_it_dials_with_the_credentials_and_leaves_the_name_servers_alone():
    bench = pppd()
    bench.start()
    assert bench.words == [["pppd", "file", "/data/ppp.options"]]
    options = bench.files.read("ppp.options").decode().split("\n")
    for line in ("/dev/ttyS4 38400", 'user "anna"', 'password "pencil"', "updetach", "noauth"):
        assert line in options, line
    assert "usepeerdns" not in options and "linkname dcu-07310001" in options
    assert "OK ATD*99***1#" in bench.files.read("ppp.chat").decode()


def test_why_there_is_no_link_is_said_without_what_pppd_said():
    bench = pppd()
    for code, word in ((4, "kernel"), (8, "dial"), (19, "refused"), (127, "install"), (77, "77")):
        bench.code = code
        said = refusal(bench.start)
        assert word in said and "pencil" not in said, code


def test_a_sign_that_would_end_an_option_is_refused():
    for text in ('a"b', "a\\b", "a\nnodetach", "a\rb"):
        bench = pppd()
        assert "no quotation mark" in refusal(bench.start, text)
        said = refusal(bench.start, "anna", text)
        assert "no quotation mark" in said and text not in said
        assert bench.words == []


def test_a_device_that_would_be_more_than_one_option_is_refused():
    for device in ("/dev/x connect 'id'", "/dev/x\tdebug", "/dev/x'", "/dev/x#", "nodetach", ""):
        bench = pppd()
        assert "no path of a device" in refusal(bench.start, "anna", "pencil", device), device
        assert bench.words == [] and not bench.files.names("ppp")


def test_it_is_up_while_its_interface_is_there_and_is_stopped_by_its_number():
    bench = pppd()
    assert not bench.link.is_up()
    coop.run(bench.link.stop())
    assert bench.words == []
    for text, is_up in (
        ("4711\nlo\n", True),
        ("4711\nppp9\n", False),
        ("4711", False),
        ("x", False),
    ):
        bench.note(text)
        assert bench.link.is_up() == is_up, text
    bench.note("4711\nppp9\n")
    coop.run(bench.link.stop())
    assert "kill 4711" in bench.words[0][2]
