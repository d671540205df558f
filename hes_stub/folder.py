"""The data folder of the HES: who serves it, and how the verbs reach that process.

serve.json (mode 0600) says where the running `hes serve` listens on loopback, and the token that
a request must carry: whoever may read the file may ask for readings of meters.
"""

import errno
import fcntl
import json
import os
from pathlib import Path

from hes_stub.errors import HesError, NoAnswer

LOCK = "serve.lock"
ADDRESS = "serve.json"
DATABASE = "hes.db"


class Folder:
    def __init__(self, path):
        self.path = Path(path)
        self._lock = None

    def claim(self):
        """Make the folder and be the only `hes serve` on it until the process ends."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = open(self.path / LOCK, "w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES) and self._lock:
                raise HesError(f"another `hes serve` uses {self.path}; stop it or give --data")
            raise HesError(f"{self.path}: {error.strerror}; give --data a folder to write in")

    def is_served(self):
        """Whether a `hes serve` runs on it: one that was killed has left its tables alone."""
        try:
            with open(self.path / LOCK) as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def publish(self, host, port, token):
        temporary = self.path / (ADDRESS + ".new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"host": host, "port": port, "token": token}, file)
        os.replace(temporary, self.path / ADDRESS)

    def retract(self):
        (self.path / ADDRESS).unlink(missing_ok=True)

    def address(self):
        """{"host", "port", "token"} of the running `hes serve`, or NoAnswer."""
        path = self.path / ADDRESS
        try:
            address = json.loads(path.read_text())
            return {name: address[name] for name in ("host", "port", "token")}
        except FileNotFoundError:
            raise NoAnswer(f"no `hes serve` runs on {self.path}; start it, or give --data")
        except OSError as error:
            raise HesError(f"{path}: {error.strerror}; it is for the user who runs `hes serve`")
        except (ValueError, LookupError, TypeError):
            raise HesError(f"{path} is damaged: start `hes serve` again, which writes it anew")
