"""The limits of the HES from both sides; those of a connection are in test_link.py."""

import asyncio

import pytest

from hes_stub import web
from hes_stub.credentials import PASSWORD_MAX, from_argument
from hes_stub.errors import HesError
from hes_stub.fetch import ALARM_LINES_MAX
from hes_stub.items import ITEMS_MAX, parse
from hes_stub.rows import TEXT_MAX, printable
from hes_stub.values import scaled
from tests.hes.fake_dcu import Dcu, Plant, alarm_row
from tests.hes.running_hes import run_hes, until

ENERGY = "1.0.1.8.0.255"


@pytest.mark.parametrize("octets", (1, PASSWORD_MAX))
def test_a_password_of_1_to_64_octets_is_taken(tmp_path, octets):
    (tmp_path / "file").write_bytes(b"x" * octets + b"\nsecond line")
    assert from_argument("--dcu-password", f"@{tmp_path / 'file'}").octets == b"x" * octets


@pytest.mark.parametrize("octets", (0, PASSWORD_MAX + 1))
def test_a_password_that_is_empty_or_longer_is_refused(tmp_path, octets):
    (tmp_path / "file").write_bytes(b"x" * octets + b"\n")
    with pytest.raises(HesError, match="1 to 64 octets") as refused:
        from_argument("--dcu-password", f"@{tmp_path / 'file'}")
    assert "xx" not in str(refused.value)


def test_fifty_items_are_read_at_once_and_not_one_more():
    assert len(parse(",".join([ENERGY] * ITEMS_MAX))) == ITEMS_MAX
    with pytest.raises(HesError, match="1 to 50"):
        parse(",".join([ENERGY] * (ITEMS_MAX + 1)))


def test_a_text_of_the_wire_is_cut_after_160_characters():
    assert printable("x" * TEXT_MAX) == "x" * TEXT_MAX
    assert printable("x" * (TEXT_MAX + 1)) == "x" * TEXT_MAX + "..."


@pytest.mark.parametrize(
    "scaler_unit, number, unit",
    (
        ((-18, 30), 2e-18, "Wh"),
        ((18, 30), 2 * 10**18, "Wh"),
        ((-19, 30), 2, None),
        ((19, 30), 2, None),
        ((True, 30), 2, None),
        ((0, "30"), 2, None),
        ((0,), 2, None),
        (None, 2, None),
    ),
)
def test_a_scaler_that_cannot_be_leaves_the_number_as_it_came(scaler_unit, number, unit):
    assert scaled(2, scaler_unit) == (number, unit)


def test_a_request_has_at_most_65536_octets():
    class Request:
        def __init__(self, octets):
            self._pieces = [b"{}", b" " * (octets - 2)]

        async def stream(self):
            for piece in self._pieces:
                yield piece

    assert asyncio.run(web._document(Request(web.BODY_MAX))) == {}
    with pytest.raises(HesError, match="65536"):
        asyncio.run(web._document(Request(web.BODY_MAX + 1)))


@pytest.mark.parametrize("more", (0, 1))
def test_eight_alarms_of_a_batch_are_told_and_the_others_counted(tmp_path, capsys, more):
    plant = Plant()
    for number in range(ALARM_LINES_MAX + more):
        plant.alarms.append(alarm_row, 1000 + number)

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(lambda: plant.alarms.mark == ALARM_LINES_MAX + more and hes.meters())

    run_hes(tmp_path, check)
    out = capsys.readouterr().out
    assert out.count("alarm of 07310001: ") == ALARM_LINES_MAX
    assert out.count("and 1 more alarms of 07310001, up to seq 9") == more
