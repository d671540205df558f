"""Text in columns: cut and padded to lines of exactly the width of the display."""

VALUE_LINES_MAX = 8  # of a value that takes lines of its own; the rest of it is cut


def fit(text, columns):
    """Exactly `columns` characters. Control characters, which terminals obey, become "?"."""
    text = "".join([_shown(character) for character in text[:columns]])
    return text + " " * (columns - len(text))


def beside(label, value, columns):
    """The label at the left, the value at the right of one line. A label that is too long gives
    way to the value."""
    room = columns - len(value) - 1
    return fit(value, columns) if room < 1 else fit(label, room) + " " + fit(value, len(value))


def view(label, value, columns):
    """The lines of a labelled value: one if it fits, else the label above the value."""
    if not label:
        return _wrapped(value, columns) or [fit("", columns)]
    if len(label) + 1 + len(value) <= columns:
        return [beside(label, value, columns)]
    return [fit(label, columns)] + _wrapped(value, columns)


def _wrapped(text, columns):
    """Broken at spaces where there are any."""
    found = []
    text = text.strip()
    while text and len(found) < VALUE_LINES_MAX:
        end = columns
        if len(text) > columns:
            space = text.rfind(" ", 0, columns + 1)
            end = space if space > 0 else columns
        found.append(fit(text[:end], columns))
        text = text[end:].strip()
    return found


def _shown(character):
    return "?" if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 else character
