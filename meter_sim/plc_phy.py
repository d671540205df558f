"""How long a frame is on the air, and whether it gets through.

OFDM of ITU-T G.9903 (2017): CENELEC-A samples at 400 kHz and uses 36 carriers, FCC at 1.2 MHz
and 72; a symbol has 256 samples and 22 of cyclic prefix that are not overlapped; the preamble is
9.5 symbols without prefix, the frame control header 13 and 12 symbols. Data: Reed-Solomon with 16
parity octets (robust 8), convolution of rate 1/2 with 6 bits of tail, robust repeats 4 times.
RF: IEEE 802.15.4g SUN FSK with 50 kbit/s, as G3 Hybrid has it, 12 octets before the header.

Where the standard leaves it to the line: needed signal to noise, how sharp its edge is.
"""

import math
from collections import namedtuple

ROBUST, BPSK, QPSK, PSK8 = range(4)

# overhead_ms: preamble and header. bits: of one symbol, by modulation; block: data octets of one
# Reed-Solomon block. slot_ms: of CSMA. needs_db: signal to noise for half of 100 octets
Band = namedtuple(
    "Band", ("code", "overhead_ms", "symbol_ms", "bits", "block", "slot_ms", "needs_db")
)

_CENELEC_MS, _FCC_MS = 278 / 400, 278 / 1200
_NEEDS_DB = (0.0, 5.0, 9.0, 14.0)
BANDS = {
    "cenelec-a": Band(
        0,
        9.5 * 256 / 400 + 13 * _CENELEC_MS,
        _CENELEC_MS,
        (36 / 8, 36 / 2, 36, 54),
        (125, 239, 239, 239),
        2 * _CENELEC_MS,
        _NEEDS_DB,
    ),
    "fcc": Band(
        2,
        9.5 * 256 / 1200 + 12 * _FCC_MS,
        _FCC_MS,
        (72 / 8, 72 / 2, 72, 108),
        (125, 239, 239, 239),
        2 * _FCC_MS,
        _NEEDS_DB,
    ),
    "rf": Band(0xFF, 12 * 0.16, 0.16, (8,), (1280,), 1.0, (7.0,)),
}
PARITY = 16  # octets of each block
MAC_OCTETS = 23 + 4 + 2  # header with addresses and security, MIC, FCS: of each frame
GAP_MS = 3.0  # between frame and acknowledgement, and after it
MARGIN_DB = 3.0  # what a modulation is chosen with
_EDGE = 1.2  # by how much 1 dB changes the odds, as an exponent of e


def modulation(band, snr_db):
    """The fastest that this signal to noise bears."""
    best = 0
    for kind, needs_db in enumerate(band.needs_db):
        if snr_db >= needs_db + MARGIN_DB:
            best = kind
    return best


def air_ms(band, kind, octets, is_acknowledged=True):
    """Of one frame, with its acknowledgement; a long one goes in segments, each with its own."""
    left, total_ms = octets + MAC_OCTETS, 0.0
    each_ms = (2 * (band.overhead_ms + GAP_MS)) if is_acknowledged else band.overhead_ms + GAP_MS
    while left > 0:
        block = min(left, band.block[kind])
        left -= block
        parity = PARITY if len(band.bits) > 1 else 0
        symbols = math.ceil(((block + parity) * 8 + 6) / band.bits[kind])
        total_ms += each_ms + symbols * band.symbol_ms
    return total_ms


def loss(band, kind, snr_db, octets):
    """How likely a frame is lost, 0 to 1."""
    over_db = snr_db - band.needs_db[kind]
    if over_db > 12:
        return 0.0
    if over_db < -6:
        return 1.0
    through = 1 / (1 + math.exp(-_EDGE * over_db))
    return 1 - math.pow(through, (octets + MAC_OCTETS) / 100)


def lqi(snr_db):
    """The link quality indicator: quarters of a decibel above -10 dB."""
    return max(0, min(255, int(4 * (snr_db + 10))))
