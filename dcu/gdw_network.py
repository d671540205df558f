"""Q/GDW 376.1, F4 and F7: telephone numbers, of which the DCU has none, and the IP of the
terminal, which is the machine's. Of F7 the port where the HES may dial us is ours to set.

Reference: Q/GDW 376.1-2009, 5.5.1.4, 5.5.1.7.
"""

from hal.errors import Refused

_NOBODY = b"\xff" * 8  # BCD, filled up with F
_NONE = "0.0.0.0"


def numbers(gdw, pn, asked):
    return {"hes": _NOBODY, "sms": _NOBODY}


def get(gdw, pn, asked):
    machine = gdw.dcu.interface()
    return {
        "ip": _text(machine.address),
        "mask": _text(machine.mask),
        "gateway": _text(machine.gateway),
        "proxy": 0,
        "proxy_ip": _NONE,
        "proxy_port": 0,
        "proxy_method": 0,
        "user": b"",
        "password": b"",
        "port": gdw.dcu.settings.get("uplink.port"),
    }


def put(gdw, pn, value):
    """The port alone may be another than it is."""
    known = get(gdw, pn, None)
    other = [name for name in known if name != "port" and value[name] != known[name]]
    if other:
        raise Refused(f"376.1: {other[0]} is the machine's, and not set from here")
    gdw.dcu.settings.put("uplink.port", str(value["port"]))
    return 0


def _text(address):
    return ".".join([str(octet) for octet in (address or 0).to_bytes(4, "big")])
