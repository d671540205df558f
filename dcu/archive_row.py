"""One row of the meter archive: how a meter is reached and by which credentials. What each
field may be is said here, once; README.md has it for the operator.
"""

from dcu.schema import CHANNELS, PLC, whole
from hal.errors import Refused
from wire import hdlc_address, mode_e

METERS_MAX = 1120  # 1,024 on PLC/RF and 3 × 32 on RS485
ADDRESS_MAX = 16381  # HDLC physical address; 16382 and 16383 are reserved
NUMBER_MAX = 999_999_999_999  # of a meter behind the module slot: its number, 12 digits
SECRETS = ("password", "ek", "ak", "kek", "sk", "psk")  # never shown
KEEP_SECRET = "*"  # what an export shows for a secret; an import leaves the old one

# auth: the mechanism, and what it works with beside the password that all but none and gmac have
PASSWORDS = ("lls", "hls", "hls-md5", "hls-sha1", "hls-sha256")
AUTHS = ("none",) + PASSWORDS + ("hls-gmac", "hls-ecdsa")
CIPHERINGS = ("none", "auth", "enc", "authenc")

_NUMBERS = {  # lowest and highest value
    "mp": (1, METERS_MAX),
    "address": (1, NUMBER_MAX),
    "gather": (0, 999_999_999_999),
    "client": (1, 127),
    "logical": (1, ADDRESS_MAX),
    "suite": (0, 2),
    "reply_ms": (0, 30_000),
    "gap_ms": (0, 5_000),
}
_CHOICES = {
    "protocol": ("dlms",),
    "channel": CHANNELS,
    "auth": AUTHS,
    "octets": ("0", "1", "2", "4"),
    "ciphering": CIPHERINGS,
    "dedicated": ("no", "yes"),
    "entry": ("hdlc", "mode-e"),
    "deviation": ("normal", "reversed", "ignored"),
    "release": ("none", "plain", "ciphered"),
}
_DEFAULTS = (  # in the order of the columns; mp and address have none
    ("mp", ""),
    ("address", ""),
    ("gather", "0"),
    ("protocol", "dlms"),
    ("channel", "rs485-1"),
    ("client", "16"),
    ("auth", "none"),
    ("password", ""),
    ("logical", "1"),
    ("octets", "0"),
    ("ciphering", "none"),
    ("suite", "0"),
    ("ek", ""),
    ("ak", ""),
    ("kek", ""),
    ("title", ""),
    ("dedicated", "no"),
    ("entry", "hdlc"),
    ("deviation", "normal"),
    ("release", "none"),
    ("sk", ""),
    ("pk", ""),
    ("called", ""),
    ("group", ""),
    ("reply_ms", "0"),
    ("gap_ms", "0"),
    ("eui", ""),
    ("psk", ""),
)
FIELDS = tuple([field for field, _ in _DEFAULTS])

_PASSWORD_MAX = 64
_GROUP_MAX = 16
_GROUP_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
KEY_OCTETS = (16, 16, 32)  # by suite
_SIGNING_OCTETS = (0, 32, 48)  # by suite: a private key; the public key has twice as many
_SIZES = {
    "title": (8,),
    "eui": (8,),
    "psk": (16,),
    "sk": (32, 48),
    "pk": (64, 96),
}  # octets; of the others as KEY_OCTETS


class Meter:
    """One row. `address` is the HDLC physical address, or behind the module slot the number of
    the meter, `logical` the logical device, `octets` the size of the HDLC server address (0: the
    smallest that holds it). Keys (`ek`, `ak`, `kek`), `sk` and `pk`, our private and the meter's
    public key for signatures, and `title`, our system title towards this meter (empty: the DCU's
    own), are octets. `called` is the address of mode E, the meter's serial number; empty for the
    only meter of a bus. `group` is a name that tasks may choose by. `reply_ms` is how long the
    meter may take to answer (0: as the setting meter.reply_ms says), `gap_ms` the silence it needs
    before it hears us (0: the usual one). `eui` is the EUI-64 by which a G3 module knows a meter,
    `psk` its key to join (empty: the one that plc.psk says)."""

    def __init__(self, texts):
        """`texts` maps field names to text; Refused says what is wrong and what would do."""
        for field in texts:
            if field not in FIELDS:
                raise Refused(f"no column {field!r}; there are: {','.join(FIELDS)}")
        for field, default in _DEFAULTS:
            setattr(self, field, _value(field, texts.get(field) or default))
        for is_wrong, reason in _RULES:
            if is_wrong(self):
                digits = 2 * KEY_OCTETS[self.suite]
                raise Refused(reason.format(self.auth, self.ciphering, self.suite, digits))

    def row(self, secret=None):
        """The fields as text; `secret` stands in for each real one where they must not show."""
        texts = []
        for field in FIELDS:
            value = getattr(self, field)
            is_hidden = value and secret is not None and field in SECRETS
            plain = value.hex() if isinstance(value, bytes) else str(value)
            texts.append(secret if is_hidden else plain)
        return texts

    def place(self):
        """For messages: what a person needs to find the meter."""
        return f"{self.channel} address {self.address}"


def _overflows(meter):
    return meter.channel != PLC and not hdlc_address.fits(
        meter.logical, meter.address, meter.octets
    )


def _lacks_ek(meter):
    return (meter.auth == "hls-gmac" or meter.ciphering != "none") and not meter.ek


def _lacks_ak(meter):
    needs = meter.auth == "hls-gmac" or meter.ciphering in ("auth", "authenc")
    return needs and not meter.ak


def _misfits(field):
    """Whether the key is there, and not as long as those of the suite."""

    def misfits(meter):
        key = getattr(meter, field)
        return key and len(key) != KEY_OCTETS[meter.suite]

    return misfits


def _misfits_signing(field, times):
    """Whether auth hls-ecdsa lacks the key, or has one of another size."""

    def misfits(meter):
        size = times * _SIGNING_OCTETS[meter.suite]
        return meter.auth == "hls-ecdsa" and len(getattr(meter, field)) != size

    return misfits


# what makes a row wrong, and why: {0} is auth, {1} ciphering, {2} suite, {3} digits of its keys
_RULES = (
    (
        lambda m: m.channel != PLC and m.address > ADDRESS_MAX,
        f"address: at most {ADDRESS_MAX} on RS485",
    ),
    (lambda m: m.channel != PLC and (m.eui or m.psk), f"eui, psk: of channel {PLC} alone"),
    (_overflows, "octets: 1 or 2 hold addresses of 7 bits, up to 127"),
    (lambda m: m.auth in PASSWORDS and not m.password, "password: auth {0} needs one"),
    (_lacks_ek, "ek: auth {0} with ciphering {1} needs one"),
    (_lacks_ak, "ak: auth {0} with ciphering {1} needs one"),
    (_misfits("ek"), "ek: suite {2} wants {3} hexadecimal digits"),
    (_misfits("ak"), "ak: suite {2} wants {3} hexadecimal digits"),
    (_misfits("kek"), "kek: suite {2} wants {3} hexadecimal digits"),
    (lambda m: m.auth == "hls-ecdsa" and not m.suite, "suite: auth {0} needs 1 or 2"),
    (_misfits_signing("sk", 1), "sk: auth {0} of suite {2} needs our private key"),
    (_misfits_signing("pk", 2), "pk: auth {0} of suite {2} needs the meter's public key"),
    (
        lambda m: m.dedicated == "yes" and m.ciphering == "none",
        "dedicated: a dedicated key needs ciphering",
    ),
    (
        lambda m: m.release == "ciphered" and m.ciphering == "none",
        "release: a ciphered one needs ciphering",
    ),
)


def _value(field, text):
    if field in _NUMBERS:
        return _number(field, text)
    if field in _CHOICES:
        if text not in _CHOICES[field]:
            raise Refused(f"{field}: {text!r} is not one of {', '.join(_CHOICES[field])}")
        return int(text) if field == "octets" else text
    if field in _TEXTS:
        return _TEXTS[field](text)
    return _octets(field, text)


def _number(field, text):
    if not text:
        raise Refused(f"{field} is missing")
    low, high = _NUMBERS[field]
    number = whole(text, low, high)
    if number is None:
        raise Refused(f"{field}: {text!r} is not a whole number from {low} to {high}")
    return number


def _octets(field, text):
    """Of a key or a title; what was typed is not shown again."""
    good = all([character in "0123456789abcdefABCDEF" for character in text])
    sizes = _SIZES.get(field, KEY_OCTETS[1:])
    if text and not (good and len(text) in [2 * size for size in sizes]):
        digits = " or ".join([str(2 * size) for size in sizes])
        raise Refused(f"{field}: {digits} hex digits, or nothing")
    return bytes.fromhex(text)


def _password(text):
    """Such that the CSV at rest gives it back as it is."""
    good = len(text) <= _PASSWORD_MAX and text != KEEP_SECRET and text == text.strip()
    if good and all([" " <= character <= "~" and character not in ',"' for character in text]):
        return text
    raise Refused(
        f"password: at most {_PASSWORD_MAX} plain characters, no comma, no quote, "
        f"no space at its ends, and not {KEEP_SECRET} alone"
    )


def _called(text):
    if mode_e.is_address(text) and text == text.strip():
        return text
    raise Refused(f"called: at most {mode_e.ADDRESS_MAX} letters, digits and spaces")


def group_of(text):
    if len(text) <= _GROUP_MAX and all([character in _GROUP_LETTERS for character in text]):
        return text
    raise Refused(f"group: at most {_GROUP_MAX} letters, digits, - and _")


_TEXTS = {"password": _password, "called": _called, "group": group_of}
