"""What the console can do with the tasks: see dcu/verbs.py."""

from dcu.civil import DAY_S, date_text
from dcu.exit_codes import GOOD
from dcu.plan import Plan
from dcu.schema import PLC
from dcu.task import FROM_MEMORY
from dcu.task_list import task_number
from dcu.task_state import next_slot_s, task_states
from dcu.verb_words import counted, texts_of

_MISSING_MAX = 8  # named in a warning
_BY = "the console or the web page"


async def tasks_list(dcu, say):
    return GOOD, await task_states(dcu)


async def tasks_add(dcu, say, row):
    """`row` is a JSON object: texts by the names of dcu/task.py NAMES."""
    before = {task.id: task.words() for task in dcu.tasks.all()}
    task = dcu.tasks.add(texts_of(row), _BY)
    await _warn(dcu, say, [task])
    instead = f" in place of {before[task.id]}" if task.id in before else ""
    return GOOD, f"{task.words()} is on the list{instead}: {_first(dcu, task)}"


async def tasks_remove(dcu, say, number):
    number = task_number(number)
    dcu.tasks.remove(number, _BY)
    return GOOD, f"task {number} is off the list; what it has brought stays"


async def tasks_import(dcu, say, csv):
    count = dcu.tasks.import_csv(csv, _BY)
    await _warn(dcu, say, dcu.tasks.all())
    return GOOD, f"the list has {counted(count, 'task')} now, beside the rounds"


async def tasks_export(dcu, say):
    return GOOD, dcu.tasks.export_csv()


async def tasks_plan(dcu, say, csv=""):
    """Of the list there is, or of the CSV, which is not taken."""
    tasks = dcu.tasks.read(csv) if csv else dcu.tasks.all()
    return GOOD, plan_status(dcu, tasks)


def for_nobody(dcu, tasks):
    """A line for each task of which some meters are not on file: they may come, or be mistyped."""
    records = dcu.archive.meters()
    lines = []
    for task in tasks:
        missing = task.for_nobody(records)
        if missing:
            lines.append(f"{task.words()}: not on file: {_some(missing)}")
    return lines


def _some(texts):
    some = ", ".join(texts[:_MISSING_MAX])
    left = len(texts) - _MISSING_MAX
    return f"{some} and {left} more" if left > 0 else some


def plan_status(dcu, tasks):
    """The plan as a document: for the console, the HES and the web page."""
    status = plan_of(dcu, tasks).status()
    status["warnings"] = for_nobody(dcu, tasks)
    return status


async def _warn(dcu, say, tasks):
    for line in for_nobody(dcu, tasks):
        await say(f"warning: {line}")


def plan_of(dcu, tasks):
    """The Plan of `tasks` on the ports of this DCU."""
    bauds = {}
    for number, channel in enumerate(sorted(dcu.buses), 1):
        bauds[channel] = int(dcu.settings.get(f"rs485.{number}.baud"))
    at_once = {}
    if dcu.plc and dcu.archive.meters(PLC):
        bauds[PLC], at_once[PLC] = dcu.plc.baud(), dcu.plc.at_once()

    def meters(channel):
        return [dcu.states.of(record) for record in dcu.archive.meters(channel)]

    return Plan(tasks, meters, bauds, dcu.clock.utc_s(), at_once, _first_read_s(dcu))


def _first_read_s(dcu):
    """function(task, MP): how much a task reads of a meter that it has brought nothing of yet.
    Without a running DCU there is no ledger, and nobody knows what it has brought."""
    listed = [task.texts for task in dcu.tasks.all()]
    first_s = DAY_S * dcu.settings.get("collect.first_days")

    def read_s(task, mp):
        is_known = task.texts in listed and dcu.ledger and dcu.ledger.last(task, mp)
        return 0 if is_known else first_s

    return read_s


def _first(dcu, task):
    count = len([record for record in dcu.archive.meters() if task.selects(record)])
    now_s = dcu.clock.utc_s()
    slot_s, next_s = task.period.begin(now_s), next_slot_s(task, now_s)
    due = "never due"
    if task.kind in FROM_MEMORY and task.is_valid(slot_s) and now_s - slot_s <= task.window_s:
        due = "begun at once, with what the meters have kept"
    elif next_s is not None:
        due = f"first at {date_text(next_s)}:{next_s % 60:02}Z"
    return f"{counted(count, 'meter')}, {due}"


TASK_VERBS = (
    ("tasks list", tasks_list, "", "the tasks, and how they are"),
    ("tasks add", tasks_add, "{FIELD:VALUE}", "one more task, or another in place of one"),
    ("tasks remove", tasks_remove, "TASK", "take a task off"),
    ("tasks import", tasks_import, "CSV", "take this list in place of the old one, or keep that"),
    ("tasks export", tasks_export, "", "the tasks as CSV"),
    ("tasks plan", tasks_plan, "[CSV]", "what the tasks cost the buses"),
)
