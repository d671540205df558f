"""What of a frame has changed since another one: what a display, or a browser, has to be told."""

_GAP = 8  # equal octets between two changes that are told rather than left out


def runs(old, new):
    """[(offset, octets)] that make `new` out of `old`, both as long; in order, never empty."""
    assert len(old) == len(new)
    found = []
    first = last = None
    for at in range(len(new)):
        if old[at] == new[at]:
            continue
        if first is not None and at - last > _GAP + 1:
            found.append((first, bytes(new[first : last + 1])))
            first = at
        elif first is None:
            first = at
        last = at
    if first is not None:
        found.append((first, bytes(new[first : last + 1])))
    return found
