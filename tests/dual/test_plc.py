"""The network behind the module slot: who is let in, who is put out, and what is told of it."""

from dcu.alarm_codes import (
    AUTHENTICATION_FAILURE,
    JOIN_FAILED,
    METER_OUT,
    METER_UNKNOWN,
    NETWORK_CONFLICT,
    PORT_BACK,
    PORT_LOST,
)
from dcu.plc_door import ALARM, OPEN, STRICT
from hal import coop
from hal.errors import NoReply, PortError
from tests.dual.g3_bench import error_of
from tests.dual.plc_bench import Disk, PlcBench, filled, row
from wire import module_image, wrapper

FIRMWARE = module_image.encode(module_image.G3_PLC, 1, (2, 3, 4), bytes(10_000))


def test_only_meters_of_the_archive_are_let_in_and_the_others_are_told_of():
    bench = PlcBench(5, strangers=(3,))

    async def play(bench):
        await filled(bench, (1, 2, 4, 5))
        await coop.sleep_ms(120_000)

    bench.run(play)
    assert bench.members() == [1, 2, 4, 5]
    assert bench.told(METER_UNKNOWN) == [(0, "plc EUI 025349FFFE000003 asks to join: declined")]


def test_a_meter_that_is_declined_joins_once_its_row_is_there():
    bench = PlcBench(3, strangers=(3,))

    async def play(bench):
        await filled(bench, (1, 2))
        bench.archive.add(row(3))
        await bench.until(lambda: bench.members() == [1, 2, 3], 1200)

    bench.run(play)


def test_the_door_stands_open_for_some_minutes_and_strangers_are_put_out_after_them():
    bench = PlcBench(3, strangers=(3,))

    async def play(bench):
        bench.plc.door.open_for(10)
        await filled(bench, (1, 2, 3))
        assert bench.plc.door.mode == OPEN and bench.plc.door.open_left_s() > 0
        await bench.until(lambda: bench.members() == [1, 2], 900)
        assert bench.plc.door.mode == STRICT and bench.plc.door.open_left_s() == 0

    bench.run(play)
    assert bench.told(METER_UNKNOWN)[0][1].endswith("let in")
    assert bench.told(METER_OUT) == [(0, "EUI 025349FFFE000003 is not on file")]


def test_the_door_may_be_left_open_and_each_stranger_is_an_alarm():
    bench = PlcBench(3, strangers=(2, 3), settings=[("plc.admission", "alarm")])

    async def play(bench):
        await filled(bench, (1, 2, 3))
        await coop.sleep_ms(600_000)
        assert bench.plc.door.mode == ALARM

    bench.run(play)
    assert len(bench.told(METER_UNKNOWN)) == 2 and bench.members() == [1, 2, 3]


def test_each_meter_has_the_key_of_its_row():
    bench = PlcBench(3)
    other = bytes(range(16)).hex()
    bench.archive.remove(2)
    bench.archive.add(row(2, psk=other))
    bench.tell(f"psk 2 {other}")

    async def play(bench):
        await filled(bench, (1, 2, 3))

    bench.run(play)


def test_a_meter_with_another_key_is_an_authentication_failure():
    bench = PlcBench(2)
    bench.tell("psk 2 " + "77" * 16)

    async def play(bench):
        await filled(bench, (1,))
        await bench.until(lambda: bench.told(AUTHENTICATION_FAILURE), 3600)
        bench.tell("off 2")  # while it asks, each time anew, it is not given up
        await bench.until(lambda: bench.told(JOIN_FAILED), 600)

    bench.run(play)
    assert bench.told(AUTHENTICATION_FAILURE)[0][0] == 2
    assert bench.told(JOIN_FAILED)[0][0] == 2 and bench.members() == [1]


def test_a_meter_that_joins_again_and_again_within_an_hour_is_told_of_once():
    bench = PlcBench(2)
    door, book = bench.plc.door, bench.plc.book

    async def play(bench):
        # the sixth join of 2 is in another hour than its first
        for number, pause_s in ((1, 60), (2, 721)):
            eui = bench.archive.get(number).eui
            for times in range(1, 8):
                door.joined(eui, book.place(eui))
                told = [mp for mp, text in bench.told(JOIN_FAILED) if "again and again" in text]
                assert told == ([1] if number == 2 or times > 5 else []), (number, times)
                await coop.sleep_ms(1000 * pause_s)

    bench.run(play)


def test_without_a_key_nobody_joins_and_it_is_said_why():
    bench = PlcBench(2, settings=[("plc.psk", "")])

    async def play(bench):
        await bench.running()
        bench.tell("on-all")
        await bench.until(lambda: len(bench.told(JOIN_FAILED)) == 2)

    bench.run(play)
    assert "plc.psk" in bench.told(JOIN_FAILED)[0][1] and bench.members() == []


def test_a_meter_taken_off_the_archive_is_put_out():
    bench = PlcBench(3)

    async def play(bench):
        await filled(bench, (1, 2, 3))
        bench.archive.remove(2)
        await bench.until(lambda: bench.members() == [1, 3], 120)
        await coop.sleep_ms(30_000)
        assert len(bench.world.net.members()) == 2

    bench.run(play)


def test_who_leaves_is_out_until_it_joins_again():
    bench = PlcBench(2)

    async def play(bench):
        await filled(bench, (1, 2))
        short = bench.plc.node(bench.archive.get(2))
        bench.tell("leave 2")
        await bench.until(lambda: bench.told(METER_OUT))
        failure = await error_of(node_of(bench, 2))
        assert isinstance(failure, NoReply) and "not in the network" in str(failure)
        await bench.until(lambda: bench.members() == [1, 2])
        assert bench.plc.node(bench.archive.get(2)) == short

    bench.run(play)


async def node_of(bench, number):
    return bench.plc.node(bench.archive.get(number))


def test_members_stay_members_over_a_restart_of_the_dcu():
    disk = Disk()
    first = PlcBench(3, disk=disk)
    first.run(lambda bench: filled(bench, (1, 2, 3)))
    second = PlcBench(3, disk=disk)
    assert second.members() == [1, 2, 3]
    assert second.plc.key.octets() == first.plc.key.octets()
    before = int(disk.counters.data.split(b" ")[0])

    async def play(bench):
        await bench.running()
        await coop.sleep_ms(10_000)

    second.run(play)
    assert int(disk.counters.data.split(b" ")[0]) >= before + 10_000


def test_an_absent_module_is_said_in_words_and_once():
    bench = PlcBench(1)
    bench.has_port = False

    async def play(bench):
        await coop.sleep_ms(400_000)
        failure = await error_of(node_of(bench, 1))
        assert isinstance(failure, PortError) and "no such device" in str(failure)
        bench.has_port = True
        await bench.running()
        assert bench.told(PORT_LOST) == [(0, "plc no such device")]
        bench.line.is_broken = True
        await bench.until(lambda: len(bench.told(PORT_LOST)) == 2)
        await bench.running()

    bench.run(play)
    assert len([line for line in bench.lines if "absent: no such device" in line]) == 1
    assert bench.told(PORT_BACK) == [(0, "plc module")] * 2


def test_no_slot_is_no_alarm_and_its_meters_say_what_is_missing():
    bench = PlcBench(1, settings=[("slot.device", "")])

    async def play(bench):
        await coop.sleep_ms(60_000)
        failure = await error_of(node_of(bench, 1))
        assert "slot.device" in str(failure)

    bench.run(play)
    assert bench.alarms == [] and bench.plc.status() is None


def test_a_change_of_the_network_starts_the_module_anew():
    bench = PlcBench(1)

    async def play(bench):
        await filled(bench, (1,))
        bench.settings.put("plc.max_hops", "5")
        await bench.until(lambda: bench.driver.starts == 2)

    bench.run(play)


def test_another_network_with_our_identifier_is_an_alarm():
    bench = PlcBench(1)

    async def play(bench):
        await bench.running()
        bench.tell("conflict")
        await bench.until(lambda: bench.told(NETWORK_CONFLICT))

    bench.run(play)
    assert "PAN 781D" in bench.told(NETWORK_CONFLICT)[0][1]


def test_what_a_meter_says_unasked_is_known_by_its_row_and_damage_is_dropped():
    bench = PlcBench(2, strangers=(2,), settings=[("plc.admission", "alarm")])

    async def play(bench):
        await filled(bench, (1, 2))
        plc = bench.plc
        mine = plc.node(bench.archive.get(1))
        (strange,) = [short for short, _ in plc.book.members() if short != mine]
        plc.pushed(mine, wrapper.encode(wrapper.Wrapper(1, 1, b"\x0f\x00")))
        for wrong in (b"", b"\x00", b"\x00\x01\x00\x01", b"\xff" * 20):
            plc.pushed(mine, wrong)
        plc.pushed(strange, b"\x00\x01")
        plc.pushed(77, b"\x00\x01")

    bench.run(play)
    assert bench.pushes == [(1, b"\x0f\x00")]


def test_how_far_a_new_firmware_of_the_module_is_stands_in_the_log():
    bench = PlcBench(1, is_extended=True)

    async def play(bench):
        await filled(bench, (1,))
        await bench.plc.demand_running().upgrade(FIRMWARE)
        await bench.until(lambda: bench.plc.module.state == "running")
        await coop.sleep_ms(1_000)

    bench.run(play)
    for text in ("module firmware: 8192 of 10032", "module firmware: 10032 of 10032"):
        assert [line for line in bench.lines if text in line], bench.lines
    assert "module runs firmware 2.3.4" in bench.lines
    assert "module probing" not in bench.lines[bench.lines.index("module running") + 1 :]
