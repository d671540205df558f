"""What a technician tries and installs at the panel: pings, loop-back, lamps, keys, firmware, and
the story of a meter."""

import os

from boards import panel_jobs, panel_status, panel_tests
from boards.panel_model import Model
from dcu.firmware import Firmware
from hal import coop
from hal.errors import PortError
from hal.files import Files
from hal.interface import Interface
from tests.dual.console_bench import Bus
from tests.dual.panel_plant import MODEM_FACTS, Plant
from tests.dual.test_firmware import hmac
from tests.kept import Kept
from tests.virtual import run_virtual

TESTS = "enter down*16 enter "
USB = "enter down*17 enter down*2 enter"
KEK = bytes(range(16))


def shown_after(plant, keys, ms=1000):
    """The rows when what the keys began has ended."""

    async def main():
        plant.press(keys)
        await coop.sleep_ms(ms)
        return plant.rows()

    return run_virtual(main())


def said(rows):
    return " ".join(" ".join(rows[1:]).split())


class Echo(Bus):
    """A port that hears itself, with `damage` done to what it hears."""

    def __init__(self, damage):
        self._damage = damage

    async def exchange(self, octets, framing, accept, urgent=False, reply_ms=None):
        deframer = framing()
        heard = self._damage(octets)
        for octet in heard:
            deframer.feed(bytes([octet]))
        frame = deframer.next_frame()
        return frame and accept(frame)


def test_what_a_bridged_port_sends_comes_back():
    for damage, expected in (
        (lambda octets: octets, "rs485-1: all 32 octets came back"),
        (lambda octets: b"", "rs485-1: nothing came back; is the plug bridged?"),
        (lambda octets: octets[:-1], "rs485-1: nothing came back; is the plug bridged?"),
        (lambda octets: b"\x00" + octets[1:], "1 are wrong"),
    ):
        plant = Plant(1)
        plant.dcu.buses["rs485-1"] = Echo(damage)
        assert said(shown_after(plant, TESTS + "down*2 enter enter")) == expected
    plant = Plant(1)
    del plant.dcu.buses["rs485-3"]
    rows = shown_after(plant, TESTS + "down*2 enter down*2 enter")
    assert said(rows) == "rs485-3: not on this board"


def test_the_hes_that_are_set_are_pinged_over_what_carries_the_uplink():
    asked = []

    async def ping(name):
        asked.append(name)
        if name == "b.example":
            raise PortError("modem: not online")
        return 80

    plant = Plant(1)
    plant.dcu.modem.ping = ping
    assert said(shown_after(plant, TESTS + "enter")) == "no HES is set (hes.main)"
    plant = Plant(1)
    plant.dcu.modem.ping = ping
    pairs = [("hes.main", "a.example:1"), ("hes.sub", "b.example:2")]
    plant.dcu.settings.put_all(pairs + [("uplink.channel", "modem")])
    rows = shown_after(plant, TESTS + "enter")
    assert asked == ["a.example", "b.example"]
    assert said(rows) == "a.example:1 answers, 0 ms; b.example:2 modem: not online"


def test_all_lamps_are_on_while_they_are_tried():
    plant = Plant(1)
    plant.dcu.uplink.state = "off"

    async def main():
        before = plant.model.lamps()
        plant.press(TESTS + "down*3 enter")
        await coop.sleep_ms(panel_tests.LAMPS_MS - 1)
        during = plant.model.lamps()
        await coop.sleep_ms(2)
        return before, during, plant.model.lamps()

    before, during, after = run_virtual(main())
    assert before == after == {"run": True, "hes": False, "alarm": False}
    assert set(during.values()) == {True}


def test_keys_are_named_and_back_twice_leaves():
    plant = Plant(1).press(TESTS + "down*4 enter")
    for key in ("up", "down", "left", "right", "enter"):
        assert plant.press(key + "*2").rows()[1] == f"{key} 2"
    assert plant.press("back up").rows()[1] == "up 1"
    assert plant.press("back").rows()[1] == "back 1"
    assert plant.press("back").title() == "Tests"


def test_a_meter_is_read_from_the_tests_too():
    plant = Plant(2)
    plant.bench.values = {"1.0.1.8.0.255/2": 1234, "1.0.1.8.0.255/3": (0, 30)}
    assert "1234 Wh" in said(shown_after(plant, TESTS + "down enter down enter"))
    assert plant.bench.opened == [2]


def test_the_story_of_a_meter_is_scrolled():
    plant = Plant(1)

    async def story(dcu, tell, key, row):
        return "\n".join([f"line {number} of {row}" for number in range(12)])

    real, panel_jobs.JOBS["meter.why"] = panel_jobs.JOBS["meter.why"], story
    try:
        rows = shown_after(plant, "enter down*13 enter enter enter down*7 enter")
        assert rows[0] == "Why" and rows[1] == "line 0 of 1"
        assert "down" in plant.screen().icons
        assert plant.press("down*9").rows()[1] == "line 3 of 1"
        assert "up" in plant.screen().icons
        assert plant.press("up*2").rows()[1] == "line 1 of 1"
        assert "up-down" in plant.screen().icons
        assert plant.press("left").title() == "All 1"
    finally:
        panel_jobs.JOBS["meter.why"] = real


def test_what_the_module_says_of_itself_is_asked_for_while_it_is_online():
    plant = Plant(1)
    dcu, asked = plant.dcu, []

    class Part:
        def alive(self):
            pass

    async def status():
        asked.append(dcu.clock.ms)
        return dict(MODEM_FACTS)

    class Tally:
        def hears(self, bearer, dbm):
            heard.append((bearer, dbm))

    heard = []

    async def main():
        dcu.modem.status = status
        dcu.uplink.tally = Tally()
        watching = coop.spawn(panel_status.watch_modem(dcu, Part()))
        for online, seconds in ((False, 100), (True, 150), (False, 10)):
            dcu.modem.is_online = online
            for _ in range(seconds):
                dcu.clock.ms += 1000
                await coop.sleep_ms(1000)
        await coop.stop(watching)

    run_virtual(main())
    assert len(asked) == 3 and heard == [("modem", MODEM_FACTS["signal_dbm"])] * 3
    assert plant.model.show("modem.imei") == MODEM_FACTS["imei"]
    assert plant.model.show("modem.signal") == "-", "that of yesterday is none"


def test_signal_bars_are_for_a_module_that_carries_the_uplink():
    plant = Plant(1)
    for dbm, bars in ((-113, 0), (-106, 0), (-105, 1), (-94, 2), (-76, 3), (-75, 4), (-51, 4)):
        plant.dcu.modem_facts["signal_dbm"] = dbm
        plant.dcu.settings.put("uplink.channel", "ethernet")
        assert f"signal-{bars}" not in plant.model.icons()
        plant.dcu.settings.put("uplink.channel", "modem")
        assert f"signal-{bars}" in plant.model.icons()


def test_the_nodes_are_listed_where_there_is_a_module():
    plant = Plant(1).press("enter down*15 enter")
    assert [row for row in plant.rows()[1:] if row] == [
        "Module not fitted",
        "Members not fitted",
        "PAN not fitted",
    ]
    plant = Plant(1).with_module().press("enter down*15 enter down*3 enter")
    assert plant.rows()[1:4] == ["0001 MP - 1", "0002 MP - 2", "0003 MP - -"]
    plant.press("down enter")
    assert plant.rows()[4:7] == ["Hops 2", "Over 0001", "Link quality -"]
    assert panel_status.node(plant.dcu, "node.mp", 77) == "removed"


def with_stick(image):
    """(a plant whose stick has this image, what the DCU would end for)"""
    folder, ends = os.getenv("DUAL_TMP"), []
    files = Files(folder + "/data")
    plant = Plant(1)
    plant.dcu.settings.put("firmware.folder", folder)
    plant.dcu.firmware = Firmware(files, Kept(), lambda: KEK, ends.append)
    with open(folder + "/opendcu.img", "wb") as file:
        file.write(image)
    plant.model = plant.menu.model = Model(plant.dcu, plant.memory)
    return plant, ends


def installed(plant):

    class Part:
        def alive(self):
            pass

    async def main():
        running = coop.spawn(plant.dcu.firmware.run(Part()))
        plant.press(USB).unlock().press("down enter down enter")
        begun = []
        for _ in range(20):
            await coop.sleep_ms(0)
            begun.append(said(plant.rows()))
        await coop.sleep_ms(10_000)
        await coop.stop(running)
        return begun, said(plant.rows())

    return run_virtual(main())


def test_a_firmware_on_a_stick_is_installed_when_it_is_under_the_master_key():
    payload = bytes(range(256)) * 200
    plant, ends = with_stick(payload + hmac(KEK, payload))
    begun, ended = installed(plant)
    assert "copying 31 %" in begun and "checking" in begun, begun
    assert ended == "installing; the DCU starts again"
    assert ends == ["the firmware usb is to be installed"]


def test_another_image_is_refused_and_nothing_ends():
    payload = bytes(5000)
    plant, ends = with_stick(payload + hmac(KEK[:-1] + b"x", payload))
    _, ended = installed(plant)
    assert ended == "the image is damaged, or not for this master key" and not ends
    assert plant.model.show("firmware.image") == "damaged"


def test_a_stick_that_is_not_there_is_said():
    plant, ends = with_stick(b"")
    os.remove(plant.dcu.settings.get("firmware.folder") + "/opendcu.img")
    _, ended = installed(plant)
    assert "opendcu.img:" in ended.replace(" ", "") and not ends  # the path may be cut in lines


def test_a_change_of_the_way_to_the_hes_on_trial_is_seen():
    plant = Plant().press("enter down*12 enter enter")
    for left_s, came_back, expected in (
        (None, "", "On trial -"),
        (117, "", "On trial 117 s"),
        (117, "no login within 1800 s", "On trial 117 s"),
        (None, "no login", "On trial no login"),
    ):
        plant.dcu.way_trial.found = {"keys": [], "left_s": left_s, "came_back": came_back}
        assert expected in plant.rows(), plant.rows()
    plant.dcu.settings.put("panel.language", "ru")
    plant.dcu.way_trial.found["came_back"] = "no login within 1800 s"
    assert "нет входа за 1800 с" in plant.rows()


def test_a_firmware_is_for_who_knows_the_password():
    plant = Plant(1).press(USB)
    assert plant.title() == "Password"
    assert plant.unlock().rows()[1] == "From USB?"
    assert plant.press("enter").title() == "Firmware"


def test_clearing_the_data_is_asked_about_twice_and_noted_for_the_next_start():
    plant = Plant(1)
    files = plant.dcu.files = Files(os.getenv("DUAL_TMP") + "/clear")
    plant.press("enter down*9 enter").unlock()
    assert plant.rows()[1] == "Clear data?"
    plant.press("down enter enter")
    assert files.names("clear") == [] and plant.dcu.ending == ""
    plant.press("enter down enter down enter")
    assert plant.rows()[1] == "Restarting"
    assert files.names("clear") == ["clear.asked"] and "panel" in plant.dcu.ending


def test_the_address_of_the_machine_is_shown_or_a_dash():
    plant = Plant(1)
    assert plant.model.show("uplink.way") == plant.model.show("ip.own") == "192.168.1.50"
    assert plant.model.show("ip.mac") == "02:00:00:AA:BB:CC"
    plant.dcu.interface = lambda: Interface("", b"", None, None, None, [])
    for name in ("own", "mac"):
        assert plant.model.show("ip." + name) == "-"
