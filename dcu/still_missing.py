"""What settings that were changed do not work without, for who changes them by hand.

A hint, not a check: in which order they are set is nobody's business but theirs.
"""

_PEERS = "set server.peers to the addresses of the HES, or to any"


def _nobody_may_dial(get):
    return get("uplink.mode") == "server" and not get("server.peers")


def _nobody_is_let_in(get):
    is_open = get("server.tcp_port") or get("server.udp_port")
    return is_open and not get("server.peers")


def _no_module(get):
    return get("uplink.channel") == "modem" and not get("modem.device")


_HINTS = (  # (what concerns it, whether it is missing, what mends it)
    (("uplink.mode", "server.peers"), _nobody_may_dial, f"nobody may dial yet: {_PEERS}"),
    (
        ("server.tcp_port", "server.udp_port", "server.peers"),
        _nobody_is_let_in,
        f"nobody is let in at server.tcp_port and server.udp_port yet: {_PEERS}",
    ),
    (
        ("uplink.channel", "modem.device"),
        _no_module,
        "no module to dial with yet: set modem.device, as in /dev/ttyUSB2",
    ),
)


def hints(get, changed):
    """A line for each; get(key) -> value, changed: keys."""
    return [
        text
        for keys, is_missing, text in _HINTS
        if is_missing(get) and any([key in keys for key in changed])
    ]
