"""All settings as one COSEM object: read in full, changed in part, no secrets."""

from dcu.cosem_row import OTHER_REASON, TYPE_UNMATCHED
from dcu.cosem_settings import settings_rows
from dcu.schema import SCHEMA, SECRETS
from dcu.settings import Settings
from tests.kept import Kept
from wire import axdr
from wire.server import Denied


class Bench:
    def __init__(self):
        self.kept = Kept()
        self.settings = Settings(self.kept)
        self.row, self.why = settings_rows(self.settings)

    def read(self, row):
        return axdr.decode_all(row.cells[2].read(None)).decode()

    def write(self, value):
        """The result of a SET: None when it is taken."""
        try:
            self.row.cells[2].write(value)
        except Denied as denied:
            return denied.result
        return None


def test_every_setting_is_a_line_and_secrets_are_not_told():
    bench = Bench()
    bench.settings.put("cosem.kek", "0123456789ABCDEF" * 2)
    lines = bench.read(bench.row).split("\n")
    assert [line.split("=")[0] for line in lines] == [setting.key for setting in SCHEMA]
    assert "hes.heartbeat_s=300" in lines and "cosem.kek=(set)" in lines
    assert "0123456789" not in bench.read(bench.row)


def test_those_that_are_written_change_all_or_none():
    bench = Bench()
    assert bench.write(b"hes.heartbeat_s=77\nclock.zone=CET-1CEST,M3.5.0,M10.5.0/3\n") is None
    assert bench.settings.get("hes.heartbeat_s") == 77 and bench.read(bench.why) == ""
    assert bench.settings.get("clock.zone")[:3] == "CET"
    assert bench.write(b"hes.heartbeat_s=78\nhes.reply_s=0") == OTHER_REASON
    assert bench.settings.get("hes.heartbeat_s") == 77
    assert "hes.reply_s" in bench.read(bench.why)
    assert bench.write(b"modem.apn=a=b") is None and bench.settings.get("modem.apn") == "a=b"
    assert bench.read(bench.why) == ""


def test_secrets_are_not_set_and_nonsense_is_denied():
    bench = Bench()
    for setting in SCHEMA:
        if setting.kind in SECRETS:
            assert bench.write(f"{setting.key}=135792".encode()) == OTHER_REASON
            assert not bench.settings.get(setting.key)
            assert f"dcu settings set {setting.key}=@FILE" in bench.read(bench.why)
    for value, result in (
        (7, TYPE_UNMATCHED),
        ("hes.reply_s=9", TYPE_UNMATCHED),
        (b"\xff\xfe", TYPE_UNMATCHED),
        (b"hes.reply_s", OTHER_REASON),
        (b"no.such=1", OTHER_REASON),
        (b"=", OTHER_REASON),
        (b"hes.reply_s=9\n" * 257, OTHER_REASON),
    ):
        assert bench.write(value) == result, value
    assert bench.settings.get("hes.reply_s") == 20
    assert bench.write(b"hes.reply_s=9\n" * 256) is None and bench.settings.get("hes.reply_s") == 9


def test_what_was_read_can_be_written_back_and_changes_nothing():
    bench = Bench()
    bench.settings.put_all([("hes.reply_s", "33"), ("cosem.password", "geheim")])
    before, saved = bench.read(bench.row), bench.kept.load()
    assert bench.write(before.encode()) is None
    assert bench.read(bench.row) == before and bench.kept.load() == saved
    assert bench.read(bench.why) == ""
