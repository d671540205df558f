"""The page of the tasks: each of its routes is a verb of the console, the body its one word.

{"result": …, "said": [text, …]}      or with status 409 {"error": text, "said": …}
"""

from lcd_menu.web_stream import text_of

CSV_MAX = 32_768  # octets of a list of tasks, as in dcu/task_list.py
TASK_MAX = 8_192  # octets of one task
LARGE = {"/tasks/add": TASK_MAX, "/tasks/import": CSV_MAX}
_REFUSED = 409


def _told(verb):
    async def handle(site, request, token, now_ms):
        return _answer(*await site.ask(verb, []))

    return handle


def _done(verb):
    async def handle(site, request, token, now_ms):
        site.sessions.used(token, now_ms)
        site.log(f"{request.sock[1].peer} asks for {verb}")
        return _answer(*await site.ask(verb, [text_of(request.body)]))

    return handle


async def _csv(site, request, token, now_ms):
    _, text, _ = await site.ask("tasks export", [])
    fields = {
        "Content-Type": "text/csv; charset=UTF-8",
        "Content-Disposition": 'attachment; filename="tasks.csv"',
    }
    return text, 200, fields


def _answer(exit_code, result, said):
    if exit_code:
        return {"error": result, "said": said}, _REFUSED
    return {"result": result, "said": said}


ROUTES = (  # method, path, what answers
    ("GET", "/tasks/list", _told("tasks list")),
    ("GET", "/tasks/plan", _told("tasks plan")),
    ("GET", "/tasks.csv", _csv),
    ("POST", "/tasks/add", _done("tasks add")),
    ("POST", "/tasks/remove", _done("tasks remove")),
    ("POST", "/tasks/import", _done("tasks import")),
)
