"""A new firmware for the DCU itself, as the HES sends it: kept in blocks, checked, handed over.

    image := payload | HMAC-SHA-256 of the payload under cosem.kek (32 octets)

Only who holds the master key can make one, and without a master key none is taken. Activating
means: the file is renamed to NEW and the process ends; whoever starts the DCU installs NEW before
that, and takes it away. If it is still there at the next start, it has not been installed.

Reference: IEC 62056-6-2, class_id 18 (Image transfer); RFC 2104 (HMAC).
"""

import hashlib

from hal import coop
from hal.errors import PortError, Refused
from wire.hls import same

NEW = "firmware.new"
BLOCK_SIZE = 1024  # octets
SIZE_MAX = 32 << 20  # octets
NAME_MAX = 64  # octets of the identifier
MAC_SIZE = 32
NOTHING, INITIATED, VERIFYING, VERIFIED, BAD, ACTIVATING, ACTIVATED, FAILED = range(8)
SAVE_EVERY = 32  # blocks; a power cut costs no more, and they are sent again
_PART = "firmware.part"
_CHUNK = 16_384  # octets hashed before others get their turn
_LOOK_MS = 1_000
_HASH_BLOCK = 64  # octets, of SHA-256


class Firmware:
    """
    files  hal.files.Files of the data folder
    kept   load() -> bytes or None and save(bytes), durable on return: what is there
    kek    function -> octets of the master key, b"" for none
    end    function(reason): the process ends soon
    """

    def __init__(self, files, kept, kek, end):
        self._files = files
        self._kept = kept
        self._kek = kek
        self._end = end
        self._file = None
        self._unsaved = 0
        self.activates = False  # the image that is verified, at once
        self.status, self.name, self.size, self._there = _noted(kept.load())
        if self.status == VERIFYING:
            self.status = INITIATED
        elif self.status == ACTIVATING:
            self.status = self._became()
            self._save()

    def _became(self):
        """Of an image that was to be installed before this start."""
        if NEW in self._files.names(NEW):
            return FAILED
        return VERIFIED if _PART in self._files.names(_PART) else ACTIVATED

    @property
    def is_enabled(self):
        return bool(self._kek())

    def count(self):
        """Blocks of the image."""
        return (self.size + BLOCK_SIZE - 1) // BLOCK_SIZE

    def initiate(self, name, size):
        """What was there before is forgotten. Refused for what cannot be an image, and while one
        is being verified: it is read meanwhile."""
        if not self.is_enabled:
            raise Refused("no firmware is taken without cosem.kek")
        if not (0 < len(name) <= NAME_MAX and MAC_SIZE < size <= SIZE_MAX):
            raise Refused(f"an image has {MAC_SIZE + 1} to {SIZE_MAX} octets, and a name")
        if self.status == VERIFYING:
            raise Refused("an image is being verified")
        self._close()
        self.activates = False
        self._files.replace(_PART, b"")
        self.status, self.name, self.size = INITIATED, bytes(name), size
        self._there = bytearray((self.count() + 7) // 8)
        self._save()

    def put(self, number, octets):
        """Block `number`, from 0. Refused when it is none of this image."""
        last = self.size - BLOCK_SIZE * (self.count() - 1)
        wanted = last if number == self.count() - 1 else BLOCK_SIZE
        if self.status not in (INITIATED, BAD) or not 0 <= number < self.count():
            raise Refused("no such block is waited for")
        if len(octets) != wanted:
            raise Refused(f"block {number} has {wanted} octets, not {len(octets)}")
        self._file = self._file or self._files.open(_PART)
        self._file.seek(number * BLOCK_SIZE)
        self._file.write(octets)
        self._there[number // 8] |= 0x80 >> number % 8
        self._unsaved += 1
        if self._unsaved >= SAVE_EVERY:
            self._sync()

    def bitmap(self):
        """Octets, the first block in the highest bit of the first one."""
        return bytes(self._there)

    def first_missing(self):
        """The number of the first block that is not there; count() when all are."""
        for number in range(self.count()):
            if not self._there[number // 8] & 0x80 >> number % 8:
                return number
        return self.count()

    def verify(self):
        """Begin to check; `run` does it. Refused while blocks are missing."""
        if self.status not in (INITIATED, BAD, VERIFIED, VERIFYING):
            raise Refused("there is nothing to verify")
        if self.first_missing() < self.count():
            raise Refused(f"block {self.first_missing()} is missing")
        if self.status != VERIFYING:
            self._sync()
            self.status = VERIFYING

    def activate(self):
        """Hand it over and end. Refused unless it has been verified."""
        if self.status != VERIFIED:
            raise Refused("only an image that has been verified is activated")
        self._close()
        self.status = ACTIVATING
        self._save()
        self._files.rename(_PART, NEW)
        self._end(f"the firmware {self._shown_name()} is to be installed")

    async def run(self, part):
        """For ever: check what is to be checked, a piece at a time."""
        while True:
            part.alive()
            if self.status == VERIFYING:
                try:
                    good = await self._is_good(part)
                except PortError:
                    good = False
                self.status = VERIFIED if good else BAD
                self._note_if_it_can()
                if self.activates and good:
                    self._activate_if_it_can()
            await coop.sleep_ms(_LOOK_MS)

    async def _is_good(self, part):
        file = self._file or self._files.open(_PART)
        self._file = file
        kek = self._kek() + bytes(_HASH_BLOCK - len(self._kek()))
        inner = hashlib.sha256(bytes([octet ^ 0x36 for octet in kek]))
        left = self.size - MAC_SIZE
        file.seek(0)
        while left:
            octets = file.read(min(left, _CHUNK))
            if not octets:
                return False
            inner.update(octets)
            left -= len(octets)
            part.alive()
            await coop.sleep_ms(0)
        outer = hashlib.sha256(bytes([octet ^ 0x5C for octet in kek]))
        outer.update(inner.digest())
        return same(file.read(MAC_SIZE), outer.digest())

    def _shown_name(self):
        return "".join([chr(octet) if 32 < octet < 127 else "?" for octet in self.name])

    def _sync(self):
        if self._file:
            self._file.sync()
        self._save()

    def _save(self):
        self._unsaved = 0
        there = bytes(self._there).hex()
        text = f"{self.status} {self.name.hex()} {self.size} {there}"
        self._kept.save(text.encode())

    def _note_if_it_can(self):
        """A note that is lost costs another verification after the next start."""
        try:
            self._save()
        except PortError:
            pass

    def _activate_if_it_can(self):
        """A disk that refuses leaves it verified, for the next start to find."""
        try:
            self.activate()
        except PortError:
            pass

    def _close(self):
        if self._file:
            self._file.close()
            self._file = None


def _noted(stored):
    """(status, name, size, bitmap) of the note."""
    words = (stored or b"").decode().split(" ")
    if len(words) != 4:
        return NOTHING, b"", 0, bytearray()
    status, name, size, there = words
    return int(status), bytes.fromhex(name), int(size), bytearray(bytes.fromhex(there))
