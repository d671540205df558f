"""Text in columns: cut and padded to lines of exactly the width of the display.

A column is the width of a Latin letter; a Chinese character takes two.
"""

VALUE_LINES_MAX = 8  # of a value that takes lines of its own; the rest of it is cut
TEXT_LINES_MAX = 100  # of a text that is scrolled
WIDE_FROM = 0x2E80  # CJK and what is as wide


def width(text):
    """In columns."""
    return len(text) + len([1 for character in text if ord(character) >= WIDE_FROM])


def cut(text, columns):
    """As much of the beginning as fits."""
    if len(text) * 2 <= columns:
        return text
    used = 0
    for index, character in enumerate(text):
        used += 2 if ord(character) >= WIDE_FROM else 1
        if used > columns:
            return text[:index]
    return text


def fit(text, columns):
    """Exactly `columns` columns. Control characters, which terminals obey, become "?"."""
    text = "".join([_shown(character) for character in cut(text, columns)])
    return text + " " * (columns - width(text))


def beside(label, value, columns):
    """The label at the left, the value at the right of one line. A label that is too long gives
    way to the value."""
    room = columns - width(value) - 1
    if room < 1:
        return fit(value, columns)
    return fit(label, room) + " " + fit(value, width(value))


def view(label, value, columns):
    """The lines of a labelled value: one if it fits, else the label above the value."""
    if not label:
        return wrapped(value, columns) or [fit("", columns)]
    if width(label) + 1 + width(value) <= columns:
        return [beside(label, value, columns)]
    return [fit(label, columns)] + wrapped(value, columns)


def wrapped(text, columns, most=VALUE_LINES_MAX):
    """At most so many lines, broken at spaces where there are any."""
    found = []
    text = text.strip()
    while text and len(found) < most:
        line = cut(text, columns)
        end = len(line)
        if end < len(text):
            space = text.rfind(" ", 0, end + 1)
            end = space if space > 0 else end
        found.append(fit(text[:end], columns))
        text = text[end:].strip()
    return found


def paragraphs(text, columns):
    """As `wrapped`, of a text of several lines, up to TEXT_LINES_MAX."""
    found = []
    for part in text.split("\n"):
        found += wrapped(part, columns, TEXT_LINES_MAX - len(found))
    return found


def _shown(character):
    return "?" if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 else character
