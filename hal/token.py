"""What nobody can guess, from the kernel's generator; the same file on both interpreters."""

_TOKEN_OCTETS = 16


def random_octets(count):
    source = open("/dev/urandom", "rb")
    octets = source.read(count)
    source.close()
    assert len(octets) == count
    return octets


def random_token():
    """32 hexadecimal digits."""
    return random_octets(_TOKEN_OCTETS).hex()
