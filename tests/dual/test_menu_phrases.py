"""What the DCU says is shown in the language of the panel, with the values in it."""

from boards.panel_status import _IMAGES
from dcu import ladder, ledger
from dcu.alarm_codes import TEXT
from dcu.alarms import in_words
from dcu.meter_state import LATE, NEVER_ASKED, ONLINE, SILENT, UNKNOWN, WRONG
from dcu.schema import find, parse
from dcu.severity import LEVELS
from drivers import module_life
from lcd_menu.words import LANGUAGES, VALUE, of, translated
from tests.dual.phrases import left_in_english
from tests.kept import refusal

SAID = (  # as the parts of the DCU say it
    "hes.main by the HES",
    "meter.reply_ms by the panel",
    "3 tasks by the HES",
    "1 task by the HES",
    "hes.main by the DCU: no login within 1800 s",
    "81 % of the disk in use",
    "0.1.0 to 0.2.0",
    "rs485-1 meter 17 does not answer",
    "plc meter 000000000017 does not answer",
    "plc meter 17 is not in the network",
    "MP 17 is not in the network",
    "10.0.0.5:8877: connection refused: nothing listens there (errno 111)",
    "10.0.0.5:8877: no answer within 30000 ms",
    "10.0.0.5:8877: closed by the peer",
    "/dev/ttyUSB0: does not exist (errno 2)",
    "no device is set (rs485.1.device)",
    "cable unplugged",
    "by the system",
    "asks for an address",
    "no address",
    "-71 dBm, 3 of 4",
    "copying 40 %",
    "installing; the DCU starts again",
    "10.0.0.5:8877 answers, 12 ms; hes.example:5020 does not answer",
    "rs485-1: nothing came back; is the plug bridged?",
    "rs485-1: all 64 octets came back",
    "one at a time: something is being read or searched",
    "filling 3 holes of MP 5",
    "visiting MP 5",
    "next visit in 12 s",
    "paused (collect.paused)",
    "duplicate MP 5: remove the old row first, or import one in its place",
    "6 digits",
    "   5    17 P online",
)


WHYS = (  # of dcu/ladder.py
    "the module is to be restarted",
    "the SIM wants a PIN or PUK",
    "no SIM",
    "the network denies us",
    "no way to the HES, try 2 of 3",
    "the host is there, the HES is not",
    "the HES is not trusted: 10.0.0.5:8877: closed by the peer",
)


def test_every_alarm_is_told_in_every_language():
    for code in TEXT:
        for level in LEVELS:
            assert left_in_english(f"{level}: " + in_words(code, 5, "")) == []
        assert left_in_english(f"12 {TEXT[code]}") == []


def test_every_state_and_every_reason_is_told_in_every_language():
    states = list(ladder.TEXT.values()) + list(ledger.WORDS.values()) + list(_IMAGES.values())
    states += [LATE, NEVER_ASKED, ONLINE, SILENT, UNKNOWN, WRONG]
    states += [getattr(module_life, name) for name in dir(module_life) if name.isupper()]
    for text in [each for each in states if isinstance(each, str) and each != UNKNOWN]:
        assert left_in_english(text.replace("{}", "10.0.0.5:8877")) == [], text


def test_why_the_uplink_waits_is_told_in_every_language():
    for text in WHYS:
        assert left_in_english(f"{text}; again in 60 s") == [], text


def test_what_is_said_with_values_in_it_is_told_in_every_language():
    for text in SAID:
        assert left_in_english(text) == [], text


def test_what_is_refused_in_an_editor_is_told_in_every_language():
    for key, text in (
        ("hes.reply_s", "0"),
        ("hes.main", "X"),
        ("modem.apn", "X" * 80),
        ("cosem.password", "X" * 80),
        ("hes.heartbeat_s", "9999"),
    ):
        assert left_in_english(refusal(parse, find(key), text)) == [], key


def test_values_stand_where_the_language_has_them():
    table = {"a # b #": "# y, # x", "core": "kern", "# c": "c(#)", "core: core": "in one"}
    for text, expected in (
        ("a 1 b rs485-1", "1 y, rs485-1 x"),
        ("  core 12", "  kern 12"),
        ("12:00:00Z core", "12:00:00Z kern"),
        ("17 c", "c(17)"),
        ("core: 3 core; core, other", "kern: 3 kern; kern, other"),
        ("core\nother", "kern\nother"),
        ("core other", "core other"),
        ("17", "17"),
        ("", ""),
        (" ", " "),
        ("a 1 c 2", "a 1 c 2"),
        ("a r#1 b 2", "r#1 y, 2 x"),
        ("core: core", "in one"),
    ):
        assert translated(table, text) == expected, text
        assert translated({}, text) == text


def test_every_language_has_room_for_each_value():
    for language in LANGUAGES[1:]:
        for english, text in of(language).items():
            assert english.count(VALUE) == text.count(VALUE), (language, english)
