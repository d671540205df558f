"""The life of a module in the slot, whatever it speaks: its state, and when to try again.

States: absent (no port), probing, starting, running, lost.
"""

from hal import coop
from hal.errors import DcuError, PortError

ABSENT, PROBING, STARTING, RUNNING, LOST = "absent", "probing", "starting", "running", "lost"

_PAUSES_MS = (5_000, 15_000, 60_000, 300_000)  # after each failure in a row


class Life:
    """event(text) is told of each new state."""

    def __init__(self, event):
        self._event = event
        self._has_port = False
        self.state = ABSENT
        self.trouble = None
        self.starts = 0  # how often it has been brought up

    async def run(self, serve):
        """For ever."""
        failures = 0
        while True:
            began = self.starts
            await serve()
            failures = 0 if self.starts > began else failures + 1
            if failures:
                await coop.sleep_ms(_PAUSES_MS[min(failures, len(_PAUSES_MS)) - 1])

    async def serve(self, live, let_go):
        """`await live()` until the module is lost; it never ends well."""
        self._has_port = False
        try:
            await live()
        except DcuError as error:
            is_absent = not self._has_port and isinstance(error, PortError)
            self.enter(ABSENT if is_absent else LOST, str(error))
        finally:
            await let_go()

    def opened(self, open_port):
        """A port. PortError: there is no module, for there is no port."""
        self.enter(PROBING)
        port = open_port()
        self._has_port = True
        return port

    def running(self):
        self.starts += 1
        self.enter(RUNNING)

    def enter(self, state, trouble=None):
        if (state, trouble) != (self.state, self.trouble):
            self.state, self.trouble = state, trouble
            self._event(f"module {state}" + (f": {trouble}" if trouble else ""))

    def demand_running(self, channel):
        """channel: None when there is none any more."""
        if self.state != RUNNING:
            raise PortError(f"module: {self.trouble or self.state}")
        if channel is None:
            raise PortError("module: it is being let go")
