"""Our side of bench_codec, on both interpreters: codec_ours.py FILE."""

from bench.stopwatch import as_it_is, cases, report
from hal import cipher
from wire import apdu, axdr
from wire.ciphering import BOTH, Key
from wire.crc import fcs16

HEAD = 5  # of a ciphered APDU: security control and counter


class Always:
    """A counter that stands still, so that each call does the same."""

    def __init__(self, counter):
        self.expected = counter

    def next(self):
        return self.expected

    def accept(self, counter):
        return counter == self.expected


def decoded(octets):
    return axdr.decode_all(apdu.decode(octets).result.data)


def main():
    given = cases()
    counter = Always(int.from_bytes(given["counter"], "big"))
    key = Key(cipher, 0, given["ek"], given["ak"], counter, counter)
    title, plain = given["title"], given["plain"]
    head = bytes([BOTH]) + given["counter"]
    sealed = head + given["sealed"]
    report(
        {
            "get": (lambda: decoded(given["get"]), as_it_is),
            "profile": (lambda: decoded(given["profile"]), as_it_is),
            "seal": (lambda: key.seal(BOTH, title, plain), lambda octets: octets[HEAD:]),
            "open": (lambda: key.open(title, sealed), lambda opened: opened[1]),
            "fcs": (lambda: fcs16(given["fcs"]), as_it_is),
        }
    )


main()
