"""pydlms-client's side of bench_codec: peer_pydlms.py FILE. A process of its own: it is GPL."""

from pydlms.apdu.xdlms import decode_apdu
from pydlms.hdlc.crc import crc16_x25
from pydlms.security import gcm
from pydlms.security.suites import SecurityControl

from bench.stopwatch import as_it_is, cases, report


def python_of(response):
    return response.result.data.to_python()


def main():
    given = cases()
    control = SecurityControl(suite=0, authenticated=True, encrypted=True)
    secret = (control, given["ek"], given["ak"], given["title"])
    counter = int.from_bytes(given["counter"], "big")
    plain, sealed = given["plain"], given["sealed"]
    report(
        {
            "get": (lambda: decode_apdu(given["get"]), python_of),
            "profile": (lambda: decode_apdu(given["profile"]), python_of),
            "seal": (lambda: gcm.encrypt(*secret, counter, plain), as_it_is),
            "open": (lambda: gcm.decrypt(*secret, counter, sealed), as_it_is),
            "fcs": (lambda: crc16_x25(given["fcs"]), as_it_is),
        }
    )


main()
