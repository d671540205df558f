"""A new firmware for a meter, in blocks: what is lost is sent again, what is there is not.

`meter` is open, and has get and action as drivers/dlms_meter.py. AccessRefused when the meter
says no, NoReply, PortError or WireError when it cannot be talked to; what has arrived stays in
the meter, and the next transfer of the same image goes on from there.

Reference: IEC 62056-6-2, class_id 18 (Image transfer), 5.3.4 (procedure).
"""

import hashlib

from hal.errors import Refused, WireError
from wire import apdu, axdr, obis
from wire.apdu import Attribute
from wire.dialogue import AccessRefused

CLASS, NAME = 18, obis.parse("0.0.44.0.0.255")
_BLOCK_SIZE, _BLOCKS, _FIRST_MISSING, _ENABLED, _STATUS, _TO_ACTIVATE = range(2, 8)
_INITIATE, _TRANSFER, _VERIFY, _ACTIVATE = range(1, 5)
INITIATED, _VERIFIED, _VERIFY_FAILED, _ACTIVATED, _ACTIVATE_FAILED = 1, 3, 4, 6, 7

IMAGE_MAX = 16 << 20  # octets
NAME_MAX = 64  # octets of the identifier
BLOCK_SIZES = 16, 8192  # octets, from, to; what else a meter says is not believed
PASSES_MAX = 10  # over what is missing; a meter that loses more has another trouble
_CHUNK = 4096
LOOKS_MAX = 300  # for one verification or activation


class Image:
    """name   the identifier, octets
    size   octets of the image
    read   function(at, size) -> octets of it; fewer only at its end
    Refused for what no meter can take.
    """

    def __init__(self, name, size, read):
        if not 0 < len(name) <= NAME_MAX:
            raise Refused(f"the identifier of an image has 1 to {NAME_MAX} octets")
        if not 0 < size <= IMAGE_MAX:
            raise Refused(f"an image of {size} octets: 1 to {IMAGE_MAX} can be sent")
        self.name = bytes(name)
        self.size = size
        self._read = read

    def count(self, block_size):
        """How many blocks it is."""
        return (self.size + block_size - 1) // block_size

    def block(self, number, block_size):
        """Data of the parameter of image_block_transfer."""
        part = self._read(number * block_size, block_size)
        return axdr.structure([axdr.u32(number), axdr.octets(part)])

    def fingerprint(self):
        """16 hexadecimal digits by which this image is known again."""
        digest = hashlib.sha256(bytes([len(self.name)]) + self.name)
        for at in range(0, self.size, _CHUNK):
            digest.update(self._read(at, _CHUNK))
        return digest.digest()[:8].hex()


async def prepare(meter, image, goes_on):
    """Octets of a block of this meter, which is then ready to take the image.

    goes_on   the meter was last given this very image: what it has of it stays
    """
    if await meter.get(_attribute(_ENABLED)) is not True:
        raise Refused(f"{meter.name}: image transfer is disabled in the meter")
    size = await meter.get(_attribute(_BLOCK_SIZE))
    if type(size) is not int or not BLOCK_SIZES[0] <= size <= BLOCK_SIZES[1]:
        raise WireError(f"{meter.name}: image blocks of {size} octets")
    if not goes_on or await meter.get(_attribute(_STATUS)) not in (INITIATED, _VERIFY_FAILED):
        parameter = [axdr.octets(image.name), axdr.u32(image.size)]
        await _act(meter, _INITIATE, axdr.structure(parameter))
    return size


async def fill(meter, image, size, tell):
    """Send the blocks that are missing until none is. `tell(done, count)` is a coroutine
    function, called now and then."""
    count = image.count(size)
    for _ in range(PASSES_MAX):
        missing = await _missing(meter, count)
        if not missing:
            return
        for done, number in enumerate(missing):
            await tell(count - len(missing) + done, count)
            await _act(meter, _TRANSFER, image.block(number, size))
    left = await _missing(meter, count)
    if left:
        raise WireError(f"{meter.name} loses image blocks: {len(left)} of {count} are missing")


async def verify(meter, image, wait):
    """Have the meter check what it has; and see that it is our image. `wait(look)` is a coroutine
    function that lets some time pass between two looks."""
    try:
        await _act(meter, _VERIFY, axdr.i8(0))
    except AccessRefused:
        pass  # a temporary failure, or that it has failed: the status says which
    if await _verified(meter, wait) != _VERIFIED:
        raise WireError(f"{meter.name}: the meter finds the image damaged or not for it")
    rows = await meter.get(_attribute(_TO_ACTIVATE))
    told = [row[:2] for row in rows if isinstance(row, tuple)] if isinstance(rows, list) else []
    if told and (image.size, image.name) not in told:
        raise WireError(f"{meter.name}: the image to be activated is another one")


async def activate(meter):
    """Tell the meter to start the image. It may well go away then, and be silent for minutes;
    what became of it, `has_ended` tells."""
    try:
        await _act(meter, _ACTIVATE, axdr.i8(0))
    except AccessRefused as refusal:
        if refusal.result != apdu.TEMPORARY_FAILURE:
            raise


async def has_ended(meter):
    """Whether the activation is over; WireError when it has failed."""
    status = await meter.get(_attribute(_STATUS))
    if status == _ACTIVATE_FAILED:
        raise WireError(f"{meter.name}: the meter could not activate the image")
    return status == _ACTIVATED


def _attribute(index):
    return Attribute(CLASS, NAME, index)


async def _act(meter, method, data):
    await meter.action(CLASS, NAME, method, data)


async def _missing(meter, count):
    """Numbers of the blocks that the meter has not."""
    first = await meter.get(_attribute(_FIRST_MISSING))
    if type(first) is int and first >= count:
        return []
    bits = await meter.get(_attribute(_BLOCKS))
    if not isinstance(bits, axdr.BitString) or bits.count < count:
        raise WireError(f"{meter.name}: it does not tell which image blocks it has")
    return [number for number in range(count) if not bits.bit(number)]


async def _verified(meter, wait):
    """The status when the verification has ended, which may take minutes."""
    for look in range(LOOKS_MAX):
        status = await meter.get(_attribute(_STATUS))
        if status in (_VERIFIED, _VERIFY_FAILED):
            return status
        await wait(look)
    raise WireError(f"{meter.name}: not verified after {LOOKS_MAX} looks")
