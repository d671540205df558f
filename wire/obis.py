"""Logical names of COSEM objects: six octets, to people six numbers, 1.0.1.8.0.255.

Reference: IEC 62056-6-1 (OBIS), value groups A to F.
"""

from wire.errors import WireError

_F_USUAL = "255"


def parse(text):
    """Six octets of "1.0.1.8.0.255", "1-0:1.8.0*255" or "1-0:1.8.0", whose F is 255. Five numbers
    with dots alone may lack any of the six, and are refused."""
    groups = text.replace("-", ".").replace(":", ".").replace("*", ".").split(".")
    if len(groups) == 5 and ":" in text:
        groups.append(_F_USUAL)
    if len(groups) != 6 or not all([_is_octet(group) for group in groups]):
        raise WireError(f"{text!r} is no OBIS code: six numbers up to 255, as in 1.0.1.8.0.255")
    return bytes([int(group) for group in groups])


def _is_octet(group):
    return is_digits(group) and len(group) <= 3 and int(group) <= 255


def is_digits(text):
    """Some ASCII digits and nothing else; isdigit() of CPython takes those of all scripts."""
    return bool(text) and all([character in "0123456789" for character in text])


def text(ln):
    return ".".join([str(octet) for octet in ln])
