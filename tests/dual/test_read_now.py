"""Reading a meter now: exact numbers with their units, and each attribute's failure by itself."""

import json

from dcu.read_now import attributes_of, decimal, plain, read_now
from hal.errors import NoReply, PortError, Refused, WireError
from tests.virtual import run_virtual
from wire import axdr, obis
from wire.axdr import BitString
from wire.dialogue import AccessRefused

ENERGY, VOLTAGE, CLOCK = "1.0.1.8.0.255", "1.0.32.7.0.255", "0.0.1.0.0.255"
SERIAL = "0.0.96.1.0.255"
INFINITY = float("inf")


class CardboardMeter:
    """`values` is {(OBIS, attribute): value, or the error that asking for it ends in}."""

    name = "MP 1"

    def __init__(self, values, fails=None):
        self.values = values
        self.fails = fails
        self.done = []

    async def open(self, urgent):
        assert urgent
        self.done.append("open")
        if self.fails:
            raise self.fails

    async def close(self):
        self.done.append("close")

    async def get_list(self, attributes):
        self.done.append("list")
        values = [self.values[(obis.text(each.ln), each.index)] for each in attributes]
        for value in values:
            if isinstance(value, Exception) and not isinstance(value, AccessRefused):
                raise value
        refused = [isinstance(value, AccessRefused) for value in values]
        return [(v.result, None) if no else (0, v) for v, no in zip(values, refused)]

    async def get(self, attribute):
        self.done.append((obis.text(attribute.ln), attribute.index))
        value = self.values[(obis.text(attribute.ln), attribute.index)]
        if isinstance(value, Exception):
            raise value
        return value


def read(values, *targets):
    return run_virtual(read_now(CardboardMeter(values), attributes_of(targets)))


def failure_of(call, *arguments):
    try:
        call(*arguments)
    except (NoReply, PortError, Refused, WireError) as error:
        return error
    raise AssertionError("no failure")


def test_a_number_and_its_power_of_ten_are_written_out_exactly():
    for raw, scaler, text in (
        (0, 0, "0"),
        (123456, 0, "123456"),
        (123456, 3, "123456000"),
        (123456, -1, "12345.6"),
        (123456, -6, "0.123456"),
        (123456, -8, "0.00123456"),
        (5, -1, "0.5"),
        (50, -1, "5.0"),
        (0, -3, "0.000"),
        (-5, -1, "-0.5"),
        (-12345, -2, "-123.45"),
        (-7, 2, "-700"),
        ((1 << 64) - 1, -3, "18446744073709551.615"),
        ((1 << 53) + 1, 0, "9007199254740993"),
        (-(1 << 63), -18, "-9.223372036854775808"),
        (1, 18, "1" + "0" * 18),
        (1, -18, "0." + "0" * 17 + "1"),
    ):
        assert decimal(raw, scaler) == text, (raw, scaler, decimal(raw, scaler))


def test_a_register_has_its_unit_and_what_the_meter_really_sent():
    values = {(ENERGY, 2): 123456, (ENERGY, 3): (-1, 30)}
    assert read(values, ENERGY) == [
        {
            "obis": ENERGY,
            "class": 3,
            "attribute": 2,
            "value": "12345.6",
            "raw": 123456,
            "scaler": -1,
            "unit": "Wh",
        }
    ]


def test_an_attribute_of_a_register_that_is_not_its_value_is_not_scaled():
    (row,) = read({(ENERGY, 3): (-1, 30)}, f"3/{ENERGY}/3")
    assert row["value"] == [-1, 30] and "unit" not in row


def test_a_unit_that_is_in_no_table_is_said_by_its_number():
    (row,) = read({(ENERGY, 2): 1, (ENERGY, 3): (0, 200)}, ENERGY)
    assert row["unit"] == "unit 200"


def test_a_register_that_has_no_integer_is_shown_as_it_is():
    for value in (None, 1.5, "text", b"\x01\x02", True):
        meter = CardboardMeter({(ENERGY, 2): value, (ENERGY, 3): (-1, 30)})
        (row,) = run_virtual(read_now(meter, attributes_of([ENERGY])))
        assert row["value"] == plain(value) and "error" not in row
        assert meter.done == ["open", (ENERGY, 2), "close"]


def test_a_scaler_that_is_none_is_an_error_of_that_attribute():
    for wrong in (None, 5, (), (1,), (1, 2, 3), [0, 30], ("0", 30), (0, None), (1.0, 30)):
        (row,) = read({(ENERGY, 2): 1, (ENERGY, 3): wrong}, ENERGY)
        assert "scaler_unit" in row["error"] and row["refused"] is False, wrong
        assert "value" not in row
    for scaler, good in ((18, True), (19, False), (-18, True), (-19, False), (127, False)):
        (row,) = read({(ENERGY, 2): 1, (ENERGY, 3): (scaler, 30)}, ENERGY)
        assert ("value" in row) == good, scaler


def test_a_clock_is_also_given_in_seconds():
    octets = axdr.date_time(1_700_000_000)
    (row,) = read({(CLOCK, 2): octets}, CLOCK)
    assert (row["utc_s"], row["value"]) == (1_700_000_000, octets.hex())
    for value in (b"\xff" * 12, b"", None, 5, "now"):
        (row,) = read({(CLOCK, 2): value}, CLOCK)
        assert row["utc_s"] is None and "error" not in row


def test_rows_come_in_the_order_asked_for_and_each_fails_by_itself():
    values = {
        (ENERGY, 2): AccessRefused(3),
        (VOLTAGE, 2): 2300,
        (VOLTAGE, 3): (-1, 35),
        (CLOCK, 2): NoReply("MP 1: no answer"),
        (SERIAL, 2): WireError("nonsense"),
    }
    rows = read(values, ENERGY, VOLTAGE, CLOCK, SERIAL, VOLTAGE)
    assert [row["obis"] for row in rows] == [ENERGY, VOLTAGE, CLOCK, SERIAL, VOLTAGE]
    assert [row.get("value") for row in rows] == [None, "230.0", None, None, "230.0"]
    assert [row.get("refused") for row in rows] == [True, None, False, False, None]
    assert rows[2]["error"] == "MP 1: no answer"


def test_many_attributes_cost_one_request_and_their_scalers_another():
    values = {(ENERGY, 2): 1, (ENERGY, 3): (0, 30), (VOLTAGE, 2): 2300, (VOLTAGE, 3): (-1, 35)}
    values[(SERIAL, 2)] = AccessRefused(3)
    meter = CardboardMeter(values)
    rows = run_virtual(read_now(meter, attributes_of([ENERGY, SERIAL, VOLTAGE])))
    assert meter.done == ["open", "list", "list", "close"]
    assert [row.get("value") for row in rows] == ["1", None, "230.0"]
    assert rows[1]["refused"]


def test_a_value_without_its_scaler_is_not_shown():
    (row,) = read({(ENERGY, 2): 1, (ENERGY, 3): AccessRefused(3)}, ENERGY)
    assert row["refused"] and "value" not in row


def test_the_meter_is_closed_whatever_happens():
    for value in (1, AccessRefused(3), PortError("gone")):
        meter = CardboardMeter({(SERIAL, 2): value})
        run_virtual(read_now(meter, attributes_of([SERIAL])))
        assert meter.done[-1] == "close"


def test_a_meter_that_cannot_be_opened_is_the_failure_of_all():
    meter = CardboardMeter({}, fails=NoReply("MP 1: no answer"))
    assert isinstance(failure_of(run_virtual, read_now(meter, attributes_of([ENERGY]))), NoReply)


def test_a_target_that_names_nothing_is_refused_by_its_name():
    for wrong in ("", "energy", "3/1.0.1.8.0.255", "1.0.1.8.0.256", "1.0.1.8.0"):
        error = failure_of(attributes_of, [ENERGY, wrong])
        assert isinstance(error, Refused) and repr(wrong) in str(error), wrong


def test_any_value_can_be_told_in_json():
    for value, expected in (
        (None, None),
        (True, True),
        (-5, -5),
        (1.5, 1.5),
        ("kWh", "kWh"),
        (b"12345", "12345"),
        (b"\x00\xff", "00ff"),
        (b"12\n", "31320a"),
        (b"", ""),
        (bytearray(b"ab"), "ab"),
        ([1, (b"\x01", None)], [1, ["01", None]]),
        (BitString(3, b"\xa0"), "101"),
    ):
        assert plain(value) == expected, value
        assert json.loads(json.dumps(plain(value))) == expected
    for value in (INFINITY, -INFINITY, INFINITY - INFINITY):
        assert isinstance(plain([value])[0], str), value
