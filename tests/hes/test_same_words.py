"""The HES imports only `wire` of the firmware, so it writes down anew what the DCU says. Here both
are held against each other."""

from collections import namedtuple

from dcu import (
    alarm_codes,
    archive,
    buffers,
    columns,
    meter_state,
    reading,
    schema,
    transparent,
)
from dcu.cosem_objects import objects_of
from dcu.settings import Settings
from dcu.severity import LEVELS
from dcu.unit import Dcu
from hes_stub import access, credentials, fetch, keys, ondemand, page, rows, session
from hes_stub.schema import COLUMNS
from tests.kept import Kept
from wire import axdr, key_transfer

Alarm = namedtuple("Alarm", ("seq", "time_s", "code", "mp", "text", "severity"))
TIME_S = 1_700_000_000


class Records:
    """As much of a journal as a buffer needs."""

    mark = 0

    def __init__(self, *held):
        self._held = held

    def read(self, after_seq, limit):
        return self._held


def told(buffer):
    """What the HES decodes of attribute 2."""
    return axdr.decode_all(buffer.rows(None))


def test_alarms_have_the_names_that_the_dcu_gives_them():
    assert rows.ALARM_NAMES == alarm_codes.TEXT
    codes = [value for value in vars(alarm_codes).values() if type(value) is int]
    assert sorted(codes) == sorted(rows.ALARM_NAMES)


def test_the_columns_of_a_reading_are_those_of_the_dcu():
    assert tuple(column.name for column in columns.COLUMNS) == COLUMNS


def test_rows_of_the_dcu_are_rows_to_the_hes():
    values = tuple(range(len(COLUMNS) - 1)) + (None,)
    readings = buffers.Readings(Records((5, reading.pack(7, TIME_S, values))))
    assert rows.readings(told(readings)) == [(5, 7, TIME_S, values)]
    assert rows.SEVERITIES == LEVELS
    for severity in LEVELS:
        alarm = Alarm(5, TIME_S, alarm_codes.METER_SILENT, 7, "text", severity)
        assert rows.alarms(told(buffers.Alarms(Records(alarm)))) == [alarm]


def test_a_meter_of_the_dcu_is_a_meter_to_the_hes():
    class Archive:
        def meters(self):
            return [archive.Meter({"mp": "7", "address": "17", "channel": "rs485-2"})]

    found = rows.meters(told(buffers.Archive(Archive(), lambda mp: meter_state.ONLINE)))
    assert found == [(7, "17", "0", "dlms", "rs485-2", 16, "none", "online")]


def test_every_object_that_the_hes_asks_for_is_there_in_that_class():
    there = {(row.class_id, row.ln) for row in objects_of(Dcu("", "", None, None, None, None), "")}
    asked = [session._VERSION, session._ARCHIVE, access._HEARD, key_transfer.method(access._SETUP)]
    for stream in fetch.STREAMS.values():
        asked += [stream.buffer, stream.newest, stream.acknowledged]
    assert {(attribute.class_id, attribute.ln) for attribute in asked} <= there


def test_states_that_stand_out_on_the_page_are_states_of_meters():
    well = {meter_state.UNKNOWN, meter_state.ONLINE}
    words = {meter_state.LATE, meter_state.SILENT, meter_state.WRONG}
    assert words == page.BAD_STATES and not page.BAD_STATES & well


def test_channels_and_answers_of_transparent_access_are_those_of_the_dcu():
    channels = {number: name for name, number in ondemand.NETWORKS.items()}
    assert channels == transparent._CHANNELS and set(channels.values()) == set(schema.CHANNELS)
    assert ondemand.SILENT == transparent._OTHER_REASON
    assert ondemand.NOT_REACHED == transparent._NOT_POSSIBLE


def test_the_system_title_of_a_dcu_is_made_of_its_terminal_id():
    """So DCUs that share a key have titles of their own, and the HES knows whose turn it is."""
    settings = Settings(Kept())
    settings.put_all([("terminal.area", "0731"), ("terminal.number", "ABCD")])
    assert settings.system_title() == keys.DCU_TITLE + bytes.fromhex(settings.terminal_id())


def test_the_longest_password_of_the_dcu_can_be_given_to_the_hes():
    assert schema.find("cosem.password").high == credentials.PASSWORD_MAX
