"""What the HES does, in plain words, one line each, at once on standard output."""


def say(text):
    """A closed or full standard output must not stop the HES: the line is dropped then."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):
        pass
