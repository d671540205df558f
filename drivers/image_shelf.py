"""The firmware of the module as files: the one that is being installed, and the last that ran.

A module that stands in its bootloader without a firmware gets one from here, also after a restart
of the DCU.
"""

_REFUSALS_MAX = 3  # of one image, then the module gets the last one that ran


class ImageShelf:
    """coming, good  each has load() -> bytes or None and save(bytes), durable on return"""

    def __init__(self, coming, good):
        self._coming = coming
        self._good = good
        self._refusals = 0

    def begin(self, image):
        self._refusals = 0
        self._coming.save(image)

    def coming(self):
        """The image that is to be in the module and is not yet, or None."""
        return self._coming.load() or None

    def last(self):
        """The last one that was installed, or None."""
        return self._good.load() or None

    def installed(self):
        image = self.coming()
        if image:
            self._good.save(image)
            self._coming.save(b"")

    def refused(self):
        """The module finds it wrong."""
        self._refusals += 1
        if self._refusals >= _REFUSALS_MAX:
            self._coming.save(b"")
