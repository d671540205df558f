"""A new firmware for the DCU: blocks, the check, the handing over, and power cuts in all that."""

import hashlib

from dcu import firmware
from dcu.firmware import BLOCK_SIZE, MAC_SIZE, NAME_MAX, NEW, SAVE_EVERY, SIZE_MAX, Firmware
from hal import coop
from hal.errors import PortError
from storage.slots import Slots
from tests.disk import Disk
from tests.kept import refusal
from tests.part import Part
from tests.virtual import run_virtual

KEK = bytes(range(16))
PAYLOAD = bytes([n % 251 for n in range(2 * BLOCK_SIZE + 300)])


def hmac(key, octets):
    """RFC 2104, as in any textbook."""
    key = key + bytes(64 - len(key))
    inner = hashlib.sha256(bytes([each ^ 0x36 for each in key]) + octets).digest()
    return hashlib.sha256(bytes([each ^ 0x5C for each in key]) + inner).digest()


IMAGE = PAYLOAD + hmac(KEK, PAYLOAD)


class Full:
    def save(self, octets):
        raise PortError("disk full")


class Bench:
    def __init__(self, disk=None, kek=KEK):
        self.disk = disk or Disk()
        self.kek = kek
        self.reasons = []
        self.start()

    def start(self):
        slots = Slots(self.disk, "firmware", [])
        self.image = Firmware(self.disk, slots, lambda: self.kek, self.reasons.append)

    def send(self, image=IMAGE, name=b"1.2.3"):
        self.image.initiate(name, len(image))
        self.fill(image)

    def fill(self, image=IMAGE):
        for number in range(self.image.first_missing(), self.image.count()):
            self.image.put(number, image[number * BLOCK_SIZE : (number + 1) * BLOCK_SIZE])

    def verify(self):
        """The status in the end."""

        async def main():
            self.image.verify()
            task = coop.spawn(self.image.run(Part()))
            while self.image.status == firmware.VERIFYING:
                await coop.sleep_ms(100)
            await coop.stop(task)

        run_virtual(main())
        return self.image.status


def test_what_was_sent_whole_is_verified_and_handed_over():
    bench = Bench()
    bench.send()
    assert bench.image.first_missing() == bench.image.count() == 3
    assert bench.verify() == firmware.VERIFIED
    bench.image.activate()
    assert bench.disk.read(NEW) == IMAGE
    assert len(bench.reasons) == 1 and "1.2.3" in bench.reasons[0]


def test_an_image_that_is_damaged_or_made_without_the_key_is_bad_and_not_activated():
    for image in (
        IMAGE[:7] + b"\xff" + IMAGE[8:],
        IMAGE[:-1] + bytes([IMAGE[-1] ^ 1]),
        PAYLOAD + hmac(bytes(16), PAYLOAD),
    ):
        bench = Bench()
        bench.send(image)
        assert bench.verify() == firmware.BAD
        assert refusal(bench.image.activate)
        assert bench.disk.read(NEW) is None and bench.reasons == []


def test_without_a_master_key_none_is_taken():
    bench = Bench(kek=b"")
    assert not bench.image.is_enabled
    assert "cosem.kek" in refusal(bench.image.initiate, b"x", 100)


def test_an_image_has_a_size_and_a_name_within_limits():
    bench = Bench()
    for name, size in ((b"x", MAC_SIZE + 1), (b"x" * NAME_MAX, SIZE_MAX)):
        bench.image.initiate(name, size)
        assert bench.image.size == size
    for name, size in (
        (b"", 100),
        (b"x" * (NAME_MAX + 1), 100),
        (b"x", MAC_SIZE),
        (b"x", SIZE_MAX + 1),
    ):
        assert refusal(bench.image.initiate, name, size)


def test_blocks_may_come_in_any_order_and_twice():
    bench = Bench()
    bench.image.initiate(b"x", len(IMAGE))
    for number in (2, 0, 0):
        bench.image.put(number, IMAGE[number * BLOCK_SIZE : (number + 1) * BLOCK_SIZE])
    assert bench.image.first_missing() == 1 and bench.image.bitmap() == b"\xa0"
    assert "1 is missing" in refusal(bench.image.verify)
    bench.fill()
    assert bench.verify() == firmware.VERIFIED


def test_a_block_that_is_none_is_refused():
    bench = Bench()
    assert refusal(bench.image.put, 0, bytes(BLOCK_SIZE))
    bench.image.initiate(b"x", len(IMAGE))
    last = len(IMAGE) - 2 * BLOCK_SIZE
    for number, size in ((3, 1), (0, BLOCK_SIZE - 1), (0, BLOCK_SIZE + 1), (2, last + 1), (2, 0)):
        assert refusal(bench.image.put, number, bytes(size)), (number, size)
    assert bench.image.first_missing() == 0


def test_after_a_restart_it_goes_on_from_the_last_note():
    size = (SAVE_EVERY + 5) * BLOCK_SIZE
    payload = bytes(size - MAC_SIZE)
    image = payload + hmac(KEK, payload)
    bench = Bench()
    bench.image.initiate(b"x", size)
    for number in range(SAVE_EVERY + 3):
        bench.image.put(number, image[number * BLOCK_SIZE : (number + 1) * BLOCK_SIZE])
    bench.start()
    assert bench.image.first_missing() == SAVE_EVERY
    bench.fill(image)
    assert bench.verify() == firmware.VERIFIED
    bench.start()
    assert bench.image.status == firmware.VERIFIED
    assert len(bench.image.bitmap()) == (SAVE_EVERY + 5 + 7) // 8


def test_wherever_the_power_is_cut_the_transfer_can_be_ended_and_is_right():
    whole = Bench()
    whole.send()
    whole.verify()
    whole.image.activate()
    for step in range(whole.disk.steps + 1):
        for is_there in (lambda: True, lambda: False):
            bench = Bench(whole.disk.after_cut(step, 0, is_there))
            status = bench.image.status
            if status in (firmware.FAILED, firmware.ACTIVATED):
                assert bench.disk.read(NEW) == IMAGE, step
                continue
            if status == firmware.NOTHING:
                bench.send()
            bench.fill()
            assert bench.verify() == firmware.VERIFIED, step
            bench.image.activate()
            assert bench.disk.read(NEW) == IMAGE, step


def test_at_the_next_start_it_shows_whether_it_was_installed():
    for installed, status in ((True, firmware.ACTIVATED), (False, firmware.FAILED)):
        bench = Bench()
        bench.send()
        bench.verify()
        bench.image.activate()
        if installed:
            bench.disk.remove(NEW)
        bench.start()
        assert bench.image.status == status
        bench.start()
        assert bench.image.status == status


def test_a_new_transfer_forgets_the_one_before():
    bench = Bench()
    bench.send()
    bench.verify()
    bench.image.initiate(b"y", len(IMAGE))
    assert (bench.image.status, bench.image.first_missing()) == (firmware.INITIATED, 0)
    assert refusal(bench.image.activate)


def test_while_an_image_is_verified_no_other_one_is_begun():
    bench = Bench()
    bench.send()
    bench.image.verify()
    assert "verified" in refusal(bench.image.initiate, b"y", len(IMAGE))
    assert bench.verify() == firmware.VERIFIED


def test_a_disk_that_takes_no_note_does_not_end_the_verification():
    bench = Bench()
    bench.send()
    bench.image.verify()
    bench.image._kept = Full()

    async def main():
        task = coop.spawn(bench.image.run(Part()))
        await coop.sleep_ms(5_000)
        assert not task.done()
        await coop.stop(task)

    run_virtual(main())
    assert bench.image.status == firmware.VERIFIED
