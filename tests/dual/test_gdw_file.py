"""A firmware by 376.1 (AFN 0F F1), in segments: what is taken, resumed and handed over."""

from dcu import firmware
from dcu.gdw_file import MODULE_MAX, NOT_TAKEN, PART, SAVE_EVERY, SEGMENTS_MAX
from hal import coop
from hal.errors import PortError, Refused
from tests.dual.gdw_bench import GdwBench
from tests.dual.test_firmware import IMAGE, KEK
from tests.part import Part
from tests.virtual import run_virtual
from wire.qgdw3761 import ALL_DENIED

SIZE = 300
SEGMENTS = [IMAGE[at : at + SIZE] for at in range(0, len(IMAGE), SIZE)]


def a_segment(number, **changes):
    value = {
        "file": 1,
        "attribute": int(number == len(SEGMENTS) - 1),
        "command": 0,
        "segments": len(SEGMENTS),
        "segment": number,
        "octets": SEGMENTS[number] if number < len(SEGMENTS) else b"x",
    }
    value.update(changes)
    return value


def a_bench():
    return GdwBench([("cosem.kek", KEK.hex()), ("gdw.open_orders", "yes")])


def sends(bench, *segments):
    """The numbers that are confirmed."""
    return [bench.ask(0x0F, (0, 1, each))[0][2]["segment"] for each in segments]


def ends(bench):
    """The status of the firmware, and why the DCU ends."""

    async def main():
        running = coop.spawn(bench.dcu.firmware.run(Part()))
        await coop.sleep_ms(5_000)
        assert not running.done()
        await coop.stop(running)

    run_virtual(main())
    return bench.dcu.firmware.status, bench.dcu.ending


def test_a_file_that_is_whole_is_verified_and_installed():
    bench = a_bench()
    numbers = list(range(len(SEGMENTS)))
    assert sends(bench, *[a_segment(number) for number in numbers]) == numbers
    assert bench.dcu.firmware.status == firmware.VERIFYING
    status, ending = ends(bench)
    assert status == firmware.ACTIVATING and "is to be installed" in ending
    assert bench.disk.read(firmware.NEW) == IMAGE


def test_the_order_of_segments_does_not_matter_and_one_may_come_twice():
    bench = a_bench()
    numbers = [0, 3, 3, 1] + list(range(len(SEGMENTS) - 1, 1, -1))
    assert sends(bench, *[a_segment(number) for number in numbers]) == numbers
    assert ends(bench)[0] == firmware.ACTIVATING


def test_a_file_that_was_broken_off_goes_on_also_after_a_restart():
    bench = a_bench()
    numbers = list(range(len(SEGMENTS)))
    sends(bench, *[a_segment(number) for number in numbers[:5]])
    assert bench.gdw.files.missing() == 5
    assert sends(bench, a_segment(0)) == [0] and bench.gdw.files.missing() == 5
    bench.gdw = bench.new_gdw()
    assert (bench.gdw.files.missing() or 0) < 5, "what was not noted is sent again"
    assert sends(bench, *[a_segment(number) for number in numbers]) == numbers
    assert ends(bench)[0] == firmware.ACTIVATING


def test_the_last_segment_may_be_told_again_and_what_was_handed_over_takes_no_room():
    bench = a_bench()
    numbers = list(range(len(SEGMENTS)))
    assert sends(bench, *[a_segment(number) for number in numbers + numbers[-1:]])[-2:] == [
        numbers[-1],
        numbers[-1],
    ]
    assert ends(bench)[0] == firmware.ACTIVATING
    assert len(bench.disk.read(PART)) == len(IMAGE)
    bench.gdw = bench.new_gdw()
    assert bench.disk.read(PART) == b"" and sends(bench, a_segment(1)) == [NOT_TAKEN]


def test_what_is_there_is_noted_now_and_then():
    bench = a_bench()
    many = SAVE_EVERY + 4
    tiny = [a_segment(n, segments=many, octets=b"%02d" % n, attribute=0) for n in range(many)]
    sends(bench, *tiny[: SAVE_EVERY + 2])
    bench.gdw = bench.new_gdw()
    assert bench.gdw.files.missing() == SAVE_EVERY


def test_another_file_begins_with_its_first_segment():
    bench = a_bench()
    sends(bench, a_segment(0), a_segment(1))
    assert sends(bench, a_segment(2, segments=9)) == [NOT_TAKEN]
    assert sends(bench, a_segment(0, octets=bytes(SIZE))) == [0]
    assert bench.gdw.files.missing() == 1, "another one begins"
    assert sends(bench, a_segment(1, octets=bytes(SIZE - 1))) == [NOT_TAKEN]
    assert sends(bench, a_segment(0, file=0)) == [0] and bench.gdw.files.missing() is None
    assert sends(bench, a_segment(1)) == [NOT_TAKEN]


def test_what_cannot_be_a_segment_is_not_taken():
    bench = a_bench()
    for changes in (
        {"file": 2},
        {"command": 1},
        {"octets": b""},
        {"segment": len(SEGMENTS)},
        {"segments": SEGMENTS_MAX + 1, "octets": b"x"},
    ):
        assert sends(bench, a_segment(0, **changes)) == [NOT_TAKEN], changes
        assert not bench.disk.names(PART), changes
    assert sends(bench, a_segment(0, segments=SEGMENTS_MAX, octets=b"x")) == [0]


def test_a_file_may_be_as_large_as_what_it_is_for_takes_and_no_larger():
    bench, octets = a_bench(), bytes(1_024)
    for file, most in ((1, firmware.SIZE_MAX), (3, MODULE_MAX)):
        segments = -(-most // len(octets))
        for changes, is_taken in (({}, True), ({"segments": segments + 1}, False)):
            value = a_segment(0, file=file, octets=octets, segments=segments)
            value.update(changes)
            assert (sends(bench, value) == [0]) == is_taken, (file, changes)


def test_a_file_of_somebody_else_is_not_installed():
    bench = a_bench()
    wrong = list(SEGMENTS)
    wrong[2] = bytes(SIZE)
    numbers = list(range(len(SEGMENTS)))
    assert sends(bench, *[a_segment(n, octets=wrong[n]) for n in numbers]) == numbers
    assert ends(bench) == (firmware.BAD, "")
    bench = GdwBench([("gdw.open_orders", "yes")])  # there is no master key
    found = sends(bench, *[a_segment(number) for number in numbers])
    assert found[:-1] == numbers[:-1] and found[-1] == NOT_TAKEN


def test_a_file_needs_the_password_of_orders():
    bench = a_bench()
    bench.dcu.settings.put("gdw.password", "50613535776f72643132333435363738")
    assert bench.ask_fn(0x0F, (0, 1, a_segment(0))) == ALL_DENIED


def test_a_disk_that_is_full_is_no_segment_taken():
    bench = a_bench()

    class Full:
        def replace(self, name, data):
            raise PortError("no space left on device")

    bench.dcu.files = Full()
    bench.gdw = bench.new_gdw()
    assert sends(bench, a_segment(0)) == [NOT_TAKEN]


def test_a_note_that_was_damaged_is_no_file():
    bench = a_bench()
    sends(bench, a_segment(0))
    for text in (b"1 9 300 0", b"1 9 300 0 zz", b"1 9 300 0 00", b"x 9 300 0 0000", b""):
        bench.kept_by_name["gdw-file"].save(text)
        assert bench.new_gdw().files.missing() is None, text


def test_the_module_is_given_its_file():
    bench = a_bench()
    given = []

    class Module:
        fails = False

        async def upgrade(self, image):
            given.append(image)
            if self.fails:
                raise Refused("for another module")

    module = Module()
    bench.dcu.plc.demand_running = lambda: module
    numbers = list(range(len(SEGMENTS)))
    for module.fails in (False, True):
        bench.log.clear()
        sends(bench, a_segment(0, file=0))
        assert sends(bench, *[a_segment(n, file=3) for n in numbers]) == numbers
        assert given.pop() == IMAGE
        assert bench.log[-1].startswith(
            "the module has not" if module.fails else "the module has its"
        )
