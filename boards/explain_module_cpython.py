"""What a G3 module and the DCU say to each other (USI), in words.

Reference: ITU-T G.9903 and the serial interface of public G3 modems.
"""

from wire import ip6, usi_attributes, usi_commands, wrapper
from wire.errors import WireError

_STATUS = ("ok", "not allowed", "unknown command", "invalid parameter")
_ADP = {
    0x00: "success",
    0x80: "another network has our PAN identifier",
    0xA1: "invalid request",
    0xA2: "failed",
    0xA3: "invalid IPv6 packet",
    0xA4: "not permitted",
    0xA5: "route error",
    0xA6: "timeout",
    0xA7: "invalid index",
    0xA8: "invalid parameter",
    0xA9: "no beacon",
    0xB0: "read only",
    0xB1: "unsupported attribute",
    0xB2: "incomplete path",
    0xB3: "busy",
    0xB4: "no buffers",
    0xE1: "channel access failure",
    0xE2: "denied",
    0xE4: "security error",
    0xE7: "invalid handle",
    0xE9: "no acknowledgement",
    0xF3: "unavailable key",
    0xF4: "unsupported attribute",
    0xF9: "invalid index",
    0xFB: "read only",
    0xFF: "internal error",
}
_LBP = (
    "ok",
    "not ok",
    "unsupported parameter",
    "invalid index",
    "invalid length",
    "invalid value",
)
_BANDS = {0: "CENELEC-A", 1: "CENELEC-B", 2: "FCC", 3: "ARIB", 0xFF: "RF"}
_ENTRIES = {
    usi_attributes.ROUTING_TABLE: usi_attributes.parse_route,
    usi_attributes.ROUTE_ELEMENT: usi_attributes.parse_route,
    usi_attributes.MAC_NEIGHBOUR: usi_attributes.parse_neighbour,
    usi_attributes.NEIGHBOUR_ELEMENT: usi_attributes.parse_neighbour,
    usi_attributes.MAC_POSITION: usi_attributes.parse_position,
    usi_attributes.POSITION_ELEMENT: usi_attributes.parse_position,
}


def usi(payload, explain_apdu, shown):
    """What one payload of a G3 module is. WireError if it is none.

    explain_apdu(octets)  explains an APDU
    shown(octets)         what cannot be explained, as far as it may be seen
    """
    message = usi_commands.decode(payload)
    fields = {}
    for name, value in message.values.items():
        if name == "packet":
            known = _packet(value, explain_apdu, shown)
        else:
            known = shown(value) if name in ("data", "rest") else _known(message, name, value)
        fields[name.replace("_", "-")] = known
    return {f"G3 {message.name}": fields}


def _known(message, name, value):
    if name == "value":
        return _value(message, value)
    if name == "hops":
        return dict(zip(("forward", "reverse"), [[_row(hop) for hop in way] for way in value]))
    if name == "attribute":
        known = usi_attributes.name(message.name, value)
        return f"{value:08X} ({known})" if known else f"{value:08X}"
    if isinstance(value, bytes):
        return value.hex()
    return _number(message.name, name, value)


def _number(command, name, value):
    if name == "status":
        names = _ADP
        if command in ("status", "lbp-set.confirm"):
            names = dict(enumerate(_STATUS if command == "status" else _LBP))
        return f"{value:02X} ({names.get(value, 'unknown')})"
    if name == "band":
        return _BANDS.get(value, value)
    if name == "command":
        known = [row.name for row in usi_commands.COMMANDS if row.code == value]
        return f"{value:02X} ({known[0] if known else 'unknown'})"
    if name in ("pan", "short", "destination", "source", "origin"):
        return f"{value:04X}"
    return value


def _value(message, value):
    attribute = message.values["attribute"]
    if usi_attributes.is_secret(message.name, attribute):
        return f"a key of {len(value)} octets"
    parse = _ENTRIES.get(attribute)
    if not parse or not value or message.name.startswith("lbp"):
        return value.hex()
    try:
        return _row(parse(value))
    except WireError as error:
        return {"damaged": error.reason}


def _row(entry):
    return dict(zip(entry._fields, entry, strict=True))


def _packet(octets, explain_apdu, shown):
    try:
        datagram = ip6.decode(octets)
    except WireError as error:
        return {"damaged packet": error.reason}
    fields = {
        "source": _end(datagram.source, datagram.source_port),
        "destination": _end(datagram.destination, datagram.destination_port),
    }
    size, frame = _wrapped(datagram.payload)
    if not size:
        return {**fields, "payload": shown(datagram.payload)}
    ports = {"source-wport": frame.source, "destination-wport": frame.destination}
    return {**fields, "wrapper": {**ports, **explain_apdu(frame.apdu)}}


def _wrapped(payload):
    """(its size, Wrapper) of a payload that is one, or (0, None)."""
    try:
        found = wrapper.parse(payload, 0, False)
    except WireError:
        found = None
    return found if found and found[0] == len(payload) else (0, None)


def _end(address, port):
    short = ip6.short_address(address)
    return f"{address.hex() if short is None else f'{short:04X}'} port {port}"
