"""A journal from its newest record on, a piece at a time, so that others get their turn."""

SEARCHED_MAX = 50_000  # records
_BLOCK = 256


def blocks(journal):
    """Yields lists of (number, payload), newest first. PortError: the disk does not give them."""
    last = end = journal.last
    while end >= journal.first and last - end < SEARCHED_MAX:
        after = max(journal.first - 1, end - _BLOCK)
        yield list(reversed(journal.read(after, end - after)))
        end = after
