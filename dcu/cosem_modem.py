"""COSEM object of the cellular module: how it gets into the network of the operator.

Reference: IEC 62056-6-2, class_id 45 (GPRS modem setup).
"""

from dcu.cosem_row import GPRS_SETUP, READERS, TYPE_UNMATCHED, cell, row
from wire import axdr
from wire.server import Denied

_PIN_MAX = 0xFFFF
_ELEMENT = (0, 0, 0, 0, 0)  # precedence, delay, reliability, peak and mean throughput: best effort


def modem_rows(settings):
    def apn():
        return axdr.octets(settings.get("modem.apn").encode())

    def set_apn(value):
        if not isinstance(value, bytes):
            raise Denied(TYPE_UNMATCHED)
        text = "".join([chr(octet) for octet in value])
        settings.put("modem.apn", text)

    def set_pin(value):
        if type(value) is not int or not 0 <= value <= _PIN_MAX:
            raise Denied(TYPE_UNMATCHED)
        settings.put("modem.pin", f"{value:04}" if value else "")

    quality = axdr.structure([axdr.structure([axdr.u8(each) for each in _ELEMENT])] * 2)
    cells = {
        2: cell("APN", "octet-string", apn, set_apn),
        3: cell("PIN_code", "u16; reads 0, for it is never told", lambda: axdr.u16(0), set_pin),
        4: cell("quality_of_service", "structure, best effort", lambda: quality),
    }
    return (row(GPRS_SETUP, 0, "0.0.25.4.0.255", "cellular module: setup", READERS, cells),)
