"""Something that keeps one text, as storage/slots.py does, for tests that need no disk."""

from hal.errors import PortError


class Kept:
    def __init__(self, data=None):
        self.data = data
        self.saves = 0
        self.full = False

    def load(self):
        return self.data

    def save(self, data):
        if self.full:
            raise PortError("settings.0: no space left on device")
        self.data = data
        self.saves += 1


def refusal(function, *arguments):
    """The text of the refusal that the call ends in, or "" when it does not."""
    from hal.errors import DcuError

    try:
        function(*arguments)
    except DcuError as error:
        return str(error)
    return ""
