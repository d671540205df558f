"""The fields that several xDLMS APDUs share: functions from a Cursor, and functions to octets."""

from wire import axdr
from wire.apdu_types import SUCCESS, Access, Attribute, Method, Part, Result
from wire.errors import WireError

COUNT_MAX = 256  # items of a list; an empty Data is one octet there, but takes memory here


def take_flag(cursor):
    """A boolean, or whether an optional field follows."""
    flag = cursor.u8()
    if flag > 1:
        raise WireError(f"a flag is 0 or 1, not {flag}")
    return flag


def take_data(cursor):
    """The octets of the Data at the front, undecoded."""
    begin = cursor.at
    axdr.decode(cursor)
    return cursor.data[begin : cursor.at]


def take_octets(cursor):
    return cursor.take(cursor.length())


def take_attribute(cursor):
    return Attribute(cursor.u16(), cursor.take(6), cursor.u8())


def take_method(cursor):
    return Method(cursor.u16(), cursor.take(6), cursor.u8())


def take_access(cursor):
    return Access(cursor.u8(), take_data(cursor)) if take_flag(cursor) else None


def take_result(cursor):
    """Result with Data delimited by itself."""
    return Result(cursor.u8(), b"") if take_flag(cursor) else Result(SUCCESS, take_data(cursor))


def take_last_result(cursor):
    """Result at the end of an APDU. Its Data are judged when they are decoded, and only then:
    a profile is not gone through twice."""
    if take_flag(cursor):
        return Result(cursor.u8(), b"")
    if not cursor.left():
        raise WireError("cut short: no data")
    return Result(SUCCESS, cursor.rest())


def take_counted(cursor, take):
    """A count and as many of what `take` takes."""
    count = cursor.length()
    if count > COUNT_MAX:
        raise WireError(f"a list of {count}, more than {COUNT_MAX}")
    return tuple([take(cursor) for _ in range(count)])


def take_item(cursor):
    """(Attribute, access), one of a list."""
    return take_attribute(cursor), take_access(cursor)


def take_data_list(cursor, count):
    """As many Data as were named before, with a count of their own."""
    data = take_counted(cursor, take_data)
    if len(data) != count:
        raise WireError(f"{len(data)} data for {count} items of a list")
    return data


def take_part(cursor):
    return Part(take_flag(cursor) == 1, cursor.u32(), take_octets(cursor))


def take_date_time(cursor):
    """The 12 octets, or none."""
    octets = take_octets(cursor)
    if len(octets) not in (0, 12):
        raise WireError("half a date-time", octets[:16])
    return octets


def put_octets(octets):
    return axdr.length(len(octets)) + octets


def filling(room):
    """How many octets fill `room` when their length takes more than one octet of it, too."""
    for more, limit in ((0, 0x80), (1, 0x100)):
        if room - more < limit:
            return room - more
    return room - 2


def put_attribute(attribute):
    """Of an Attribute or a Method."""
    class_id, ln, index = attribute
    assert len(ln) == 6
    return class_id.to_bytes(2, "big") + ln + bytes([index])


def put_access(access):
    return b"\x00" if access is None else bytes([1, access.selector]) + access.data


def put_item(item):
    attribute, access = item
    return put_attribute(attribute) + put_access(access)


def put_long_head(tag, value):
    """Of an APDU with a long invoke-id and a date-time."""
    return bytes([tag]) + value.invoke.to_bytes(4, "big") + put_octets(value.date_time)


def put_data_list(data):
    return put_counted(data, bytes)


def put_part(part):
    number = part.block.to_bytes(4, "big")
    return bytes([1 if part.is_last else 0]) + number + put_octets(part.octets)


def put_result(result):
    return b"\x00" + result.data if result.dar == SUCCESS else bytes([1, result.dar])


def put_counted(items, put):
    return axdr.length(len(items)) + b"".join([put(item) for item in items])
