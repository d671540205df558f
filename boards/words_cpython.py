"""Times and texts of others, as they are printed for people."""

from datetime import UTC, datetime


def when(utc_s):
    try:
        return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except ValueError:  # a meter may say year 60000
        return f"{utc_s} s of UTC"


def harmless(text):
    """Text of a meter, whose control characters must not steer the terminal."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def described(text):
    """For `add_parser`: what the list of verbs and the help of this one say."""
    return {"help": text, "description": text}
