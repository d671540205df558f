"""What every codec has to stand, said once: whole, octet by octet, trailing data, damage.

A deframer is anything with feed(data) and next_frame(); a codec is a pair of functions
decode(octets) -> value and encode(value) -> octets. Test files import this; it is no test.
"""

import json

from wire.errors import WireError

DAMAGED = "damaged"  # stands in a list of outcomes for one WireError
_VECTORS = __file__[: -len("dual/codec_checks.py")] + "vectors/"


def vectors(name):
    """The list in tests/vectors/`name`.json: dicts with "hex", "meaning" and "source"."""
    with open(_VECTORS + name + ".json") as file:
        return json.loads(file.read())


def refused(call, *arguments):
    """The WireError that `call(*arguments)` raises; an assertion if it raises none."""
    try:
        value = call(*arguments)
    except WireError as error:
        return error
    raise AssertionError(f"not refused: {arguments!r} gave {value!r}")


def asserts(call, *arguments):
    """True if `call(*arguments)` is taken for a mistake of ours."""
    try:
        call(*arguments)
    except AssertionError:
        return True
    return False


def octets_of(data):
    return [data[at : at + 1] for at in range(len(data))]


def flipped(data):
    """`data` with one bit wrong, for every bit: yields (at, bit, octets)."""
    for at in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[at] ^= 1 << bit
            yield at, bit, bytes(damaged)


def truncated(data):
    """Every beginning of `data` shorter than the whole."""
    return [data[:size] for size in range(len(data))]


def outcomes(deframer, *chunks):
    """What the deframer gives for these chunks, in order: messages, and DAMAGED."""
    found = []
    for chunk in chunks:
        deframer.feed(chunk)
        while True:
            try:
                message = deframer.next_frame()
            except WireError:
                found.append(DAMAGED)
                continue
            if message is None:
                break
            found.append(message)
    return found


def check_deframer(make, octets, message):
    """`octets` are `message`: whole, octet by octet, cut in two, twice, and begun again."""
    assert outcomes(make(), octets) == [message], octets.hex()
    assert outcomes(make(), *octets_of(octets)) == [message], octets.hex()
    assert outcomes(make(), octets + octets) == [message, message]
    for beginning in truncated(octets):
        assert outcomes(make(), beginning) == [], beginning.hex()
        assert outcomes(make(), beginning, octets[len(beginning) :]) == [message]
        assert outcomes(make(), octets + beginning) == [message]


def check_decoder(decode, octets, value):
    """`octets` decode to `value`; a cut or a longer one is refused; a wrong bit never crashes."""
    assert decode(octets) == value, (octets.hex(), decode(octets))
    for beginning in truncated(octets):
        refused(decode, beginning)
    refused(decode, octets + b"\x00")
    check_survives(decode, octets)


def check_codec(decode, encode, octets, value):
    check_decoder(decode, octets, value)
    assert encode(value) == octets, (encode(value).hex(), octets.hex())


def check_survives(decode, octets):
    """With any one bit wrong, or cut anywhere, `decode` gives a value or raises WireError."""
    for damaged in [each[2] for each in flipped(octets)] + truncated(octets):
        try:
            decode(damaged)
        except WireError:
            pass
