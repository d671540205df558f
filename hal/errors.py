"""What can go wrong, by whose doing. A bug of ours is none of these: that is an assert."""

from wire.errors import DcuError, WireError

__all__ = ("DcuError", "NoReply", "NotAuthenticated", "PortError", "Refused", "WireError")


class PortError(DcuError):
    """The port itself failed: device gone, open refused, carrier lost, disk full."""

    code = 0x10


class NoReply(DcuError):
    """The peer stayed silent for the whole of its time limit."""

    code = 0x20


class Refused(DcuError):
    """We understood, and policy says no: wrong password, value out of range, meter unknown."""

    code = 0x30


class NotAuthenticated(Refused):
    """The meter, or the HES over TLS, does not take our password, key or certificate, or we not
    its own. Apart from Refused, since it is an alarm, and is not tried again at once: meters lock
    themselves."""

    code = 0x31
