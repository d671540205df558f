"""COSEM objects of the tasks: the list, what it costs, and why another one was not taken.

Reference: IEC 62056-6-2, class_id 1 (Data); the logical names are of the utility-specific range.
"""

import json

from dcu.cosem_row import data_row
from dcu.cosem_text import text_rows
from dcu.verbs_tasks import plan_status
from wire import axdr


def task_rows(dcu):
    def text():
        return dcu.tasks.export_csv()

    def take(text):
        dcu.tasks.import_csv(text)

    def plan():
        return axdr.octets(json.dumps(plan_status(dcu, dcu.tasks.all())).encode())

    name = "task list, CSV as in docs/tasks.md: a new one takes the place of the old, or is denied"
    refusal = "why the last task list was denied; empty: it was taken"
    cost = "plan of the tasks: bus time by port, the busiest minute"
    whole, why = ("0.0.96.131.1.255", name), ("0.0.96.131.2.255", refusal)
    rows = text_rows(text, take, whole, why)
    return rows + (data_row("0.0.96.131.3.255", cost, "octet-string, JSON", plan),)
