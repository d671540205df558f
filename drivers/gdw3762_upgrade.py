"""New firmware for a 376.2 module, in segments (15 F1): the module takes it as a whole, or stays
with its own. The file is ours (wire/module_image.py); hardware is a check sequence of the letters
of vendor and chip, by which such a module is known.
"""

from hal.errors import Refused
from wire import module_image
from wire import qgdw3762_units as units
from wire.crc_msb import xmodem
from wire.errors import WireError

_MODULE = 3  # file identifier: the firmware of this module
_CLEAR = 0
_SEGMENT_MIN, _SEGMENT_MAX = 64, 1024  # octets; the module says how many
_HEAD = 26  # octets of the frame around a segment
_NOTICE_EVERY = 8192  # octets between two words about the progress


def hardware_of(identity):
    return xmodem((identity.vendor + identity.chip).encode())


async def upgrade(channel, identity, works, image, event):
    """event(text) is told how it goes. Refused and WireError as drivers/gdw3762.py has it."""
    header = module_image.decode(image)
    if (header.kind, header.hardware) != (module_image.GDW3762, hardware_of(identity)):
        wanted = f"kind {module_image.GDW3762} hardware {hardware_of(identity)}"
        raise Refused(
            f"firmware for kind {header.kind} hardware {header.hardware}, this is {wanted}"
        )
    most = min(works.packet_max, works.frame_max - _HEAD)
    size = max(_SEGMENT_MIN, min(_SEGMENT_MAX, most))
    total = -(-len(image) // size)
    await channel.ask("file", units.segment(_CLEAR, False, 0, 0, b""))
    said_at = 0
    for number in range(total):
        octets = image[number * size : (number + 1) * size]
        is_last = number == total - 1
        data = units.segment(_MODULE, is_last, total, number, octets)
        taken = units.segment_taken(await channel.ask("file", data))
        if taken != number:
            raise WireError("the module does not take the firmware")
        sent = number * size + len(octets)
        if is_last or sent - said_at >= _NOTICE_EVERY:
            said_at = sent
            event(f"module firmware: {sent} of {len(image)} octets")
