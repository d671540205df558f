"""Passwords for DCUs and meters: read from files, kept in memory, shown nowhere."""

from hes_stub.errors import HesError

PASSWORD_MAX = 64  # octets
FILE_MAX = 4096  # octets that are read of a file


class Password:
    """`octets` is the password; text and repr of the object are not."""

    def __init__(self, octets):
        self.octets = octets

    def __repr__(self):
        return "Password(set)" if self.octets else "Password(none)"


NONE = Password(b"")


def from_argument(option, text):
    """The Password in the first line of the file named by "@FILE"; NONE when `text` is None."""
    if text is None:
        return NONE
    lines = lines_of_file(option, text, "password")
    if not lines or not 0 < len(lines[0]) <= PASSWORD_MAX:
        raise HesError(
            f"{option}: the first line of {text[1:]} must have 1 to {PASSWORD_MAX} octets"
        )
    return Password(lines[0])


def lines_of_file(option, text, secret):
    """Lines, as octets, of the file named by "@FILE", which holds the `secret`. HesError."""
    if not text.startswith("@"):
        raise HesError(f"{option} takes @FILE: a {secret} on the command line is seen by all")
    try:
        with open(text[1:], "rb") as file:
            return file.read(FILE_MAX).splitlines()
    except OSError as error:
        raise HesError(f"{option}: {text[1:]}: {error.strerror}; put the {secret} in that file")
