"""dlms-cosem's side of bench_codec: peer_dlms_cosem.py FILE."""

from dlms_cosem import security
from dlms_cosem.crc import CRCCCITT
from dlms_cosem.protocol.xdlms.get import GetResponseFactory
from dlms_cosem.utils import parse_as_dlms_data

from bench.stopwatch import as_it_is, cases, report


def decoded(octets):
    return parse_as_dlms_data(GetResponseFactory.from_bytes(octets).data)


def main():
    given = cases()
    control = security.SecurityControlField(0, authenticated=True, encrypted=True)
    fixed = (control, given["title"], int.from_bytes(given["counter"], "big"), given["ek"])
    crc = CRCCCITT()
    report(
        {
            "get": (lambda: decoded(given["get"]), as_it_is),
            "profile": (lambda: decoded(given["profile"]), as_it_is),
            "seal": (lambda: security.encrypt(*fixed, given["plain"], given["ak"]), as_it_is),
            "open": (lambda: security.decrypt(*fixed, given["sealed"], given["ak"]), as_it_is),
            "fcs": (
                lambda: crc.calculate_for(given["fcs"]),
                lambda octets: int.from_bytes(octets, "little"),  # as on the wire
            ),
        }
    )


main()
