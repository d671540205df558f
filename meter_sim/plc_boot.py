"""The bootloader of a simulated module: a menu, and a firmware taken by XMODEM."""

import binascii

MENU = b"\r\nBOOT v1.0.0\r\n1. upload\r\n2. run\r\n3. info\r\nBL > "
COMPLETE = b"\r\nSerial upload complete\r\n"
ABORTED = b"\r\nSerial upload aborted\r\n"
ASKS_MS, ASKS_MAX = 1_000, 60
GAP_MS = 800  # between two octets of one block
SOH, EOT, ACK, NAK, CAN, C = b"\x01", b"\x04", b"\x06", b"\x15", b"\x18", b"C"
BLOCK = 133  # octets with its head and check sequence


def crc(octets):
    """Of XMODEM: 1021, begun at 0, with 16 zero bits behind."""
    register = 0
    for octet in octets:
        register ^= octet << 8
        for _ in range(8):
            register = (register << 1 ^ (0x1021 if register & 0x8000 else 0)) & 0xFFFF
    return register


class Bootloader:
    """say(octets); start(version or None): leave, with a new firmware or with the old one.

    is_whole  there is a firmware that can run
    refuses   so many images are found wrong, though they are not
    """

    def __init__(self, events, say, start):
        self._events = events
        self._say = say
        self._start = start
        self.is_whole = True
        self.refuses = 0
        self.version = None  # of a new one
        self.reset()

    def reset(self):
        """As after power has come."""
        self._image = bytearray()
        self._pending = bytearray()
        self._heard_ms = 0
        self._wanted = 0  # the next block; 0: it is in the menu
        self._asked = 0

    def hear(self, octets):
        if self._events.now_ms - self._heard_ms > GAP_MS:
            self._pending = bytearray()  # the rest of that block will never come
        self._heard_ms = self._events.now_ms
        self._pending += octets
        while self._pending:
            if not self._wanted:
                self._choose(bytes(self._pending[:1]))
                self._pending[:1] = b""
            elif not self._receive():
                return

    def _choose(self, key):
        if key == b"\n":
            self._say(MENU)
        elif key == b"1":
            self._wanted, self._image, self._asked = 1, bytearray(), 0
            self._ask()
        elif key == b"2" and self.is_whole:
            self._start(self.version)
        elif key == b"2":
            self._say(MENU)

    def _ask(self):
        if self._wanted == 1 and not self._image and self._asked < ASKS_MAX:
            self._asked += 1
            self._say(C)
            self._events.after(ASKS_MS, self._ask)
        elif self._asked >= ASKS_MAX:
            self._wanted, self._asked = 0, 0
            self._say(ABORTED + b"nobody sends\r\n" + MENU)

    def _receive(self):
        """Whether something could be made of what is pending."""
        first = bytes(self._pending[:1])
        if first == EOT:
            self._pending[:1] = b""
            self._end()
            return True
        if first == CAN:
            self.reset()
            self._say(ABORTED + b"cancelled\r\n" + MENU)
            return True
        if first != SOH:
            self._pending[:1] = b""
            return True
        if len(self._pending) < BLOCK:
            return False
        block = bytes(self._pending[:BLOCK])
        self._pending[:BLOCK] = b""
        is_good = block[1] ^ block[2] == 0xFF and crc(block[3:131]) == (
            block[131] << 8 | block[132]
        )
        if not is_good:
            self._pending = bytearray()
            self._say(NAK)
            return True
        if block[1] == self._wanted & 0xFF:
            self.is_whole = False  # the old one is being written over
            self._image += block[3:131]
            self._wanted += 1
        self._say(ACK)
        return True

    def _end(self):
        self._say(ACK)
        self._wanted = 0
        image = bytes(self._image)
        size = int.from_bytes(image[12:16], "big")
        body = image[32 : 32 + size]
        self.is_whole = image[:4] == b"G3FW" and binascii.crc32(body) == int.from_bytes(
            image[16:20], "big"
        )
        if self.refuses:
            self.refuses -= 1
            self.is_whole = False
        self._say((COMPLETE if self.is_whole else ABORTED + b"wrong checksum\r\n") + MENU)
        if self.is_whole:
            self.version = tuple(image[9:12])
