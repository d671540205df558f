"""A random token, from the kernel's generator; the same file on both interpreters."""

_OCTETS = 16


def random_token():
    """32 hexadecimal digits that nobody can guess."""
    source = open("/dev/urandom", "rb")
    octets = source.read(_OCTETS)
    source.close()
    assert len(octets) == _OCTETS
    return octets.hex()
