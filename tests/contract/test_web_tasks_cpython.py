"""The page of the tasks: the same as the console shows and takes, behind the login."""

import json
import re

from dcu import task, task_list
from dcu.verbs_tasks import plan_of
from lcd_menu import web, web_tasks
from tests.contract.test_web_cpython import TASKS_READ
from tests.contract.web_bench import CSV, ROW, Bench, request
from tests.dual.panel_plant import PASSWORD
from tests.virtual import run_virtual
from wire.http_request import BODY_MAX

PAGE = (web.__file__.rpartition("/")[0] + web._FOLDER, "index.html")


def opened():
    bench = Bench()
    dcu = bench.plant.dcu
    dcu.archive.import_csv("mp,address,channel\n1,17,rs485-1\n2,18,rs485-1\n")
    dcu.settings.put("rs485.1.baud", "300")
    dcu.tasks.check = lambda tasks: plan_of(dcu, tasks).check()
    return bench, bench.login()


def told(bench, method, path, token, body=""):
    status, _, octets = bench.ask(method, path, body, token=token)
    return status, json.loads(octets)


def console(bench, verb, *words):
    return bench.plant.bench.ask(verb, *words)


def test_what_is_shown_is_what_the_console_shows():
    bench, token = opened()
    console(bench, "tasks import", CSV)
    for path, verb in (("/tasks/list", "tasks list"), ("/tasks/plan", "tasks plan")):
        shown = {"result": json.loads(json.dumps(console(bench, verb)[1])), "said": []}
        assert told(bench, "GET", path, token) == (200, shown)
    rows = told(bench, "GET", "/tasks/list", token)[1]["result"]
    assert [row["id"] for row in rows] == ["0", "1", "2"] and rows[2]["chosen"] == 0
    assert rows[1]["last_s"] is None and rows[1]["next_s"] % 86_400 == 0


def test_what_is_changed_is_changed_by_the_verbs_of_the_console():
    bench, token = opened()
    assert told(bench, "POST", "/tasks/add", token, ROW)[0] == 200
    assert [each.id for each in bench.plant.dcu.tasks.all()] == [0, 1]
    status, answer = told(bench, "POST", "/tasks/import", token, CSV)
    assert status == 200 and answer["said"] == ["warning: task 2 (switch): not on file: MP 77"]
    assert told(bench, "POST", "/tasks/remove", token, "2")[0] == 200
    _, fields, octets = bench.ask("GET", "/tasks.csv", token=token)
    assert octets.decode() == console(bench, "tasks export")[1]
    assert octets.count(b"\n") == 2 and "tasks.csv" in fields["content-disposition"]
    assert fields["content-type"].startswith("text/csv")
    peer = "10.0.0.9:50000"
    assert bench.lines[1:] == [
        f"{peer} asks for tasks {word}" for word in ("add", "import", "remove")
    ]


def test_what_is_refused_is_said_in_the_words_of_the_console_and_changes_nothing():
    bench, token = opened()
    tight = json.dumps({"id": "3", "kind": "profile", "period": "2s"})
    for path, body, part in (
        ("/tasks/add", tight, "its window is 2 s"),
        ("/tasks/add", ROW.replace("1d", "7h"), "allowed are 2s to 1h"),
        ("/tasks/add", ROW.replace("clock", "<script>"), "'<script>' is not one of"),
        ("/tasks/add", "[" * 500, "not a JSON object"),
        ("/tasks/add", "", "not a JSON object"),
        ("/tasks/remove", "0", "collect.period_s"),
        ("/tasks/remove", "9", "no task 9"),
        ("/tasks/remove", "", "a number from 1"),
        ("/tasks/import", "", "line 1"),
        ("/tasks/import", CSV + "1,clock,1d,all\n", "line 2, too"),
    ):
        status, answer = told(bench, "POST", path, token, body)
        verb = "tasks " + path.rpartition("/")[2]
        assert status == 409 and part in answer["error"], (path, body, answer)
        assert answer["error"] == console(bench, verb, body)[1]
    assert len(bench.plant.dcu.tasks.all()) == 1


def test_a_list_may_be_long_and_everything_has_its_limit():
    bench, token = opened()
    comment = "#" + "x" * (web_tasks.CSV_MAX - len(CSV) - 2) + "\n"
    assert len(CSV + comment) == web_tasks.CSV_MAX
    assert told(bench, "POST", "/tasks/import", token, CSV + comment)[0] == 200
    for path, size in (
        ("/tasks/import", web_tasks.CSV_MAX),
        ("/tasks/add", web_tasks.TASK_MAX),
        ("/tasks/remove", BODY_MAX),
    ):
        assert bench.ask("POST", path, "x" * size, token=token)[0] == 409, path
        assert bench.ask("POST", path, "x" * (size + 1), token=token)[0] == 400, path
    assert len(bench.plant.dcu.tasks.all()) == 3


def test_what_is_no_text_is_refused():
    bench, token = opened()
    octets = request("POST", "/tasks/import", "???", token=token).replace(b"???", b"\xff\xfe\xfd")
    answer = run_virtual(bench.exchange(octets))
    assert answer.startswith(b"HTTP/1.0 409 ") and len(bench.plant.dcu.tasks.all()) == 1


def test_who_works_on_the_tasks_keeps_the_session_and_who_only_looks_does_not():
    bench, token = opened()
    for path in TASKS_READ + ["/tasks/remove"]:
        bench.plant.dcu.clock.ms += 250_000
        method = "POST" if path == "/tasks/remove" else "GET"
        bench.login(PASSWORD)
        status = bench.ask(method, path, "9", token=token)[0]
    assert status == 401
    token = bench.login()
    for _ in range(4):
        bench.plant.dcu.clock.ms += 500_000
        assert bench.ask("POST", "/tasks/remove", "9", token=token)[0] == 409


def test_the_form_has_the_fields_and_kinds_that_there_are():
    html = open("".join(PAGE), encoding="utf-8").read()
    form = html.partition('<form id="task"')[2].partition("</form>")[0]
    assert set(re.findall(r'name="(\w+)"', form)) == set(task.NAMES)
    kinds = form.partition('name="kind">')[2].partition("</select>")[0]
    assert tuple(re.findall(r"<option>(\w+)", kinds)) == task.KINDS
    assert web_tasks.CSV_MAX == task_list.CSV_MAX
    script = open(PAGE[0] + "tasks.js", encoding="utf-8").read()
    assert "innerHTML" not in script and "insertAdjacentHTML" not in script
