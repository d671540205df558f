"""The image transfer with a meter of cardboard that says what it likes. In virtual time."""

from dcu import image_transfer as transfer
from dcu.image_job import ImageJob, Notes
from dcu.image_transfer import BLOCK_SIZES, IMAGE_MAX, LOOKS_MAX, NAME_MAX, PASSES_MAX, Image
from hal.errors import PortError, Refused, WireError
from tests.kept import Kept
from tests.virtual import run_virtual
from wire import axdr
from wire.dialogue import AccessRefused

SIZE, BLOCKS, FIRST, ENABLED, STATUS, ROWS = range(2, 8)
TEMPORARY = 2


class Meter:
    """`values` by attribute; a function is called. `done` is [(method, data)]."""

    name = "MP 1"

    def __init__(self, **values):
        self.values = {SIZE: 100, FIRST: 0, ENABLED: True, STATUS: 0, ROWS: []}
        self.values.update({globals()[name]: values[name] for name in values})
        self.done = []
        self.refuses = {}

    async def get(self, attribute):
        value = self.values[attribute.index]
        return value() if callable(value) else value

    async def action(self, class_id, ln, method, data):
        self.done.append((method, axdr.decode_all(data)))
        if method in self.refuses:
            raise AccessRefused(self.refuses[method])


def image(size=250, name=b"FW"):
    return Image(name, size, lambda at, count: bytes(range(size))[at : at + count])


def failure(kind, coroutine):
    try:
        run_virtual(coroutine)
    except kind as error:
        return str(error)
    assert False, "not refused"


async def nothing(*words):
    pass


def test_an_image_has_a_name_and_a_size_within_limits():
    for size, name in ((1, b"x"), (IMAGE_MAX, b"x" * NAME_MAX)):
        assert Image(name, size, None).size == size
    for size, name in ((0, b"x"), (IMAGE_MAX + 1, b"x"), (1, b""), (1, b"x" * (NAME_MAX + 1))):
        try:
            Image(name, size, None)
            assert False, (size, name)
        except Refused:
            pass


def test_images_differ_by_name_and_by_octets():
    prints = {image().fingerprint(), image(249).fingerprint(), image(name=b"FX").fingerprint()}
    assert len(prints) == 3 and image().fingerprint() in prints


def test_the_last_block_may_be_shorter():
    blocks = [axdr.decode_all(image().block(number, 100)) for number in range(3)]
    assert [(number, len(octets)) for number, octets in blocks] == [(0, 100), (1, 100), (2, 50)]
    assert image().count(100) == 3 and image(200).count(100) == 2


def test_a_meter_whose_block_size_is_out_of_limits_is_not_believed():
    for size in BLOCK_SIZES:
        assert run_virtual(transfer.prepare(Meter(SIZE=size), image(), False)) == size
    for size in (BLOCK_SIZES[0] - 1, BLOCK_SIZES[1] + 1, None, "64"):
        meter = Meter(SIZE=size)
        assert "blocks of" in failure(WireError, transfer.prepare(meter, image(), False))
        assert meter.done == []


def test_a_meter_with_image_transfer_disabled_is_not_begun_with():
    for value in (False, None, 1):
        assert "disabled" in failure(
            Refused, transfer.prepare(Meter(ENABLED=value), image(), False)
        )


def test_only_an_image_of_ours_that_is_under_way_is_gone_on_with():
    for goes_on, status, begun in ((True, 1, 0), (True, 4, 0), (True, 0, 1), (False, 1, 1)):
        meter = Meter(STATUS=status)
        run_virtual(transfer.prepare(meter, image(), goes_on))
        assert [method for method, _ in meter.done] == [1] * begun, (goes_on, status)
    assert meter.done == [(1, (b"FW", 250))]


def test_a_meter_that_loses_every_block_is_given_up():
    meter = Meter(BLOCKS=axdr.BitString(3, b"\x00"))
    assert "3 of 3" in failure(WireError, transfer.fill(meter, image(), 100, nothing))
    assert len(meter.done) == 3 * PASSES_MAX


def test_only_what_is_missing_is_sent():
    meter = Meter(BLOCKS=axdr.BitString(3, b"\xa0"))
    meter.values[FIRST] = lambda: 3 if meter.done else 1
    run_virtual(transfer.fill(meter, image(), 100, nothing))
    assert [data[0] for _, data in meter.done] == [1]


def test_a_meter_that_does_not_tell_what_it_has_is_an_error():
    for bits in (None, b"\x00", axdr.BitString(2, b"\x00")):
        meter = Meter(BLOCKS=bits)
        assert "which" in failure(WireError, transfer.fill(meter, image(), 100, nothing))


def test_a_verification_is_waited_for_so_long_and_no_longer():
    looks = []

    async def wait(look):
        looks.append(look)

    meter = Meter(STATUS=2)
    meter.refuses[3] = TEMPORARY
    assert "looks" in failure(WireError, transfer.verify(meter, image(), wait))
    assert len(looks) == LOOKS_MAX


def test_another_image_in_the_meter_is_not_taken_for_ours():
    for rows in ([(250, b"FW", b"")], [(1, b"old", b""), (250, b"FW", b"")], []):
        run_virtual(transfer.verify(Meter(STATUS=3, ROWS=rows), image(), nothing))
    for rows in ([(249, b"FW", b"")], [(250, b"FX", b"")]):
        told = failure(WireError, transfer.verify(Meter(STATUS=3, ROWS=rows), image(), nothing))
        assert "another one" in told


def test_notes_are_kept_over_a_restart_and_damage_forgets_them():
    kept = Kept()
    Notes(kept).put(7, "abc")
    Notes(kept).put(8, "def")
    notes = Notes(kept)
    assert (notes.get(7), notes.get(8), notes.get(9)) == ("abc", "def", None)
    notes.put(7, "")
    assert Notes(kept).get(7) is None
    kept.save(b"nonsense\n 1 2 3\n")
    assert Notes(kept).get(1) is None


def test_a_bus_that_fails_while_all_are_told_leaves_each_to_itself():
    class Row:
        channel = "rs485-1"

        def __init__(self, mp):
            self.mp = mp

    class Sender:
        async def send(self, apdu):
            raise PortError("gone")

    class Closing(Meter):
        async def open(self, urgent):
            pass

        async def close(self):
            pass

    meters = {}
    for mp in (1, 2):
        meter = Closing(BLOCKS=axdr.BitString(3, b"\x00"), STATUS=3)
        meter.values[FIRST] = lambda meter=meter: [method for method, _ in meter.done].count(2)
        meters[mp] = meter
    job = ImageJob(
        image(), lambda row: meters[row.mp], lambda rows: (Sender(), 200), Notes(Kept()), nothing
    )
    rows = run_virtual(job.run([Row(1), Row(2)], False))
    assert [row["done"] for row in rows] == [True, True]
