"""IPv4 addresses as people write them: four numbers with dots between.

Reference: RFC 1123, 2.1. No octal, no hexadecimal, no fewer numbers, as inet_aton() takes them.
"""

from wire.obis import is_digits


def number(text):
    """The address as an integer of 32 bits; None for a text that is none."""
    parts = text.split(".")
    if len(parts) != 4 or not all([is_digits(part) and len(part) < 4 for part in parts]):
        return None
    octets = [int(part) for part in parts]
    return int.from_bytes(bytes(octets), "big") if max(octets) < 256 else None


def dotted(value):
    return ".".join([str(octet) for octet in value.to_bytes(4, "big")])
