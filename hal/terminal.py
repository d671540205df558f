"""The front panel in a terminal: a display for 1-bit frames and a keypad of six keys.

    with Terminal() as terminal:
        display, keypad = Display(terminal), Keypad(terminal)

The terminal is in our hands from Terminal() until `close`, which any end of the program brings
about but a signal that kills it.
"""

import sys

from hal import coop
from hal.clock import Clock
from hal.errors import PortError
from hal.guarded import guarded
from hal.terminal_cells import braille, half_blocks
from hal.terminal_keys import KeyDecoder

if sys.implementation.name == "micropython":
    from hal import terminal_upy as _own
else:
    from hal import terminal_cpython as _own

CONTRAST_MAX = 10
ESCAPE_MS = 100  # an arrow key comes in one piece; over a slow line in two
_READ_SIZE = 64
_LFLAG, _CC = 3, 6
_ICANON, _ECHO, _IEXTEN = 0o2, 0o10, 0o100000  # asm-generic/termbits.h
_VTIME, _VMIN, _VSUSP = 5, 6, 10
_AFTER_OUTPUT = 1  # TCSADRAIN

_TAKE = "\x1b[?1049h\x1b[?25l"  # the other screen of the terminal (xterm), no text cursor
_GIVE_BACK = "\x1b[0m\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[0m\x1b[2J"
_PLAIN = "\x1b[0m"
_BELL = "\x07"
_PAPER = 150  # of the 256 colours of xterm: the green of an LCD
_PAPER_UNLIT = 65
_INK_PALEST = 252  # of its greys; 232 is black
_DRAWINGS = ((1, 2, half_blocks), (2, 4, braille))  # pixels in a character: across, down


class Terminal:
    """Standard input and output, without echo and line editing. PortError if they are none.

    Ctrl-C still raises KeyboardInterrupt; Ctrl-Z does nothing.
    """

    def __init__(self):
        try:
            self._before = _own.attributes()
            _own.size()
            _own.set_attributes(_AFTER_OUTPUT, _raw(_own.attributes()))
        except OSError:
            raise PortError(
                "standard input or output is no terminal: start it in a terminal window"
            )
        _own.at_exit(self.close)
        self.write(_TAKE)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def size(self):
        """(columns, rows); a line that does not know its size (a serial console) is a VT100."""
        columns, rows = guarded("the terminal", _own.size)
        return columns or 80, rows or 24

    def write(self, text):
        guarded("the terminal", _own.write, text.encode())

    async def read(self, timeout_ms):
        """What was typed, as octets; b"" after the silence."""
        if not await coop.readable(sys.stdin, timeout_ms):
            return b""
        octets = guarded("the terminal", _own.read, _READ_SIZE)
        if not octets:
            raise PortError("the terminal has hung up")
        return octets

    def close(self):
        """The terminal as it was. A second time does nothing."""
        if self._before:
            before, self._before = self._before, None
            try:
                _own.write(_GIVE_BACK.encode())
                _own.set_attributes(_AFTER_OUTPUT, before)
            except OSError:
                pass  # it is gone


class Keypad:
    """Arrow keys or h j k l, Enter, Esc or Backspace for back, q to quit."""

    def __init__(self, terminal):
        self._terminal = terminal
        self._clock = Clock()
        self._decoder = KeyDecoder()

    async def read(self, timeout_ms):
        """`up down left right enter back quit`, or None after the silence. PortError when the
        terminal is gone."""
        until_ms = self._clock.ticks_ms() + timeout_ms
        while True:
            key = self._decoder.next_key()
            if key:
                return key
            is_pending = self._decoder.is_pending
            left_ms = ESCAPE_MS if is_pending else until_ms - self._clock.ticks_ms()
            octets = await self._terminal.read(max(0, left_ms))
            self._decoder.feed(octets)
            if not octets:
                key = self._decoder.silence()
                if key or not is_pending:
                    return key


class Display:
    """`width` x `height` pixels, drawn as large as the terminal allows. Only lines that changed
    are sent."""

    def __init__(self, terminal, width=160, height=160):
        self.width = width
        self.height = height
        self._terminal = terminal
        self._size = None
        self._sent = []
        self._level = CONTRAST_MAX - 2
        self._paper = _PAPER

    def contrast(self, level):
        """0 (pale) to CONTRAST_MAX (black), from the next `show` on."""
        assert 0 <= level <= CONTRAST_MAX
        self._level = level

    def light(self, is_lit):
        """The backlight, from the next `show` on."""
        self._paper = _PAPER if is_lit else _PAPER_UNLIT

    def beep(self):
        self._terminal.write(_BELL)

    def fits(self):
        """Whether the terminal has room for a frame; else `show_rows` may do."""
        return self._drawing() is not None

    def show(self, frame):
        """A frame of `width` * `height` / 8 octets; a line that says so if it does not fit."""
        assert len(frame) * 8 == self.width * self.height
        drawing = self._drawing()
        if drawing is None:
            across, down, _ = _DRAWINGS[-1]
            self._say_too_small(self.width // across, self.height // down)
        else:
            lines = drawing(frame, self.width // 8)
            self._send([self._colours + line + _PLAIN for line in lines])

    def show_rows(self, rows, inverted):
        """The same as text: rows of characters, the number of the one that is inverted or None."""
        columns, lines = self._terminal.size()
        if columns < len(rows[0]) or lines < len(rows):
            self._say_too_small(len(rows[0]), len(rows))
            return
        invert = ("", "\x1b[7m")
        numbered = enumerate(rows)
        self._send([self._colours + invert[n == inverted] + row + _PLAIN for n, row in numbered])

    @property
    def _colours(self):
        return f"\x1b[0;38;5;{_INK_PALEST - 2 * self._level};48;5;{self._paper}m"

    def _drawing(self):
        columns, lines = self._terminal.size()
        for across, down, drawing in _DRAWINGS:
            if columns * across >= self.width and lines * down >= self.height:
                return drawing
        return None

    def _say_too_small(self, columns, lines):
        has = "{} x {}".format(*self._terminal.size())
        text = f"terminal too small: {has}, the panel needs {columns} x {lines}"
        self._send([_PLAIN + text[: self._terminal.size()[0]]])

    def _send(self, lines):
        size = self._terminal.size()
        out = []
        if size != self._size or len(lines) != len(self._sent):
            out.append(_CLEAR)
            self._size, self._sent = size, [None] * len(lines)
        for index, line in enumerate(lines):
            if line != self._sent[index]:
                out.append(f"\x1b[{index + 1};1H{line}")
        self._sent = lines
        if out:
            self._terminal.write("".join(out))


def _raw(attributes):
    """Each key at once, a read takes what is there; signals stay, but for stopping by Ctrl-Z."""
    attributes[_LFLAG] &= ~(_ICANON | _ECHO | _IEXTEN)
    control = attributes[_CC]
    control[_VMIN] = control[_VTIME] = 0
    control[_VSUSP] = b"\x00"
    return attributes
