"""Logical names are written the way people write them."""

from tests.dual.codec_checks import refused
from wire import obis


def test_a_logical_name_goes_to_text_and_back():
    ln = bytes([1, 0, 1, 8, 0, 255])
    assert obis.text(ln) == "1.0.1.8.0.255"
    assert obis.parse("1.0.1.8.0.255") == ln


def test_the_short_and_the_meter_makers_form_are_understood():
    assert obis.parse("1.0.1.8.0.255") == obis.parse("1-0:1.8.0*255") == obis.parse("1-0:1.8.0")
    assert obis.parse("0.0.96.1.0.255") == bytes([0, 0, 96, 1, 0, 255])


def test_what_is_no_logical_name_is_refused_with_a_hint():
    for text in (
        "",
        "1",
        "1.0.1.8",
        "1.0.1.8.0",
        "0.1.8.0.255",
        "1.0.1.8.0.256",
        "1.0.1.8.0.255.1",
        "1.0.1.8.x",
        "1.0..8.0",
    ):
        assert "as in 1.0.1.8.0.255" in str(refused(obis.parse, text)), text
