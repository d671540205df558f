"""How the verbs ask the running `hes serve`: HTTP on loopback, with the token of its folder."""

import http.client
import json

from hes_stub.errors import HesError, NoAnswer

TIMEOUT_S = 300  # of one read with all its items; the server gives up earlier
ARCHIVE_PATH = "/api/archive"
GDW_PATH = "/api/gdw"
NETWORK_PATH = "/api/network"
READ_PATH = "/api/read"
REKEY_PATH = "/api/rekey"
TASKS_PATH = "/api/tasks"
SETTINGS_PATH = "/api/settings"


def ask(folder, path, request):
    """What the `hes serve` on this folder answers to the dict `request`, a dict too: one of
    hes_stub/archive.py, gdw.py, network.py, ondemand.py, rekey.py, settings.py and tasks.py."""
    address = folder.address()
    connection = http.client.HTTPConnection(address["host"], address["port"], timeout=TIMEOUT_S)
    headers = {"Authorization": f"Bearer {address['token']}", "Content-Type": "application/json"}
    try:
        connection.request("POST", path, json.dumps(request), headers)
        answer = connection.getresponse()
        document = json.loads(answer.read())
    except TimeoutError:
        raise NoAnswer(f"`hes serve` did not answer within {TIMEOUT_S} s")
    except (OSError, ValueError, http.client.HTTPException):
        raise NoAnswer(f"no `hes serve` runs on {folder.path}; start it, or give --data")
    finally:
        connection.close()
    if answer.status != 200:
        raise HesError(document.get("error", f"HTTP status {answer.status}"))
    return document
