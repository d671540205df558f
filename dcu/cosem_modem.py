"""COSEM objects of the cellular module: how it gets into the network, and how it is there.

Reference: IEC 62056-6-2, class_id 45 (GPRS modem setup), 47 (GSM diagnostic); 3GPP TS 27.007,
8.5 (signal quality).
"""

from dcu.cosem_row import GPRS_SETUP, GSM_DIAGNOSTIC, READERS, TYPE_UNMATCHED, UNDATED, cell, row
from wire import axdr
from wire.server import Denied

_PIN_MAX = 0xFFFF
_ELEMENT = (0, 0, 0, 0, 0)  # precedence, delay, reliability, peak and mean throughput: best effort


_STATUS = {"not searching": 0, "home": 1, "searching": 2, "denied": 3, "roaming": 5}
_UNKNOWN = 4
_INACTIVE, _PACKET_SWITCHED = 0, 1
_CSQ_LOWEST_DBM, _CSQ_STEP_DB, _CSQ_MAX, _CSQ_UNKNOWN = -113, 2, 31, 99


def modem_rows(dcu):
    return (_setup_row(dcu.settings), _diagnostic_row(dcu))


def _setup_row(settings):
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
    return row(GPRS_SETUP, 0, "0.0.25.4.0.255", "cellular module: setup", READERS, cells)


def _diagnostic_row(dcu):
    """Of what the module said last, once a minute while it is online."""

    def status():
        return axdr.enum(_STATUS.get(dcu.modem_facts.get("registration"), _UNKNOWN))

    def packets():
        return axdr.enum(_PACKET_SWITCHED if dcu.modem.is_online else _INACTIVE)

    def cell_info():
        quality = signal_quality(dcu.modem_facts.get("signal_dbm"))
        numbers = [axdr.u16(0), axdr.u16(0), axdr.u8(quality), axdr.u8(_CSQ_UNKNOWN)]
        return axdr.structure(numbers)

    def captured():
        at_s = dcu.modem_facts.get("at_s")
        return axdr.octets(UNDATED if at_s is None else axdr.date_time(at_s))

    def operator():
        return axdr.visible(dcu.modem_facts.get("operator") or "")

    info = "structure {u16 cell, u16 location: 0, not known; u8 signal_quality; u8 error rate: 99}"
    cells = {
        2: cell("operator", "visible-string", operator),
        3: cell("status", "enum of registration, 4: not known", status),
        4: cell("cs_attachment", "enum, 0: inactive", lambda: axdr.enum(_INACTIVE)),
        5: cell("ps_status", "enum, 0: inactive, 1: active, by whatever technology", packets),
        6: cell("cell_info", info, cell_info),
        7: cell("adjacent_cells", "array, none", lambda: axdr.array([])),
        8: cell("capture_time", "octet-string(12), UTC", captured),
    }
    name = "cellular module: diagnostic"
    return row(GSM_DIAGNOSTIC, 0, "0.0.25.6.0.255", name, READERS, cells)


def signal_quality(dbm):
    """0 to 31 for -113 to -51 dBm, 99 for None."""
    if dbm is None:
        return _CSQ_UNKNOWN
    return max(0, min((dbm - _CSQ_LOWEST_DBM) // _CSQ_STEP_DB, _CSQ_MAX))
