"""A firmware that a simulated 376.2 module is given, in segments (15 F1)."""

import binascii

MODULE = 3  # file identifier: the firmware of this module
CLEAR = 0
LAST = 1  # attribute
ERROR = b"\xff\xff\xff\xff"
RESTART_MS = 5_000  # it checks, and writes over the old one


class File:
    """refuses  so many images are found wrong, though they are not"""

    def __init__(self, module):
        self._module = module
        self.refuses = 0
        self.reset()

    def reset(self):
        self._segments = {}

    def take(self, frame):
        """Identifier, attribute, command, total (2), segment (4), length (2), octets."""
        data = frame.data
        identifier, attribute = data[0], data[1]
        if identifier == CLEAR:
            self.reset()
            return data[5:9]
        total, number = data[3] | data[4] << 8, int.from_bytes(data[5:9], "little")
        octets = data[11:]
        if identifier != MODULE or number >= total or len(octets) != (data[9] | data[10] << 8):
            return ERROR
        self._segments[number] = octets
        if attribute == LAST and not self._install(total):
            return ERROR
        return data[5:9]

    def _install(self, total):
        if len(self._segments) != total:
            return False
        image = b"".join([self._segments[number] for number in range(total)])
        size, check = int.from_bytes(image[12:16], "big"), int.from_bytes(image[16:20], "big")
        is_good = image[:4] == b"G3FW" and binascii.crc32(image[32 : 32 + size]) == check
        if self.refuses:
            self.refuses -= 1
            is_good = False
        if not is_good:
            self.reset()
            return False
        self._module.events.after(RESTART_MS, self._restart, tuple(image[9:11]))
        return True

    def _restart(self, version):
        self._module.version = version
        self._module.reboot()
