"""The COSEM server of the DCU, logical device 1: who may be its client, and what may be asked.

The objects are rows of dcu/cosem_objects.py; docs/cosem-objects.md describes them for the HES.
"""

from dcu.cosem_row import (
    CLASS_INCONSISTENT,
    MANAGEMENT,
    PUBLIC,
    READ_WRITE_DENIED,
    READER,
    TEMPORARY,
    UNDEFINED,
    Ask,
)
from hal.errors import PortError, Refused
from wire import association, axdr
from wire.credentials import Credentials
from wire.server import Denied


def clients(settings, keys):
    """{client SAP: Credentials} for the server association. The reader is let in only
    with a password; management without one, until it has one, and with nothing but the
    keys (dcu/cosem_keys.py) once there are some."""
    found = {PUBLIC: Credentials()}
    for sap, key in ((READER, "cosem.reader_password"), (MANAGEMENT, "cosem.password")):
        password = settings.get(key).encode()
        if password:
            found[sap] = Credentials(association.LLS, password)
        elif sap == MANAGEMENT:
            found[sap] = Credentials()
    if keys.are_set():
        found.pop(MANAGEMENT)
        if keys.security():
            found[MANAGEMENT] = keys.credentials()
    return found


class Clients:
    """As wire/server.py looks them up, for each association anew: a password or key that was
    changed holds from the next one on, also on a connection that stays.

    now   function() -> {client SAP: Credentials}
    """

    def __init__(self, now):
        self._now = now

    def get(self, sap):
        return self._now().get(sap)


class Objects:
    """What wire.server asks: get, set and action on the table, by the rights of the client."""

    def __init__(self, table):
        self._by_ln = {row.ln: row for row in table}

    def get(self, attribute, access, client_sap):
        row = self._find(attribute.class_id, attribute.ln, client_sap)
        if attribute.index == 1:
            return axdr.octets(row.ln)
        if attribute.index not in row.cells:
            raise Denied(UNDEFINED)
        return _done(row.cells[attribute.index].read, Ask(access, client_sap))

    def set(self, attribute, access, data, client_sap):
        row = self._find(attribute.class_id, attribute.ln, client_sap)
        cell = row.cells.get(attribute.index)
        if cell is None or cell.write is None or client_sap != MANAGEMENT or access is not None:
            raise Denied(READ_WRITE_DENIED)
        _done(cell.write, axdr.decode_all(data))

    def action(self, class_id, ln, method, data, client_sap):
        row = self._find(class_id, ln, client_sap)
        if method not in row.methods:
            raise Denied(UNDEFINED)
        if client_sap != MANAGEMENT:
            raise Denied(READ_WRITE_DENIED)
        return _done(row.methods[method].call, axdr.decode_all(data) if data else None)

    def _find(self, class_id, ln, client_sap):
        row = self._by_ln.get(bytes(ln))
        if row is None or client_sap not in row.readers:
            raise Denied(UNDEFINED)
        if row.class_id != class_id:
            raise Denied(CLASS_INCONSISTENT)
        return row


def _done(what, argument):
    try:
        return what(argument)
    except PortError:
        raise Denied(TEMPORARY)  # the disk: told by whoever writes to it
    except Refused:
        raise Denied(READ_WRITE_DENIED)  # by the settings or the archive, which have the last word
