"""Values as Data again."""

from tests.kept import refusal
from wire import axdr
from wire.axdr_any import encoded
from wire.axdr_scalars import BitString

VALUES = (
    None,
    True,
    0,
    -1,
    (1 << 31) - 1,
    1 << 31,
    -(1 << 63),
    (1 << 64) - 1,
    0.5,
    b"",
    b"\x00\xff",
    "Wh",
    "°",
    BitString(10, b"\xaa\x80"),
    (1, None, b"x"),
    [(1, 2), (3, 4)],
    [],
)


def test_each_value_comes_back():
    for value in VALUES:
        again = axdr.decode_all(encoded(value))
        assert again == value and type(again) is type(value), value


def test_what_has_no_form_is_refused():
    for value in (1 << 64, -(1 << 63) - 1, {}, (object(),)):
        assert "has no form as Data" in refusal(encoded, value), value
