"""New firmware for a G3 module: is it for this one, how it gets there, and what if it does not.

A module whose upload broke off stays in its bootloader, also over a loss of power. It is found
there when it does not answer otherwise, and gets the same firmware again; if it does not take it
time and again, or has none that runs, the last one that did run.
"""

from drivers.g3_bootloader import Bootloader
from drivers.g3_channel import ModuleRefused
from hal import coop
from hal.errors import NoReply, PortError, Refused, WireError
from wire import module_image, usi_commands

_TAKES_OVER_MS = 200  # from the confirm until the line is the bootloader's


class Upgrade:
    """event(text) is told how it goes. shelf: drivers/image_shelf.py"""

    def __init__(self, clock, event, shelf):
        self._clock = clock
        self._event = event
        self._shelf = shelf
        self.is_under_way = False  # the module has been sent into its bootloader
        self._is_suspected = False  # the module may be in its bootloader
        self._given = None  # version of the firmware that it was given, until it was asked for it
        self._error = None
        self._ended = coop.Event()

    async def begin(self, channel, image):
        """Send a running module into its bootloader, if this image is for it."""
        header = module_image.decode(image)
        try:
            known = await channel.ask("identify.request")
        except (ModuleRefused, NoReply):
            raise Refused("this module takes no firmware from us")
        if (header.kind, header.hardware) != (known["kind"], known["hardware"]):
            module = f"kind {known['kind']} hardware {known['hardware']}"
            raise Refused(
                f"firmware for kind {header.kind} hardware {header.hardware}, this is {module}"
            )
        self._shelf.begin(image)
        magic = {"magic": usi_commands.MAGIC_BOOT}
        await channel.ask("enter-bootloader.request", magic)
        self._is_suspected = self.is_under_way = True
        self._error = None
        self._ended.clear()

    async def done(self):
        """Until the firmware is in the module and runs, or the attempt has failed."""
        await self._ended.wait()
        if self._error:
            raise self._error

    def suspect(self):
        """The module has not answered: it may be in its bootloader."""
        self._is_suspected = True

    async def leave_bootloader(self, port):
        """To be called with a port that was just opened. Raises when the module has to stay."""
        if not self._is_suspected:
            return
        try:
            await self._leave(port)
            self._is_suspected = False
        except (NoReply, WireError, PortError) as error:
            self._error = error
            port.close()
            raise
        finally:
            self.is_under_way = False
            self._ended.set()

    async def _leave(self, port):
        await coop.sleep_ms(_TAKES_OVER_MS)
        boot = Bootloader(port, self._clock, self._progress)
        if not await boot.is_there():
            if self.is_under_way:
                raise NoReply("module: its bootloader does not answer")
            return
        image = self._shelf.coming()
        if image:
            await self._upload(boot, image)
        if not await boot.run():
            await self._go_back(boot)
        self._event("module starts from its bootloader")

    async def _upload(self, boot, image):
        try:
            await boot.upload(image)
        except WireError:
            self._shelf.refused()
            raise
        self._shelf.installed()
        self._given = module_image.decode(image).version

    async def confirm(self, channel):
        """Of a module that runs: has it the firmware that it was given?"""
        if self._given is None:
            return
        given, self._given = self._given, None
        try:
            known = await channel.ask("identify.request")
        except (ModuleRefused, NoReply):
            return
        runs = tuple([known[name] for name in ("major", "minor", "patch")])
        text = f"module runs firmware {_dotted(runs)}"
        self._event(text if runs == given else f"{text}, and was given {_dotted(given)}")

    async def _go_back(self, boot):
        """There is no firmware that runs: the last one that did."""
        image = self._shelf.last()
        if image:
            self._event("module gets the firmware back that it had")
            await boot.upload(image)
        if not image or not await boot.run():
            raise NoReply("module: in its bootloader, without a firmware that runs")

    def _progress(self, octets, total):
        self._event(f"module firmware: {octets} of {total} octets")


def _dotted(version):
    return ".".join([str(number) for number in version])
