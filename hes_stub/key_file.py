"""The file of `hes serve --dcu-key`: the keys that the DCUs have as cosem.ek, cosem.ak, cosem.kek.

    ek=000102030405060708090A0B0C0D0E0F
    ak=D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF
    kek=...                               for `hes rekey` only

In hexadecimal; 16 octets each are security suite 0, 32 are suite 2.
"""

from hes_stub.credentials import lines_of_file
from hes_stub.errors import HesError

_NAMES = ("ek", "ak", "kek")
_PREFIX = "cosem."  # as a DCU calls them: such lines may be copied
_SIZES = (16, 32)  # octets


class Pair:
    """Encryption key and authentication key, octets. It has no text form."""

    def __init__(self, ek, ak):
        self.ek = ek
        self.ak = ak


class KeyFile:
    """`pair`, and `kek`: octets, b"" for none. It has no text form."""

    def __init__(self, ek, ak, kek=b""):
        self.pair = Pair(ek, ak)
        self.kek = kek


def from_argument(option, text):
    """The KeyFile named by "@FILE", None when `text` is None. HesError, which shows no key."""
    if text is None:
        return None
    lines = lines_of_file(option, text, "key")
    try:
        return _parsed(lines)
    except ValueError as error:
        reason = str(error)
    raise HesError(
        f"{option}: {text[1:]}: {reason}; it has the lines ek=HEX, ak=HEX and, for `hes rekey`,"
        " kek=HEX: the cosem.ek, cosem.ak and cosem.kek of the DCUs"
    )


def _parsed(lines):
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(b"#"):
            continue
        name, key = _named_key(number, line)
        if name in found:
            raise ValueError(f"line {number}: {name} a second time")
        found[name] = key
    for name in ("ek", "ak"):
        if name not in found:
            raise ValueError(f"no line {name}=")
    if len(found["ek"]) != len(found["ak"]):
        raise ValueError("ek and ak are not of one length")
    return KeyFile(**found)


def _named_key(number, line):
    name, _, digits = line.decode("ascii", "replace").partition("=")
    name = name.strip().lower().removeprefix(_PREFIX)
    if name not in _NAMES:
        raise ValueError(f"line {number} does not begin with ek=, ak= or kek=")
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) not in _SIZES:
        raise ValueError(f"line {number}: {name} must be 32 or 64 hexadecimal digits")
    return name, key
