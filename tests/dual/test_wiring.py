"""What boards/wiring.py puts together of a data folder, before any port is opened."""

from boards import linux, northbound, pc, wiring
from dcu import cosem, cosem_objects
from dcu.alarm_codes import SETTING_INVALID, STORAGE_DAMAGED
from dcu.archive_row import Meter
from dcu.schema import find
from dcu.unit import VERSION
from drivers.line import Line
from drivers.modem_access import AUTH, ORDERS
from drivers.modem_dialects import DIALECTS
from drivers.rs485 import Rs485Bus
from hal import coop
from hal.clock import Clock
from storage.files import FileStore
from storage.slots import Slots
from tests.disk import Disk
from tests.dual.hdlc_bench import error_of
from tests.dual.local_bench import CardboardPort, Tool, heard_on
from tests.dual.scripted_port import ScriptedPort
from tests.kept import refusal
from tests.part import Part
from tests.virtual import VirtualClock, run_virtual
from wire import apdu, association, dialogue, initiate, obis
from wire.apdu import Attribute
from wire.credentials import Credentials
from wire.dialogue_blocks import in_blocks
from wire.hdlc import LENGTH_MAX, client_address, server_address
from wire.hdlc_link import HdlcClient
from wire.hdlc_parameters import WINDOW_MAX


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
    visit_ms = 1000 * find("collect.visit_max_s").high
    closing_ms = (find("meter.attempts").high + 1) * find("meter.reply_ms").high
    for channel in pc.CHANNELS:
        assert limits_ms[channel] > visit_ms + closing_ms


def test_settings_that_cannot_work_are_refused_before_they_are_stored():
    settings = unit_on(Disk()).settings
    for key, text, said in (
        ("panel.lamps", "foo", "panel.lamps: 'foo': write LAMP=LED"),
        ("uplink.tls", "yes", "uplink.tls: first tls.ca"),
    ):
        assert said in refusal(settings.put, key, text)
        assert settings.is_default(key)


def test_what_a_modem_can_be_told_is_what_its_driver_knows():
    assert find("modem.auth").low == AUTH and find("modem.auth_order").low == ORDERS
    assert sorted(find("modem.dialect").low) == sorted(["auto"] + list(DIALECTS))
    modem = wiring.complete(unit_on(Disk()), FileStore(Disk())).modem
    assert modem.state == "off" and not modem.is_online


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
        (STORAGE_DAMAGED, "settings: no whole copy is left, it begins anew"),
        (STORAGE_DAMAGED, "archive.1: damaged, passed over"),
        (STORAGE_DAMAGED, "archive: no whole copy is left, it begins anew"),
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


def test_the_local_port_is_a_part_once_it_has_a_device():
    for given, expected in (([], False), ([("local.device", "/dev/ttyUSB9")], True)):
        dcu = wiring.complete(unit_on(Disk(), pc, given), FileStore(Disk()))
        assert ("local port" in [part.name for part in wiring.parts_of(dcu)]) == expected
        said = "local port: /dev/ttyUSB9 9600 8N1, DLMS over HDLC"
        assert (said in wiring.ports_in_words(dcu)) == expected
        assert (dcu.status()["local"] is not None) == expected


def test_the_longest_window_at_the_lowest_speed_does_not_make_the_local_port_late():
    dcu = wiring.complete(unit_on(Disk(), pc, [("local.device", "tty")]), FileStore(Disk()))
    limits_ms = {part.name: part.limit_ms for part in wiring.parts_of(dcu)}
    longest = WINDOW_MAX * (LENGTH_MAX + 2)
    assert limits_ms["local port"] > Line(300, "E").wire_ms(longest)


def test_nobody_but_the_public_client_is_let_in_at_the_local_port_without_a_password():
    outcomes = []
    for password in ("", "secret"):
        given = [("cosem.password", password)]
        dcu = wiring.complete(unit_on(Disk(), pc, given), FileStore(Disk()))
        for sap in (16, 2, 1):
            mechanism = association.LLS if sap == 1 and password else association.NONE
            outcomes.append(run_virtual(associated_at_local(dcu, sap, mechanism, password)))
    assert outcomes == [True, False, False, True, False, True]


def test_general_blocks_are_confirmed_one_by_one_at_the_local_port():
    dcu = wiring.complete(unit_on(Disk()), FileStore(Disk()))
    assert len(run_virtual(at_local(dcu, 16, list_in_general_blocks))) > 4


async def list_in_general_blocks(tool):
    proposed = initiate.CONFORMANCE | initiate.GENERAL_BLOCK
    await tool.do(dialogue.associate_as(Credentials(), conformance=proposed, max_pdu=100))
    talk = dialogue.get(Attribute(15, obis.parse("0.0.40.0.0.255"), 2))
    return await tool.do(in_blocks(talk, 100, 3, True))


async def associated_at_local(dcu, sap, mechanism, password):
    async def associate(tool):
        try:
            await tool.do(dialogue.associate(mechanism, password.encode()))
            return True
        except dialogue.AssociationRefused:
            return False

    return await at_local(dcu, sap, associate)


async def at_local(dcu, sap, talk):
    """What `talk(tool)` returns, of a client `sap` whose link is up."""
    port = CardboardPort(False)
    objects = cosem.Objects(cosem_objects.objects_of(dcu, VERSION))
    station = northbound.local(dcu, objects, lambda: port, silent)
    task = coop.spawn(station.run(Part()))
    await coop.sleep_ms(10)
    link = HdlcClient(server_address(1, 17), client_address(sap))
    tool = Tool(lambda octets: heard_on(port, octets), link, sap)
    await tool.say(link.connect())
    try:
        return await talk(tool)
    finally:
        await coop.stop(task)


def test_a_port_with_one_meter_is_said_to_have_one():
    dcu = unit_on(Disk())
    for address, words in ((1, "1 meter, read"), (2, "2 meters, read")):
        dcu.archive.add(Meter({"mp": str(address), "address": str(address)}))
        assert words in wiring.ports_in_words(dcu)[0]


def test_only_management_at_the_uplink_confirms_pushes():
    dcu = wiring.complete(unit_on(Disk()), FileStore(Disk()))
    confirm = apdu.encode(apdu.DataConfirm(apdu.LONG_CONFIRMED | 7, b""))
    aarq = next(dialogue.associate())
    for serve, client, expected in (
        (dcu.uplink.faces.serve, 16, 0),
        (dcu.uplink.faces.serve, 1, 7),
    ):
        server = serve()
        assert server.answer(client, 1, confirm) is None and dcu.alarms.push_confirmed == 0
        assert association.decode(server.answer(client, 1, aarq)).result == 0
        assert server.answer(client, 1, confirm) is None
        assert dcu.alarms.push_confirmed == expected
