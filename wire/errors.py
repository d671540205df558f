"""What the peer can do wrong. The root of all expected failures lives here, at the bottom."""


class DcuError(Exception):
    """Root of every expected failure. `code` goes into the event log and to the HES."""

    code = 0x00


class WireError(DcuError):
    """The peer sent something the protocol does not allow. Carries the octets for the log.

    Where the peer may have sent a password, only `reason` is fit to be logged.
    """

    code = 0x21

    def __init__(self, reason, data=b""):
        super().__init__(f"{reason}: {bytes(data).hex()}" if data else reason)
        self.reason = reason
        self.data = bytes(data)
