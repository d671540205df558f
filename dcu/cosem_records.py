"""COSEM objects of what the DCU keeps for the HES: readings, alarms, the meter archive.

Reference: IEC 62056-6-2, class_id 1 (Data), class_id 7 (Profile generic).
"""

from dcu import buffers
from dcu.alarm_words import FILTERS, WORD_MAX, keep, word_of
from dcu.cosem_row import data_row, mark_row, profile_row, whole
from wire import axdr

_FROM = ("", " from 32 on")


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
        profile_row(
            "0.0.99.128.2.255", "meter archive", buffers.Archive(dcu.archive, dcu.state_of)
        ),
    ) + _alarm_word_rows(dcu)


def _alarm_word_rows(dcu):
    """The filter and the descriptor of each word of alarm codes: dcu/alarm_words.py."""
    rows = []
    for word, key in enumerate(FILTERS):
        rows += [_filter_row(dcu.settings, word, key), _descriptor_row(dcu.alarms, word)]
    return tuple(rows)


def _filter_row(settings, word, key):
    def pushed():
        return axdr.u32(settings.get(key))

    def push(value):
        settings.put(key, str(whole(value, 0, WORD_MAX)))

    name = f"alarm filter: which alarms are pushed, a bit for each code{_FROM[word]}"
    return data_row(f"0.0.97.98.{10 + word}.255", name, "u32", pushed, write=push)


def _descriptor_row(alarms, word):
    def occurred():
        return axdr.u32(word_of(alarms.occurred, word))

    def clear(value):
        alarms.occurred = keep(alarms.occurred, word, whole(value, 0, WORD_MAX))

    name = (
        f"alarm descriptor: what has been since it was cleared, a bit for each code{_FROM[word]}"
    )
    return data_row(f"0.0.97.98.{20 + word}.255", name, "u32", occurred, write=clear)
