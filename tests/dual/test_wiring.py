"""What boards/wiring.py puts together of a data folder, before any port is opened."""

from boards import linux, pc, wiring
from dcu.alarm_codes import SETTING_INVALID, STORAGE_DAMAGED
from dcu.archive_row import Meter
from dcu.collect import VISIT_MS
from dcu.schema import find
from drivers.rs485 import Rs485Bus
from hal.clock import Clock
from storage.files import FileStore
from storage.slots import Slots
from tests.disk import Disk
from tests.dual.hdlc_bench import error_of
from tests.dual.scripted_port import ScriptedPort
from tests.virtual import VirtualClock, run_virtual


def silent(part, text):
    pass


def unit_on(disk, board=pc, given=()):
    return wiring.unit_of(board, disk, Clock(), silent, given)


def alarms_at_start(disk, given=()):
    dcu = wiring.complete(unit_on(disk, pc, given), FileStore(disk))
    dcu.say_what_was_mended()
    return [(alarm.code, alarm.text) for alarm in dcu.alarms.read(0, 9)]


def test_a_channel_is_not_late_while_it_lets_go_of_the_slowest_meter_there_may_be():
    dcu = wiring.complete(unit_on(Disk()), FileStore(Disk()))
    limits_ms = {part.name: part.limit_ms for part in wiring.parts_of(dcu)}
    closing_ms = (find("meter.attempts").high + 1) * find("meter.reply_ms").high
    for channel in pc.CHANNELS:
        assert limits_ms[channel] > VISIT_MS + closing_ms


def test_given_settings_are_in_use_and_stored():
    disk = Disk()
    assert unit_on(disk, pc, [("meter.attempts", "2")]).settings.get("meter.attempts") == 2
    assert unit_on(disk).settings.get("meter.attempts") == 2


def test_nothing_is_written_where_nothing_is_given():
    disk = Disk()
    unit_on(disk)
    assert disk.names("") == []


def test_the_ports_of_a_board_are_its_own_unless_they_have_been_set():
    disk = Disk()
    settings = unit_on(disk, linux, [("rs485.2.device", "/dev/ttyUSB0")]).settings
    assert settings.get("rs485.1.device") == "/dev/ttyS1"
    assert settings.get("rs485.2.device") == "/dev/ttyUSB0"
    assert unit_on(disk, linux).settings.get("rs485.2.device") == "/dev/ttyUSB0"


def test_a_stored_setting_that_fits_no_more_is_an_alarm_whatever_is_given():
    disk = Disk()
    Slots(disk, "settings", []).save(b"hes.reply_s=0\n")
    expected = [(SETTING_INVALID, "hes.reply_s: back to its default")]
    assert alarms_at_start(disk, [("meter.attempts", "2")]) == expected


def test_damaged_settings_and_a_damaged_archive_are_an_alarm():
    disk = Disk()
    unit_on(disk, pc, [("meter.attempts", "2")])
    for name in ("settings.0", "archive.1"):
        disk.replace(name, b"rot")
    assert alarms_at_start(disk) == [
        (STORAGE_DAMAGED, "settings.0: damaged, passed over"),
        (STORAGE_DAMAGED, "archive.1: damaged, passed over"),
    ]


def test_a_meter_of_mode_e_is_called_by_its_serial_number_and_others_are_not():
    for entry, first in (("hdlc", b"\x7e"), ("mode-e", b"/?4711!\r\n")):
        dcu = unit_on(Disk())
        clock = VirtualClock()
        port = ScriptedPort(clock)
        dcu.buses["rs485-1"] = Rs485Bus("rs485-1", lambda port=port: port, clock)
        record = Meter({"mp": "1", "address": "17", "entry": entry, "called": "4711"})
        run_virtual(error_of(dcu.open_meter(record).open(attempts=1)))
        assert port.written[0][: len(first)] == first
