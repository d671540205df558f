"""How a person names an attribute of a meter."""

from tests.dual.codec_checks import refused
from wire import target
from wire.apdu import Attribute

ENERGY = bytes([1, 0, 1, 8, 0, 255])


def test_an_obis_code_alone_is_the_value_of_its_usual_object():
    for text in ("1.0.1.8.0.255", "1-0:1.8.0", "1-0:1.8.0*255"):
        assert target.parse(text) == Attribute(3, ENERGY, 2), text


def test_class_and_attribute_may_be_said():
    assert target.parse("3/1.0.1.8.0.255/3") == Attribute(3, ENERGY, 3)
    assert target.parse("4/1-0:1.8.0/5") == Attribute(4, ENERGY, 5)


def test_the_usual_classes():
    for code, class_id in (
        ("0.0.1.0.0.255", 8),
        ("0.0.96.1.0.255", 1),
        ("0.0.96.3.10.255", 70),
        ("0.0.99.98.0.255", 7),
        ("1.0.99.1.0.255", 7),
        ("1.0.0.2.0.255", 1),
        ("0.0.42.0.0.255", 1),
        ("1.0.32.7.0.255", 3),
        ("7.0.3.0.0.255", 3),
        ("1.0.1.6.0.255", 3),
    ):
        assert target.parse(code).class_id == class_id, code


def test_class_and_attribute_have_limits():
    for text in ("1/1.0.1.8.0.255/1", "65535/1.0.1.8.0.255/127"):
        target.parse(text)
    for class_id in ("0", "65536", "100000", "-1", "x", "", "3.0", " 3"):
        told = refused(target.parse, class_id + "/1.0.1.8.0.255/2")
        assert "class is a number from 1 to 65535" in str(told), class_id
    for index in ("0", "128", "-1", "x", ""):
        told = refused(target.parse, "3/1.0.1.8.0.255/" + index)
        assert "attribute is a number from 1 to 127" in str(told), index


def test_what_is_neither_form_is_refused_with_a_hint():
    for text in ("3/1.0.1.8.0.255", "3/1.0.1.8.0.255/2/1", "/", "//"):
        told = str(refused(target.parse, text))
        assert "CLASS/OBIS/ATTRIBUTE" in told or "number" in told, text
    for text in ("", "energy", "1.0.1.8.0.256", "3/1.0.1.8/2"):
        assert "OBIS" in str(refused(target.parse, text)), text


def test_only_ascii_digits_are_digits():
    for text in (
        "1.0.1.8.²",
        "1.0.1.8.٣",
        "²/1.0.1.8.0.255/2",
        "3/1.0.1.8.0.255/²",
        "٣/1.0.1.8.0.255/2",
    ):
        refused(target.parse, text)
