"""A simulated cellular module: octets of its serial port in, octets out, at moments of a clock.

Written from V.250, 3GPP TS 27.007 and the manuals of the makers, and with what public clients of
these modules expect. It knows nothing of ports and sockets: `timers` has `at(when_ms, act,
octets)` and `now_ms()`, `network` is as meter_sim/modem_network.py, `out(octets)` takes what it
says at `module.baud`. It runs on MicroPython, too, so that firmware there can be tried with it.
"""

from meter_sim import modem_common
from meter_sim.modem_line import parsed
from meter_sim.modem_links import Links

LINE_MAX = 560  # octets of a command line; a longer one is an error
HEARD_MAX = 200
ESCAPE_MS = 1000  # of silence around +++


class Nature:
    """What one module has of its own, and what may go wrong with it.

    answer_ms  from a command to its answer
    boot_ms    from its start to RDY
    chatter    chance of a notification between two lines
    split      it speaks in pieces of 1 to so many octets, each for itself; 0: not
    full       that many sends find no room
    queues     what is said while it works is heard afterwards
    """

    def __init__(self):
        self.answer_ms = 5
        self.boot_ms = 5_000
        self.chatter = 0.0
        self.split = 0
        self.full = 0
        self.echo = True
        self.queues = False
        self.baud = 115200
        self.pin = "1234"
        self.is_locked = False  # the SIM asks for its PIN after each start


class Module:
    """dialect: a module like meter_sim/modem_sim800.py, with COMMANDS and the words of links."""

    def __init__(self, dialect, timers, network, out, nature=None, chance=lambda: 1.0):
        self.dialect = dialect
        self.timers = timers
        self.network = network
        self.nature = nature or Nature()
        self.links = Links(self)
        self.baud = self.nature.baud
        self.saved_baud = self.baud
        self.echo = self.nature.echo
        self.quiet = False
        self.errors = 0  # CMEE
        self.registration = 1
        self.csq = 20
        self.operator = "OPENTEL"
        self.sim = "ready"
        self.pin_tries = 3
        self.apn = self.user = self.password = ""
        self.attached = True
        self.is_up = False  # the data context
        self.is_mute = False
        self.far = None  # who answers ATD*99#: meter_sim/modem_far.py
        self.heard = []  # the last command lines, for tests
        self.starts = 0
        self._chance = chance
        self._out = out
        self._life = 0  # what was to be said before a restart is never said
        self._line = bytearray()
        self._unheard = b""
        self._mode = "off"
        self._payload = bytearray()
        self._wanted = 0
        self._take_payload = None
        self._swallow_lf = False
        self._last_ms = 0
        self._commands = dict(modem_common.COMMANDS)
        self._commands.update(dialect.COMMANDS)
        self._begin("command")

    # power

    def restart(self, after_ms=0):
        """As after CFUN=1,1, a reset pulse or a power cut: sockets and context are gone."""
        self._begin("boot")
        self._later(after_ms + self.nature.boot_ms, self._booted)

    def _begin(self, mode):
        self._life += 1
        self.starts += 1
        if self.far and self._mode == "data":
            self.far.hang_up()
        self._mode = mode
        self._line, self._wanted = bytearray(), 0
        self.links.drop_all()
        self.is_up = False
        self.baud = self.saved_baud
        self.echo = self.nature.echo
        self.errors = 0
        self.quiet = self.is_mute = False
        if self.sim == "ready" and self.nature.is_locked:
            self.sim = "pin"

    def _booted(self, _=b""):
        self._mode = "command"
        for line in self.dialect.BOOT:
            self.urc(line)

    def power_off(self, line="NORMAL POWER DOWN"):
        self.urc(line)
        self._begin("off")

    def power_key(self):
        """A pulse on PWRKEY: on, or off."""
        if self._mode == "off":
            self.restart()
        else:
            self.power_off()

    def dial(self):
        """ATD*99#: from now on its octets are those of `far`, until that hangs up."""
        if self.far is None or self.registration not in (1, 5):
            self.answer("NO CARRIER")
            return

        def connected(_):
            self.say_line("CONNECT")
            self._mode = "data"
            self.far.answer(self._out, lambda: self._finish(["NO CARRIER"]))

        self._later(self.nature.answer_ms, connected)

    def answer_data(self):
        """Be in a data connection, as somebody has left it."""
        self._mode = "data"

    # hearing

    def hear(self, octets, baud):
        """What comes at `baud`; another one than ours makes no sense."""
        now_ms = self.timers.now_ms()
        gap_ms, self._last_ms = now_ms - self._last_ms, now_ms
        if baud != self.baud or self._mode in ("off", "boot"):
            return
        if self._mode == "data":
            self._hear_data(octets, gap_ms)
            return
        for octet in octets:
            self._hear_octet(octet)

    def _hear_data(self, octets, gap_ms):
        if self.far:
            self.far.hear(octets)
        if octets != b"+++" or gap_ms < ESCAPE_MS:
            return
        heard_ms = self._last_ms

        def leave(_):
            if self._last_ms == heard_ms and self._mode == "data":
                self._mode = "command"
                self.say_line("OK")

        self._later(ESCAPE_MS, leave)

    def _hear_octet(self, octet):
        swallow, self._swallow_lf = self._swallow_lf, False
        if self._wanted:
            if not (swallow and octet == 10):
                self._payload.append(octet)
            if len(self._payload) == self._wanted:
                self._wanted = 0
                self._take_payload(bytes(self._payload))
        elif self._mode == "busy":  # what is said to a module at work is lost, with most
            self._unheard += bytes((octet,)) if self.nature.queues else b""
        elif octet == 13:
            self._echo(octet)
            line, self._line = bytes(self._line), bytearray()
            self._execute(line)
        elif octet != 10:
            self._echo(octet)
            self._line.append(octet)
            if len(self._line) > LINE_MAX:
                self._line = bytearray()

    def _echo(self, octet):
        if self.echo and not self.is_mute:
            self._say(bytes((octet,)))

    def _execute(self, line):
        at = max(line.find(b"AT"), line.find(b"at"))
        if at < 0 or not all([32 <= octet < 127 for octet in line]):
            return  # noise
        text = line[at + 2 :].decode()
        self.heard = self.heard[-HEARD_MAX:] + [text]
        self._mode = "busy"
        name, kind, arguments = parsed(text)
        handler = self._commands.get(name)
        try:
            if handler:
                handler(self, kind, arguments)
            elif modem_common.is_basic(text):
                modem_common.basic(self, text)
            else:
                self.error(100)
        except (IndexError, ValueError):
            self.error(50)

    # answering

    def answer(self, *lines, after_ms=0):
        """Lines, of which the last ends the command."""
        self._later(self.nature.answer_ms + after_ms, self._finish, lines)

    def _finish(self, lines):
        self._mode = "command"
        self._say_lines(lines)
        unheard, self._unheard = self._unheard[:LINE_MAX], b""
        for octet in unheard:
            self._hear_octet(octet)

    def information(self, *lines, after_ms=0):
        """Lines before those that end it."""
        self._later(self.nature.answer_ms + after_ms, self._say_lines, lines)

    def _say_lines(self, lines):
        for line in lines:
            self.chat()
            self.say_line(line)

    def error(self, code, after_ms=0):
        """`code` is shown if CMEE says so."""
        self.answer(f"+CME ERROR: {code}" if self.errors else "ERROR", after_ms=after_ms)

    def counted(self, header, octets):
        """A header line and octets, in one piece; then OK."""

        def speak(_):
            self._mode = "command"
            self.chat()
            self._say(b"\r\n" + header.encode() + b"\r\n" + octets)
            self.say_line("OK")

        self._later(self.nature.answer_ms, speak)

    def prompt(self, size, take):
        """Ask for `size` octets; then take(octets)."""

        def ask(_):
            self.chat()
            self._payload = bytearray()
            self._wanted, self._take_payload = size, take
            self._swallow_lf = True
            self._say(b"\r\n> ")

        self._later(self.nature.answer_ms, ask)

    def urc(self, line, after_ms=0):
        """A notification, now or later; never in the middle of another line."""
        if self._mode == "data" or self.is_mute:
            return
        if after_ms:
            self._later(after_ms, lambda _: self.say_line(line))
        else:
            self.say_line(line)

    def chat(self):
        """Say something that nobody asked for, if that is its nature."""
        while self._chance() < self.nature.chatter:
            texts = self.dialect.CHATTER
            self.say_line(texts[int(self._chance() * len(texts)) % len(texts)])

    def say_line(self, line):
        self._say(b"\r\n" + line.encode() + b"\r\n")

    def _say(self, octets):
        if self.is_mute or self.quiet:
            return
        if not self.nature.split:
            self._out(octets)
            return
        at = 0
        while at < len(octets):
            size = 1 + int(self._chance() * self.nature.split) % self.nature.split
            self._out(octets[at : at + size])
            at += size

    def _later(self, after_ms, act, argument=b""):
        life = self._life

        def now(_):
            if life == self._life:
                act(argument)

        self.timers.at(self.timers.now_ms() + after_ms, now)

    def later(self, after_ms, act):
        """Call act() unless it has been restarted by then."""
        self._later(after_ms, lambda _: act())
