from hal import coop
from hal.errors import PortError
from hal.terminal import CONTRAST_MAX, ESCAPE_MS, Display, Keypad
from hal.terminal_cells import braille, half_blocks
from hal.terminal_keys import KeyDecoder

FRAME = 3200


class Paper:
    """A terminal of our choice: `says` are the pieces that are typed, b"" a silence."""

    def __init__(self, columns=200, lines=100, says=()):
        self.dimensions = (columns, lines)
        self.says = list(says)
        self.written = []
        self.waited_ms = []

    def size(self):
        return self.dimensions

    def write(self, text):
        self.written.append(text)

    async def read(self, timeout_ms):
        self.waited_ms.append(timeout_ms)
        if not self.says:
            raise PortError("hung up")
        return self.says.pop(0)


def keys_of(*pieces):
    """The keys read from a keypad until all pieces are used up; None for a silence."""

    async def read_all():
        keypad = Keypad(Paper(says=pieces))
        keys = []
        while True:
            try:
                keys.append(await keypad.read(1000))
            except PortError:
                return keys

    return coop.run(read_all())


def test_every_key_of_the_panel_is_on_the_keyboard():
    assert keys_of(b"\x1b[A", b"\x1b[B", b"\x1b[D", b"\x1b[C") == ["up", "down", "left", "right"]
    assert keys_of(b"\x1bOA\x1bOB") == ["up", "down"]
    assert keys_of(b"\r\n\x7f\x08") == ["enter", "enter", "back", "back"]
    assert keys_of(b"kjhlq") == ["up", "down", "left", "right", "quit"]


def test_esc_alone_is_back_when_nothing_follows():
    assert keys_of(b"\x1b", b"") == ["back"]
    assert keys_of(b"\x1b\x1b[A") == ["back", "up"]
    assert keys_of(b"\x1bj") == ["back", "down"]


def test_an_esc_is_waited_out_for_a_moment_only():
    paper = Paper(says=[b"\x1b", b""])
    assert coop.run(Keypad(paper).read(60_000)) == "back"
    assert paper.waited_ms[0] > 50_000 and paper.waited_ms[1] == ESCAPE_MS


def test_an_arrow_may_come_in_pieces():
    assert keys_of(b"\x1b", b"[", b"A") == ["up"]


def test_an_arrow_that_breaks_off_is_nothing():
    assert keys_of(b"\x1b[", b"", b"j") == ["down"]


def test_silence_is_told_by_none():
    assert keys_of(b"", b"j", b"") == [None, "down", None]


def test_other_keys_are_skipped():
    assert keys_of(b"xX1 \x00\xc3\xa4\x1b[3~\x1b[1;5A\x1bOPj") == ["down"]


def test_a_sequence_without_end_does_not_pile_up():
    decoder = KeyDecoder()
    for _ in range(1000):
        decoder.feed(b"\x1b[1111")
        while decoder.next_key():
            pass
        assert len(decoder._octets) < 32
    assert keys_of(b"\x1b[" + b"1" * 14 + b"j") == ["down"]


def test_every_octet_may_be_typed():
    for octet in range(256):
        for before in (b"", b"\x1b", b"\x1b[", b"\x1bO"):
            decoder = KeyDecoder()
            decoder.feed(before + bytes([octet]))
            while decoder.next_key():
                pass
            decoder.silence()
            assert not decoder.is_pending


def test_half_blocks_draw_two_rows_of_pixels_in_one_line():
    assert half_blocks(bytes([0b10101100, 0b01100101]), 1) == ["▀▄█ ▀█ ▄"]
    assert half_blocks(bytes([0xFF, 0, 0, 0xFF]), 2) == ["▀▀▀▀▀▀▀▀▄▄▄▄▄▄▄▄"]
    assert half_blocks(bytes([0xFF, 0xFF, 0, 0]), 1) == ["█" * 8, " " * 8]


def test_braille_draws_eight_pixels_in_one_character():
    assert braille(bytes([0b10_01_00_00, 0, 0, 0]), 1) == ["⠁⠈⠀⠀"]
    assert braille(bytes([0, 0b11_00_00_00, 0, 0]), 1) == ["⠒⠀⠀⠀"]
    assert braille(bytes([0, 0, 0b00_10_01_00, 0]), 1) == ["⠀⠄⠠⠀"]
    assert braille(bytes([0, 0, 0, 0b00_00_10_01]), 1) == ["⠀⠀⡀⢀"]
    assert braille(b"\xff" * 8, 1) == ["⣿⣿⣿⣿"] * 2


def test_a_frame_is_drawn_as_large_as_the_terminal_allows():
    for columns, lines, pixel in (
        (160, 80, "█"),
        (159, 80, "⣿"),
        (160, 79, "⣿"),
        (80, 40, "⣿"),
    ):
        paper = Paper(columns, lines)
        display = Display(paper)
        assert display.fits()
        display.show(b"\xff" * FRAME)
        assert pixel in paper.written[0], (columns, lines)


def test_a_terminal_that_is_too_small_is_told_so_in_one_line():
    for columns, lines in ((79, 40), (80, 39), (30, 1), (1, 1)):
        paper = Paper(columns, lines)
        display = Display(paper)
        assert not display.fits()
        display.show(b"\xff" * FRAME)
        said = paper.written[0].split("H")[1].replace("\x1b[0m", "")
        whole = f"terminal too small: {columns} x {lines}, the panel needs 80 x 40"
        assert said == whole[:columns]


def test_only_lines_that_changed_are_sent():
    paper = Paper()
    display = Display(paper)
    frame = bytearray(FRAME)
    display.show(frame)
    assert paper.written[0].count("▀") == 0 and paper.written[0].count("H") == 80
    display.show(frame)
    assert len(paper.written) == 1
    frame[20 * 14] = 0x80
    display.show(frame)
    assert paper.written[1].startswith("\x1b[8;1H") and paper.written[1].count("H") == 1
    assert paper.written[1].count("▀") == 1


def test_another_size_or_contrast_draws_everything_anew():
    paper = Paper()
    display = Display(paper)
    display.show(bytes(FRAME))
    paper.dimensions = (170, 90)
    display.show(bytes(FRAME))
    assert paper.written[1] == paper.written[0]
    display.contrast(0)
    display.show(bytes(FRAME))
    assert paper.written[2].count("H") == 80
    assert "38;5;252;" in paper.written[2]
    display.contrast(CONTRAST_MAX)
    display.show(bytes(FRAME))
    assert "38;5;232;" in paper.written[3]
    display.light(False)
    display.show(bytes(FRAME))
    assert ";48;5;150m" in paper.written[3] and ";48;5;65m" in paper.written[4]
    display.beep()
    assert paper.written[5] == "\x07"


def test_rows_of_text_are_shown_where_a_frame_does_not_fit():
    paper = Paper(20, 2)
    display = Display(paper)
    display.show_rows(["one" + " " * 17, "two" + " " * 17], 1)
    plain, inverted = paper.written[0].split("\x1b[2;1H")
    assert "one" in plain and "\x1b[7m" not in plain
    assert "two" in inverted and "\x1b[7m" in inverted
    paper.dimensions = (19, 2)
    display.show_rows(["one" + " " * 17, "two" + " " * 17], 1)
    assert "terminal too" in paper.written[1] and "two" not in paper.written[1]
