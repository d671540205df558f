"""COSEM objects of what the DCU keeps for the HES: readings, alarms, the meter archive.

Reference: IEC 62056-6-2, class_id 1 (Data), class_id 7 (Profile generic).
"""

from dcu import buffers
from dcu.cosem_row import data_row, mark_row, profile_row, whole
from wire import axdr

_U32_MAX = 0xFFFFFFFF


def record_rows(dcu):
    readings, alarms = dcu.readings, dcu.alarms

    def newest_reading():
        return axdr.u32(readings.last)

    def newest_alarm():
        return axdr.u32(alarms.last)

    return (
        profile_row("0.0.99.128.1.255", "stored readings", buffers.Readings(readings)),
        data_row("0.0.96.128.1.255", "newest reading", "u32", newest_reading),
        mark_row("0.0.96.129.1.255", "readings acknowledged", readings),
        profile_row("0.0.99.128.3.255", "records of tasks", buffers.TaskRecords(dcu.records)),
        data_row("0.0.96.128.3.255", "newest record", "u32", lambda: axdr.u32(dcu.records.last)),
        mark_row("0.0.96.129.3.255", "records acknowledged", dcu.records),
        profile_row("0.0.99.98.0.255", "alarms", buffers.Alarms(alarms)),
        data_row("0.0.96.128.2.255", "newest alarm", "u32", newest_alarm),
        mark_row("0.0.96.129.2.255", "alarms acknowledged", alarms),
        _filter_row(dcu.settings),
        _descriptor_row(alarms),
        profile_row(
            "0.0.99.128.2.255", "meter archive", buffers.Archive(dcu.archive, dcu.state_of)
        ),
    )


def _filter_row(settings):
    def pushed():
        return axdr.u32(settings.get("alarms.pushed"))

    def push(value):
        settings.put("alarms.pushed", str(whole(value, 0, _U32_MAX)))

    name = "alarm filter: which alarms are pushed, a bit for each code"
    return data_row("0.0.97.98.10.255", name, "u32", pushed, write=push)


def _descriptor_row(alarms):
    def clear(value):
        alarms.occurred &= whole(value, 0, _U32_MAX)

    name = "alarm descriptor: what has been since it was cleared, a bit for each code"
    return data_row(
        "0.0.97.98.20.255", name, "u32", lambda: axdr.u32(alarms.occurred), write=clear
    )
