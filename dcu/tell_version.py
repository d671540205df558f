"""At start: whether this is another firmware than the last time."""

from dcu.alarm_codes import FIRMWARE_CHANGED
from hal.errors import PortError


def tell_version(kept, version, alarm):
    """`kept` has load() -> bytes or None and save(bytes), durable on return: the version of the
    last start. The event comes first: a power cut between tells it twice, and never not at all."""
    before = (kept.load() or b"").decode()
    if before == version:
        return
    if before:
        alarm(FIRMWARE_CHANGED, 0, f"{before} to {version}")
    try:
        kept.save(version.encode())
    except PortError:
        pass  # the disk; told again at the next start
