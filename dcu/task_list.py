"""The tasks that there are: the rounds, which settings make, and those that somebody has given.

At rest it is the CSV a person can read; it is replaced as a whole or not at all, and stored
before anybody is told that it was taken.
"""

from dcu.civil import Zone
from dcu.schema import whole
from dcu.task import NAMES, TASK_MAX, Rounds, Task
from hal.errors import Refused

CSV_MAX = 32_768  # octets; it travels in one COSEM attribute


class TaskList:
    """`kept` has load() -> bytes or None and save(bytes), durable on return.

    check     function(tasks) that raises Refused for a list that cannot be done: dcu/plan.py
    refused   a text for each stored row that no longer fits; those are left out
    """

    def __init__(self, kept, settings):
        self._kept = kept
        self._settings = settings
        self.check = lambda tasks: None
        self.refused = []
        self.told = lambda count, by: None  # after a change, with how many there are
        self.changes = 0  # how often the list has become another one
        self._given = []
        self._rounds = None
        stored = kept.load()
        if stored:
            self._given, self.refused = _rows_of(stored.decode(), self._zone())

    def all(self):
        """The rounds, then the others by their numbers; made anew when their settings are."""
        period_s, zone = self._settings.get("collect.period_s"), self._settings.get("clock.zone")
        if self._rounds is None or self._rounds[0] != (period_s, zone):
            if self._rounds is not None and self._rounds[0][1] != zone:
                self._given = _rows_of(_csv(self._given), self._zone())[0]
            self._rounds = ((period_s, zone), Rounds(period_s, self._zone()))
            self.changes += 1
        return [self._rounds[1]] + self._given

    def get(self, number):
        for task in self.all():
            if task.id == number:
                return task
        raise Refused(f"no task {number}; `dcu tasks list` shows those there are")

    def pushes(self, number):
        """Whether what the task brings goes to the HES at once; also of one that is no more."""
        return all([task.pushes for task in self.all() if task.id == number])

    def add(self, texts, by="the HES"):
        """One more task, or another in place of one; the Task.

        by   who wants it, for the event that tells of it; so below
        """
        task = Task(texts, self._zone())
        self._replace([each for each in self._given if each.id != task.id] + [task], by)
        return task

    def remove(self, number, by="the HES"):
        if number == 0:
            raise Refused("task 0 is the rounds: collect.period_s sets them")
        gone = self.get(number)
        self._replace([task for task in self._given if task is not gone], by)

    def import_csv(self, text, by="the HES"):
        """Take the list in place of the old one, or by Refused keep that; how many it has."""
        given = self.read(text)[1:]
        self._replace(given, by)
        return len(given)

    def read(self, text):
        """The rounds and the tasks of this CSV, which is not taken; or Refused."""
        given, refused = _rows_of(text, self._zone())
        if refused:
            raise Refused(f"nothing imported: {'; '.join(refused)}")
        return self.all()[:1] + given

    def export_csv(self):
        return _csv(self._given)

    def _replace(self, tasks, by):
        tasks = sorted(tasks, key=lambda task: task.id)
        octets = _csv(tasks).encode()
        if len(octets) > CSV_MAX:
            raise Refused(f"the list has {len(octets)} octets: at most {CSV_MAX}")
        self.check(self.all()[:1] + tasks)
        is_another = octets != _csv(self._given).encode()
        self._kept.save(octets)
        self._given = tasks
        self.changes += 1
        if is_another:
            self.told(len(tasks), by)

    def _zone(self):
        return Zone(self._settings.get("clock.zone"))


def _csv(tasks):
    return "\n".join([",".join(NAMES)] + [",".join(task.row()) for task in tasks]) + "\n"


def _rows_of(text, zone):
    """(tasks, refusals) of CSV text."""
    lines = [line.strip("\r ") for line in text.split("\n")]
    names = [name.strip(" \ufeff").lower() for name in lines[0].split(",")]
    wrong = [name for name in names if name not in NAMES]
    if wrong or "id" not in names or "kind" not in names or len(set(names)) < len(names):
        return [], [f"line 1: column names, each once, as in {','.join(NAMES)}"]
    tasks, refused, seen = [], [], {}
    for number, line in enumerate(lines[1:], 2):
        if not line or line.startswith("#"):
            continue
        try:
            task = _task_of(names, line, zone)
            if task.id in seen:
                raise Refused(f"task {task.id} is on line {seen[task.id]}, too")
            seen[task.id] = number
            tasks.append(task)
        except Refused as refusal:
            refused.append(f"line {number}: {refusal}")
        if len(refused) > TASK_MAX:
            break
    return tasks, refused


def _task_of(names, line, zone):
    texts = [text.strip() for text in line.split(",")]
    if len(texts) != len(names):
        raise Refused(f"{len(texts)} fields for {len(names)} columns")
    return Task(dict(zip(names, texts)), zone)


def task_number(text):
    """The number of a task, or Refused."""
    number = whole(text, 0, TASK_MAX)
    if number is None:
        raise Refused(f"task {text!r}: a number from 1 to {TASK_MAX}")
    return number
