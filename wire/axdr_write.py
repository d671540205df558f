"""Encoders of A-XDR Data: each gives the octets of one Data. A value out of range is our mistake.

array and structure take the octets of their elements:  structure([u16(7), visible("kWh")])
"""


def length(count):
    """A length or a count, in as few octets as hold it; BER has the same."""
    assert 0 <= count < 1 << 32
    if count < 0x80:
        return bytes([count])
    size = 1
    while count >> 8 * size:
        size += 1
    return bytes([0x80 | size]) + count.to_bytes(size, "big")


def null():
    return b"\x00"


def boolean(value):
    return b"\x03\x01" if value else b"\x03\x00"


def i8(value):
    return _signed(15, value, 1)


def i16(value):
    return _signed(16, value, 2)


def i32(value):
    return _signed(5, value, 4)


def i64(value):
    return _signed(20, value, 8)


def u8(value):
    return _unsigned(17, value, 1)


def u16(value):
    return _unsigned(18, value, 2)


def u32(value):
    return _unsigned(6, value, 4)


def u64(value):
    return _unsigned(21, value, 8)


def enum(value):
    return _unsigned(22, value, 1)


def octets(data):
    return b"\x09" + length(len(data)) + bytes(data)


def visible(text):
    """visible-string: what is not printable ASCII becomes a question mark."""
    data = bytes([ord(each) if " " <= each <= "~" else 0x3F for each in text])
    return b"\x0a" + length(len(data)) + data


def utf8(text):
    data = text.encode()
    return b"\x0c" + length(len(data)) + data


def bits(string):
    """`string` is a BitString."""
    return b"\x04" + length(string.count) + string.octets


def array(elements):
    return b"\x01" + length(len(elements)) + b"".join(elements)


def structure(elements):
    return b"\x02" + length(len(elements)) + b"".join(elements)


def _unsigned(tag, value, size):
    assert 0 <= value < 1 << 8 * size, value
    return bytes([tag]) + value.to_bytes(size, "big")


def _signed(tag, value, size):
    half = 1 << (8 * size - 1)
    assert -half <= value < half, value
    return bytes([tag]) + (value % (2 * half)).to_bytes(size, "big")
