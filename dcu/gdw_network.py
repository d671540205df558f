"""Q/GDW 376.1, F4 and F7: telephone numbers, of which the DCU has none, and the IP of the
terminal: the setting eth.ipv4, on trial until it is proved, as from everywhere (dcu/ethernet.py).

Reference: Q/GDW 376.1-2009, 5.5.1.4, 5.5.1.7.
"""

from dcu import ipv4
from hal.errors import Refused
from wire.ipv4 import dotted

_NOBODY = b"\xff" * 8  # BCD, filled up with F
_NONE = "0.0.0.0"
_ADDRESS = ("ip", "mask", "gateway")


def numbers(gdw, pn, asked):
    return {"hes": _NOBODY, "sms": _NOBODY}


def get(gdw, pn, asked):
    found = _address(gdw)
    found.update({"proxy": 0, "proxy_ip": _NONE, "proxy_port": 0, "proxy_method": 0})
    found.update({"user": b"", "password": b"", "port": gdw.dcu.settings.get("uplink.port")})
    return found


def _address(gdw):
    """That which is set; else that which the machine has."""
    way = gdw.dcu.settings.get("eth.ipv4")
    if way in (ipv4.SYSTEM, ipv4.DHCP):
        machine = gdw.dcu.interface()
        values = machine.address, machine.mask, machine.gateway
    else:
        fixed = ipv4.fixed(way)
        values = fixed.address, ipv4.mask_of(fixed.prefix), fixed.gateway
    return dict(zip(_ADDRESS, [dotted(value or 0) for value in values]))


def put(gdw, pn, value):
    """Address 0.0.0.0 is DHCP. What is as it is stays as it is, also when the system saw to it."""
    if value["proxy"] or value["user"] or value["password"]:
        raise Refused("376.1: there is no proxy")
    pairs = [("uplink.port", str(value["port"]))]
    known = _address(gdw)
    if [value[name] for name in _ADDRESS] != [known[name] for name in _ADDRESS]:
        pairs.append(("eth.ipv4", _way_of(gdw, value)))
    gdw.dcu.settings.put_all(pairs)
    return 0


def _way_of(gdw, value):
    """With the name servers of now: F7 has none."""
    if value["ip"] == _NONE:
        return ipv4.DHCP
    gateway = "" if value["gateway"] == _NONE else value["gateway"]
    servers = [dotted(each) for each in gdw.dcu.interface().dns[: ipv4.DNS_MAX]]
    parts = [f"{value['ip']}/{value['mask']}", gateway] + servers
    return ",".join(parts).rstrip(",")
