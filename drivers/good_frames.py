"""What a deframer of wire/ has, when nobody cares for what is damaged."""

from wire.errors import WireError


def good_frames(deframer, octets):
    """Each whole frame that there is after these octets."""
    deframer.feed(octets)
    while True:
        try:
            frame = deframer.next_frame()
        except WireError:
            continue
        if frame is None:
            return
        yield frame
