"""PEM: certificates and keys as text, taken apart into DER.

Reference: RFC 7468. The text around the blocks is passed over, as there.
"""

import binascii

from wire.errors import WireError

_BEGIN, _END, _TAIL = "-----BEGIN ", "-----END ", "-----"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


def blocks(text):
    """[(label, DER)], as in [("CERTIFICATE", b"0...")]. WireError for a block that is damaged,
    and for one with headers, which is what an encrypted key of the old kind has."""
    found = []
    label = None
    lines = []
    for line in text.split("\n"):
        line = line.strip()
        if label is None:
            if line.startswith(_BEGIN) and line.endswith(_TAIL):
                label, lines = line[len(_BEGIN) : -len(_TAIL)], []
        elif line == _END + label + _TAIL:
            found.append((label, _octets(label, "".join(lines))))
            label = None
        else:
            lines.append(line)
    if label is not None:
        raise WireError(f"the block {label} has no end")
    return found


def _octets(label, letters):
    good = letters and len(letters) % 4 == 0 and all([each in _LETTERS for each in letters])
    if not good or "=" in letters.rstrip("=") or letters.endswith("==="):
        raise WireError(f"the block {label} is not base64: damaged, or encrypted")
    return binascii.a2b_base64(letters)
