"""The bootloader of a G3 module: finding it, giving it a firmware, leaving it."""

from hal.errors import NoReply, WireError
from wire import xmodem

_PROMPT = b"BL > "
_COMPLETE = b"upload complete"
_ABORTED = b"upload aborted"
_READ_SIZE = 256  # octets
_TEXT_MAX = 1024
_MENU_MS = 1_000
_BLOCK_MS = 2_000
_BEGIN_MS = 5_000
_CHECK_MS = 10_000
_NOTICE_EVERY = 8192  # octets between two words about the progress


class Bootloader:
    """port  a serial port, ours; progress(octets, of octets) is told now and then"""

    def __init__(self, port, clock, progress):
        self._port = port
        self._clock = clock
        self._progress = progress

    async def is_there(self):
        """Whether it shows its menu, be it from the midst of an upload."""
        for _ in range(3):
            await self._port.write(bytes([xmodem.CANCEL]) + b"\n")
            if _PROMPT in await self._text_until(_PROMPT, _MENU_MS):
                return True
        return False

    async def run(self):
        """Leave it; whether it does: it stays when there is no firmware that can run."""
        await self._port.write(b"2")
        return _PROMPT not in await self._text_until(_PROMPT, _MENU_MS)

    async def upload(self, image):
        """NoReply or WireError when it is not through; the module then stays in its menu."""
        await self._port.write(b"1")
        sender = xmodem.Sender(image)
        said_at = 0
        octets = await self._begin(sender)
        while not sender.is_done:
            await self._port.write(octets)
            octets = await self._answered(sender)
            if sender.sent - said_at >= _NOTICE_EVERY:
                said_at = sender.sent
                self._progress(said_at, len(image))
        text = await self._text_until(_PROMPT, _CHECK_MS)
        if _COMPLETE not in text:
            why = text.split(_ABORTED)[-1].strip()[:40].decode() if _ABORTED in text else "silence"
            raise WireError(f"the module does not take the firmware: {why}")
        self._progress(len(image), len(image))

    async def _begin(self, sender):
        deadline_ms = self._clock.ticks_ms() + _BEGIN_MS
        while self._clock.ticks_ms() < deadline_ms:
            for octet in await self._port.read(1, _BLOCK_MS):
                said = sender.heard(octet)
                if said:
                    return said
        raise NoReply("the bootloader does not ask for a firmware")

    async def _answered(self, sender):
        """What to say after the answer to a block; the same block after silence."""
        while True:
            heard = await self._port.read(1, _BLOCK_MS)
            said = sender.heard(heard[0]) if heard else sender.silent()
            if said or sender.is_done:
                return said

    async def _text_until(self, end, limit_ms):
        text = b""
        deadline_ms = self._clock.ticks_ms() + limit_ms
        while end not in text and len(text) < _TEXT_MAX:
            left_ms = deadline_ms - self._clock.ticks_ms()
            if left_ms <= 0:
                break
            text += await self._port.read(_READ_SIZE, left_ms)
        return text
