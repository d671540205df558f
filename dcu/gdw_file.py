"""Q/GDW 376.1, AFN 0F F1: a firmware in segments, of the DCU (file 1) or of its module (file 3).

What has come is kept, over restarts too: who begins again with the same first segment goes on
where he was, and an answer names the segment that was taken. Once all are there the file goes to
what installs firmware: dcu/firmware.py checks that it is of who has the master key, and starts
with it; the module's driver checks that it is for this module.

Reference: Q/GDW 376.1-2009, 5.15.
"""

from dcu.firmware import BLOCK_SIZE, SIZE_MAX
from dcu.schema import whole
from hal import coop
from hal.errors import DcuError, PortError, Refused
from wire import module_image

PART = "gdw.part"  # of the data folder
SEGMENTS_MAX = 32_768
MODULE_MAX = module_image.HEADER + module_image.SIZE_MAX  # octets; it is given in one piece
SAVE_EVERY = 16  # segments; a power cut costs no more, and they are sent again
NOT_TAKEN = 0xFFFFFFFF
_CANCEL, _TERMINAL, _MODULE = 0, 1, 3
_MOST = {_TERMINAL: SIZE_MAX, _MODULE: MODULE_MAX}
_BY_MESSAGE = 0  # command: not by FTP
_NAME = b"376.1"


class FileTransfer:
    """kept   load() -> bytes or None and save(bytes), durable on return: which file, and what of
    it is there
    """

    def __init__(self, dcu, kept):
        self._dcu = dcu
        self._kept = kept
        self._note = _noted(kept.load())
        self._unsaved = 0
        self._installing = None
        self._is_handed_over = False
        if self._note.segments and self.missing() is None:
            self._let_go()

    async def take(self, value):
        """One segment. Refused when it is none of a file that is taken."""
        if value["file"] == _CANCEL:
            self._begin(0, 0, 0)
            return
        if value["file"] not in (_TERMINAL, _MODULE) or value["command"] != _BY_MESSAGE:
            raise Refused("376.1: only files 1 and 3, by messages")
        self._fit(value)
        if self._is_handed_over:
            return  # our answer was lost
        self._write(value)
        note = self._note
        if self.missing() is None:
            self._save()
            size = note.size * (note.segments - 1) + note.last
            await _INSTALL[note.file](self, size)
            self._is_handed_over = True

    def missing(self):
        """The number of the first segment that is not there; None when all are."""
        note = self._note
        for number in range(note.segments):
            if not note.there[number // 8] & 1 << number % 8:
                return number
        return None

    def _fit(self, value):
        """Of the file that is under way, or of another one, which begins with its first."""
        note, segment, size = self._note, value["segment"], len(value["octets"])
        is_last = segment == value["segments"] - 1
        if not (size and segment < value["segments"] <= SEGMENTS_MAX):
            raise Refused(f"376.1: segment {segment} of {value['segments']} is none")
        is_known = (note.file, note.segments) == (value["file"], value["segments"])
        if is_known and (size == note.size or (is_last and size < note.size)):
            if segment or self._has(value):
                return
        if segment:
            raise Refused(f"376.1: segment {segment} of no file that is under way")
        if size * (value["segments"] - 1) >= _MOST[value["file"]]:
            raise Refused(f"376.1: file {value['file']} has at most {_MOST[value['file']]} octets")
        self._begin(value["file"], value["segments"], size)

    def _has(self, value):
        """Whether the first segment is there, and the same."""
        if not self._note.there[0] & 1 or PART not in self._dcu.files.names(PART):
            return False
        return self._with_file(lambda file: file.read(len(value["octets"]))) == value["octets"]

    def _begin(self, file, segments, size):
        self._is_handed_over = False
        self._dcu.files.replace(PART, b"")
        self._note = _Note(file, segments, size, 0, bytearray((segments + 7) // 8))
        self._save()

    def _let_go(self):
        """Of a file that was handed over before this start; a disk that refuses keeps it."""
        try:
            self._begin(0, 0, 0)
        except PortError:
            pass

    def _write(self, value):
        note, segment = self._note, value["segment"]

        def write(file):
            file.seek(segment * note.size)
            file.write(value["octets"])
            file.sync()

        self._with_file(write)
        note.there[segment // 8] |= 1 << segment % 8
        if segment == note.segments - 1:
            note.last = len(value["octets"])
        self._unsaved += 1
        if self._unsaved >= SAVE_EVERY:
            self._save()

    def _with_file(self, use):
        file = self._dcu.files.open(PART)
        try:
            file.seek(0)
            return use(file)
        finally:
            file.close()

    def _save(self):
        self._unsaved = 0
        note = self._note
        numbers = f"{note.file} {note.segments} {note.size} {note.last}"
        self._kept.save(f"{numbers} {bytes(note.there).hex()}".encode())

    async def _install_in_terminal(self, size):
        """It is verified beside us, and installed when it is good."""
        firmware = self._dcu.firmware
        firmware.initiate(_NAME, size)
        for number in range(firmware.count()):
            at = number * BLOCK_SIZE
            firmware.put(number, self._octets(at, min(BLOCK_SIZE, size - at)))
            await coop.sleep_ms(0)
        firmware.verify()
        firmware.activates = True

    async def _install_in_module(self, size):
        job = self._dcu.plc.demand_running().upgrade(self._octets(0, size))
        self._installing = coop.spawn(self._see_through(job))

    async def _see_through(self, job):
        """Takes minutes: the HES has its answer meanwhile."""
        try:
            await job
            self._dcu.log("376.1", "the module has its new firmware")
        except DcuError as error:
            self._dcu.log("376.1", f"the module has not taken its firmware: {error}")

    def _octets(self, at, size):
        def read(file):
            file.seek(at)
            return file.read(size)

        return self._with_file(read)


_INSTALL = {
    _TERMINAL: FileTransfer._install_in_terminal,
    _MODULE: FileTransfer._install_in_module,
}


class _Note:
    """size: octets of a segment, last: of the last one; there: a bit for each that is there"""

    def __init__(self, file, segments, size, last, there):
        self.file = file
        self.segments = segments
        self.size = size
        self.last = last
        self.there = there


def _noted(stored):
    words = (stored or b"").decode().split(" ")
    numbers = [whole(word, 0, SIZE_MAX) for word in words[:4]]
    nothing = _Note(0, 0, 0, 0, bytearray())
    if len(words) != 5 or None in numbers:
        return nothing
    try:
        there = bytearray(bytes.fromhex(words[4]))
    except ValueError:
        return nothing
    return _Note(*(numbers + [there])) if len(there) == (numbers[1] + 7) // 8 else nothing


async def file(gdw, pn, value):
    try:
        await gdw.files.take(value)
    except DcuError as error:
        gdw.dcu.log("376.1", f"segment {value['segment']}: {error}")
        return {"segment": NOT_TAKEN}
    return {"segment": value["segment"]}


FILES = {1: file}
