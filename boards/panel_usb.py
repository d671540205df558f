"""A new firmware from a USB stick, through the same service as one that the HES sends
(dcu/firmware.py): only an image under the master key is taken.
"""

import os

from dcu.firmware import BLOCK_SIZE, VERIFIED, VERIFYING
from hal import coop
from hal.errors import PortError, Refused
from hal.reasons import reason

NAME = "opendcu.img"
_BLOCKS_AT_ONCE = 16
_LOOK_MS = 200
_SIZE = 6  # of os.stat


async def from_usb(dcu, tell, key, row):
    """Copies the image, has it verified and activates it: the DCU then ends, to be installed."""
    path = dcu.settings.get("firmware.folder") + "/" + NAME
    try:
        size = os.stat(path)[_SIZE]
        file = open(path, "rb")
    except OSError as error:
        raise Refused(f"{path}: {reason(error)}")
    try:
        await _copy(dcu.firmware, file, size, tell)
    except OSError as error:
        raise PortError(f"{path}: {reason(error)}; was the stick taken out?")
    finally:
        file.close()
    return await _install(dcu.firmware, tell)


async def _copy(firmware, file, size, tell):
    firmware.initiate(b"usb", size)
    for number in range(firmware.count()):
        firmware.put(number, file.read(BLOCK_SIZE))
        if number % _BLOCKS_AT_ONCE == 0:
            tell(f"copying {100 * number // firmware.count()} %")
            await coop.sleep_ms(0)


async def _install(firmware, tell):
    firmware.verify()
    tell("checking")
    while firmware.status == VERIFYING:
        await coop.sleep_ms(_LOOK_MS)
    if firmware.status != VERIFIED:
        raise Refused("the image is damaged, or not for this master key")
    firmware.activate()
    return "installing; the DCU starts again"
