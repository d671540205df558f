"""What the command line says of the application of the meters: clients, keys, services.

Keys are given as hexadecimal digits or as @FILE with them, so that none need be in a list of
processes; those that are not given are the published examples of security.py.
"""

import argparse

from meter_sim import acse, hls
from meter_sim.clock import DEVIATIONS
from meter_sim.device import GBT_WINDOW, MAX_PDU, PASSWORD
from meter_sim.profile import PERIOD_S, STYLES
from meter_sim.security import KEY_OCTETS, POLICIES, Settings

MECHANISMS = {
    "none": acse.NONE,
    "lls": acse.LLS,
    "hls": hls.OWN,
    "md5": hls.MD5,
    "sha1": hls.SHA1,
    "gmac": hls.GMAC,
    "sha256": hls.SHA256,
    "ecdsa": hls.ECDSA,
}


def whole(low, high):
    """An argument type: an integer from low to high."""

    def read(text):
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {low} to {high}")
        return value

    return read


def moment(text, commands):
    """(seconds, command) of one --at; ValueError if it is none of `commands`."""
    seconds, _, words = text.partition(" ")
    if not seconds.isdigit() or words.split(" ")[0] not in commands:
        raise ValueError(f"--at {text!r}: SECONDS COMMAND; see --help")
    return int(seconds), words


def text_or_file(text):
    if not text.startswith("@"):
        return text
    try:
        with open(text[1:], encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text[1:]}: {error.strerror}") from None


def _key(text):
    try:
        return bytes.fromhex(text_or_file(text))
    except ValueError:
        raise argparse.ArgumentTypeError("a key is hexadecimal digits, or @FILE") from None


def _secret(text):
    return text_or_file(text).encode()


APPLICATION = (
    (
        ("--password",),
        {"type": text_or_file, "default": PASSWORD, "help": f"TEXT or @FILE, LLS ({PASSWORD})"},
    ),
    (("--max-pdu",), {"type": whole(*MAX_PDU), "default": 1024, "help": "octets (1024)"}),
    (("--no",), {"action": "append", "choices": acse.LACKS, "default": [], "help": "is without"}),
    (("--gbt-window",), {"type": whole(*GBT_WINDOW), "default": 1, "help": "general blocks (1)"}),
    (
        ("--locks-after",),
        {"type": whole(0, 255), "default": 0, "help": "wrong secrets (never)"},
    ),
    (("--style",), {"action": "append", "choices": STYLES, "default": [], "help": "of profiles"}),
    (("--deviation",), {"choices": DEVIATIONS, "default": "standard", "help": "in dates"}),
    (("--utc-minus-local",), {"type": whole(-840, 840), "default": 0, "help": "minutes (0)"}),
    (
        ("--capture-s",),
        {"type": whole(2, 86_400), "default": PERIOD_S, "help": "of the load profile (900)"},
    ),
    (("--auth",), {"choices": MECHANISMS, "help": "what client 1 must bring (lls, not ciphered)"}),
    (("--open",), {"action": "store_true", "help": "with --auth: the context is not ciphered"}),
    (("--suite",), {"type": whole(0, 2), "default": 0, "help": "of ciphering (0)"}),
    (("--policy",), {"choices": POLICIES, "help": "a request is at least that (both)"}),
    (("--guek",), {"type": _key, "default": b"", "help": "HEX or @FILE; also the next"}),
    (("--gbek",), {"type": _key, "default": b"", "help": "broadcast"}),
    (("--gak",), {"type": _key, "default": b"", "help": "authentication"}),
    (("--kek",), {"type": _key, "default": b"", "help": "master"}),
    (
        ("--secret",),
        {"type": _secret, "default": Settings.secret, "help": "TEXT or @FILE (HLS)"},
    ),
    (("--signing-key",), {"type": _key, "default": b"", "help": "of the meter, for ecdsa"}),
    (("--client-key",), {"type": _key, "default": b"", "help": "X and Y of client 1, for ecdsa"}),
    (("--counter",), {"type": whole(0, 0xFFFFFFFF), "default": 0, "help": "last accepted (0)"}),
    (("--tells",), {"action": "store_true", "help": "exceptions where it is else silent"}),
    (("--strict-release",), {"action": "store_true", "help": "an RLRQ must be ciphered"}),
)


def application(given):
    """The arguments of Device; ValueError says what does not go together."""
    return {
        "password": given.password,
        "max_pdu": given.max_pdu,
        "lacks": tuple(given.no),
        "gbt_window": given.gbt_window,
        "locks_after": given.locks_after,
        "styles": given.style,
        "says_deviation": given.deviation,
        "capture_s": given.capture_s,
        "deviation_min": given.utc_minus_local,
        "security": _security(given),
    }


def _security(given):
    if given.auth is None:
        if given.policy or given.suite:
            raise ValueError("--suite and --policy need --auth")
        return None
    for name in ("guek", "gbek", "gak", "kek"):
        has, wanted = len(getattr(given, name)), KEY_OCTETS[given.suite]
        if has not in (0, wanted):
            raise ValueError(
                f"--{name}: {2 * has} digits given; suite {given.suite} wants {2 * wanted}"
            )
    if given.open and given.policy not in (None, "none"):
        raise ValueError("--policy does not go with --open")
    if given.auth == "ecdsa" and not (given.suite and given.signing_key and given.client_key):
        raise ValueError("--auth ecdsa needs --suite 1 or 2, --signing-key and --client-key")
    policy = given.policy or ("none" if given.open else "both")
    return Settings(
        mechanism=MECHANISMS[given.auth],
        ciphered=not given.open,
        suite=given.suite,
        policy=POLICIES[policy],
        guek=given.guek,
        gbek=given.gbek,
        gak=given.gak,
        kek=given.kek,
        secret=given.secret,
        signing_key=int.from_bytes(given.signing_key, "big"),
        client_key=given.client_key,
        tells=given.tells,
        strict_release=given.strict_release,
        first_counter=given.counter,
    )
