"""The ladder of the uplink: what is to be done next, from what came of the last. No I/O.

A state is something to do. Who drives the ladder does it, and tells by `take(event)` what came of
it. What is nearest is tried first: the heartbeat again, the HES again, the data context again,
and only then is the module restarted; each rung costs the network more than the one below.

    START SIM REGISTER DIAL      power and rate, SIM, network, data context
    CONNECT LOGIN ONLINE BEAT    client: the HES is dialled, registered at, served, asked
    LISTEN SERVE                 server: the HES dials us
    PING                         whose fault is it: the HES's, or the way's to it?
    DROP RESET WAIT              the context is let go, the module restarted, time passes
"""

START, SIM, REGISTER, DIAL = "start", "sim", "register", "dial"
CONNECT, LOGIN, ONLINE, BEAT = "connect", "login", "online", "beat"
LISTEN, SERVE, PING = "listen", "serve", "ping"
DROP, RESET, WAIT = "drop", "reset", "wait"

TEXT = {
    START: "starting the module",
    SIM: "asking the SIM",
    REGISTER: "registering with the network",
    DIAL: "opening the data context",
    CONNECT: "dialling {}",
    LOGIN: "registering at {}",
    ONLINE: "online",
    BEAT: "online",
    LISTEN: "opening the port for the HES",
    SERVE: "waiting for the HES to dial",
    PING: "looking whether {} is there",
    DROP: "closing the data context",
    RESET: "restarting the module",
}

OK = "ok"
FAILED = "failed"  # it did not come about, or the peer has closed
SILENT = "silent"  # no answer in time
LOST = "lost"  # the network has taken the data context away
MUTE = "mute"  # the module itself does not answer
LOCKED, ABSENT = "locked", "absent"  # of SIM
DENIED = "denied"  # of REGISTER
UNTRUSTED = "untrusted"  # who answers is not the HES, or takes us for another: `trouble` says why
CLOSED, IDLE = "closed", "idle"  # of SERVE: a HES has come and gone; nobody has come for long


class Ladder:
    """get         function(key) -> the figure that is set
    draw        function() -> 0 to 99: spreads the waits of many DCUs
    is_server   the HES dials us
    holds_off   whether a restart is a burden to others: it then waits longer each time
    """

    def __init__(self, get, draw, is_server=False, holds_off=True):
        self._get = get
        self._draw = draw
        self._is_server = is_server
        self._holds_off = holds_off
        self.state = START
        self.wait_s = 0
        self.turn = 0  # of the hosts, which
        self.shorts = 0  # good sessions in a row that ended soon
        self.trouble = ""
        self.redials_total = self.resets_total = self.misses_total = 0
        self._why = ""
        self._then = START  # after WAIT
        self._tries = 0
        self._is_loss = False
        self.heard()

    def heard(self):
        """The HES has proved to be there, by a frame or a heartbeat that it answered: only now
        do the counters fall back. A login proves nothing; networks have been seen that let a
        login through and break the context behind it, for ever."""
        self._redials = self._resets = self._sleeps = self._failures = self._losses = 0

    def take(self, event):
        """Go on from what came of the state."""
        self.resets_total += self.state == RESET
        if event == MUTE and self.state != RESET:
            _restart(self)
            return
        steps = _STEPS[self.state]
        if event == LOST and LOST not in steps:
            event = FAILED  # there was no context yet that could be lost
        step = steps[event]
        if type(step) is str:
            _go(self, step)
        else:
            step(self)

    def text(self, host=""):
        """The state in words: for panel, web and log."""
        if self.state == WAIT:
            return f"{self._why}; again in {self.wait_s} s"
        return TEXT[self.state].format(host)

    def spread(self, seconds):
        """`seconds` with the jitter that is set, at least 1."""
        percent = self._get("uplink.jitter_percent")
        return max(1, seconds + seconds * percent * (2 * self._draw() - 99) // 9900)


def _go(ladder, state):
    ladder._tries = 0
    ladder.state = state


def _wait(ladder, seconds, then, why):
    ladder.wait_s = ladder.spread(seconds)
    ladder._then = then
    ladder._why = why
    _go(ladder, WAIT)


def _waited(ladder):
    _go(ladder, ladder._then)


def _restart(ladder):
    """At once the first times, then after hold-offs: who restarts too often is a burden."""
    waits = [int(text) for text in ladder._get("uplink.reset_waits_min").split(",")]
    minutes = waits[min(ladder._resets, len(waits) - 1)] if ladder._holds_off else 0
    ladder._resets += 1
    ladder._redials = 0
    if minutes:
        _wait(ladder, 60 * minutes, RESET, "the module is to be restarted")
    else:
        _go(ladder, RESET)


def _locked(ladder):
    _wait(ladder, ladder._get("modem.locked_s"), START, "the SIM wants a PIN or PUK")


def _absent(ladder):
    _wait(ladder, ladder._get("modem.absent_s"), RESET, "no SIM")


def _denied(ladder):
    _wait(ladder, ladder._get("modem.denied_s"), REGISTER, "the network denies us")


def _connected_to_network(ladder):
    _go(ladder, LISTEN if ladder._is_server else CONNECT)


def _drop(ladder):
    ladder._is_loss = False
    _go(ladder, DROP)


def _lose(ladder):
    """The context has gone by itself: the first time that is no fault, and dialled at once."""
    ladder._losses += 1
    ladder._is_loss = ladder._losses == 1
    _go(ladder, DROP)


def _dropped(ladder):
    if ladder._is_loss:
        _go(ladder, DIAL)
    else:
        _redial(ladder, DIAL)


def _not_started(ladder):
    _redial(ladder, START)


def _redial(ladder, then):
    ladder._redials += 1
    most = ladder._get("uplink.redial_max")
    if ladder._redials > most:
        _restart(ladder)
        return
    ladder.redials_total += 1
    seconds = ladder._get("uplink.redial_wait_s")
    _wait(ladder, seconds, then, f"no way to the HES, try {ladder._redials} of {most}")


def _login_silent(ladder):
    _again(ladder, "hes.login_tries")


def _beat_missed(ladder):
    ladder.misses_total += 1
    _again(ladder, "hes.heartbeat_misses")


def _again(ladder, key):
    ladder._tries += 1
    if ladder._tries >= ladder._get(key):
        _go(ladder, PING)


def _answered(ladder):
    ladder.heard()
    _go(ladder, ONLINE)


def _called(ladder):
    ladder.heard()
    _go(ladder, SERVE)


def _there(ladder):
    """The host answers, so the way is good: what is restarted on this side would help nobody."""
    if ladder._is_server:
        _called(ladder)
    else:
        _rest(ladder, "the host is there, the HES is not")


def _untrusted(ladder):
    """The way is good here, too, and nothing on this side is restarted for it."""
    _rest(ladder, f"the HES is not trusted: {ladder.trouble}")


def _rest(ladder, why):
    _count_failure(ladder)
    least, most = ladder._get("hes.retry_min_s"), ladder._get("hes.retry_max_s")
    doublings = max(ladder._sleeps, ladder.shorts - 1, 0)
    seconds = min(least << min(doublings, 16), most)
    ladder._sleeps += 1
    _wait(ladder, seconds, CONNECT, why)


def _not_there(ladder):
    _count_failure(ladder)
    _drop(ladder)


def _count_failure(ladder):
    """The other host after some failures of either kind: one whose site has no power answers
    no ping, and must not keep us from the one that does."""
    ladder._failures += 1
    if ladder._failures % ladder._get("hes.host_tries") == 0:
        ladder.turn += 1


_STEPS = {
    START: {OK: SIM, FAILED: _not_started},
    SIM: {OK: REGISTER, LOCKED: _locked, ABSENT: _absent, FAILED: _absent},
    REGISTER: {OK: DIAL, DENIED: _denied, FAILED: _restart, LOST: _restart},
    DIAL: {OK: _connected_to_network, FAILED: _drop, LOST: _drop},
    CONNECT: {OK: LOGIN, FAILED: PING, LOST: _lose, UNTRUSTED: _untrusted},
    LOGIN: {
        OK: ONLINE,
        SILENT: _login_silent,
        FAILED: PING,
        LOST: _lose,
        UNTRUSTED: _untrusted,
    },
    ONLINE: {OK: BEAT, FAILED: PING, LOST: _lose, UNTRUSTED: _untrusted},
    BEAT: {
        OK: _answered,
        SILENT: _beat_missed,
        FAILED: PING,
        LOST: _lose,
        UNTRUSTED: _untrusted,
    },
    LISTEN: {OK: SERVE, FAILED: _drop, LOST: _lose},
    SERVE: {CLOSED: _called, IDLE: PING, FAILED: LISTEN, LOST: _lose},
    PING: {OK: _there, SILENT: _not_there, FAILED: _not_there, LOST: _lose},
    DROP: {OK: _dropped, FAILED: _dropped, LOST: _dropped},
    RESET: {OK: START, FAILED: START, MUTE: START},  # starting finds more than a restart does
    WAIT: {OK: _waited},
}
