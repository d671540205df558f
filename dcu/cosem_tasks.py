"""COSEM objects of the tasks: the list, what it costs, and why another one was not taken.

Reference: IEC 62056-6-2, class_id 1 (Data); the logical names are of the utility-specific range.
"""

import json

from dcu.cosem_row import OTHER_REASON, TYPE_UNMATCHED, data_row
from dcu.verbs_tasks import plan_status
from hal.errors import Refused
from wire import axdr
from wire.server import Denied


class _List:
    """The task list as one attribute, and why another one was not taken."""

    def __init__(self, tasks):
        self._tasks = tasks
        self._why = ""

    def text(self):
        return axdr.octets(self._tasks.export_csv().encode())

    def why(self):
        return axdr.octets(self._why.encode())

    def take(self, value):
        """The whole list, as CSV; stored before it is acknowledged."""
        if not isinstance(value, bytes):
            raise Denied(TYPE_UNMATCHED)  # bytes(n) would be n octets of zeros
        try:
            text = value.decode()
        except UnicodeError:
            raise Denied(TYPE_UNMATCHED)
        try:
            self._tasks.import_csv(text)
            self._why = ""
        except Refused as refusal:
            self._why = str(refusal)
            raise Denied(OTHER_REASON)


def task_rows(dcu):
    tasks = _List(dcu.tasks)

    def plan():
        return axdr.octets(json.dumps(plan_status(dcu, dcu.tasks.all())).encode())

    name = "task list, CSV as in docs/tasks.md: a new one takes the place of the old, or is denied"
    refusal = "why the last task list was denied; empty: it was taken"
    cost = "plan of the tasks: bus time by port, the busiest minute"
    text, document = "octet-string, UTF-8", "octet-string, JSON"
    return (
        data_row("0.0.96.131.1.255", name, text, tasks.text, write=tasks.take),
        data_row("0.0.96.131.2.255", refusal, text, tasks.why),
        data_row("0.0.96.131.3.255", cost, document, plan),
    )
