"""The association object: what a client sees of itself, and the list of what it may see.

Reference: IEC 62056-6-2, class_id 15 (Association LN), version 1.
"""

from dcu.cosem_row import (
    ANYBODY,
    ASSOCIATION,
    MANAGEMENT,
    PROFILE,
    READ_WRITE_DENIED,
    Cell,
    row,
)
from wire import apdu, association, axdr, initiate
from wire.server import CONFORMANCE, MAX_PDU, Denied

_NAME = "0.0.40.0.0.255"
_SERVER_SAP = 1
_IDENTIFIER = b"\x60\x85\x74\x05\x08"  # 2.16.756.5.8, then the branch and the number
_CONTEXT, _MECHANISM = 1, 2  # branches
_READ, _READ_WRITE = 1, 3  # access modes of an attribute
_ASSOCIATED = 2


def association_row(table, clients):
    """The object itself, first in its own list. `table` are the other rows, `clients()` the
    {client SAP: Credentials} of now."""

    def objects(ask):
        seen = [each for each in [here] + list(table) if ask.client in each.readers]
        return axdr.array([_listed(each, ask.client) for each in seen])

    def mechanism(ask):
        known = clients()
        if ask.client not in known:  # the reader, since its password was taken away
            raise Denied(READ_WRITE_DENIED)
        return _identifier(_MECHANISM, known[ask.client].mechanism)

    cells = {
        2: Cell("object_list", "array, of what this client may see", objects, None),
        3: Cell("associated_partners_id", "structure {i8, u16}", _partners, None),
        4: Cell("application_context_name", "octet-string", _context, None),
        5: Cell("xDLMS_context_info", "structure", _limits, None),
        6: Cell("authentication_mechanism_name", "octet-string", mechanism, None),
        8: Cell("association_status", "enum, 2: associated", _status, None),
    }
    here = row(ASSOCIATION, 1, _NAME, "current association", ANYBODY, cells)
    return here


def _listed(each, client):
    """structure {u16 class, u8 version, octet-string LN, {attributes, methods}}"""
    rights = [_right(1, False, False)]
    for index in sorted(each.cells):
        can_write = each.cells[index].write is not None and client == MANAGEMENT
        rights.append(_right(index, can_write, (each.class_id, index) == (PROFILE, 2)))
    may_act = 1 if client == MANAGEMENT else 0
    methods = [axdr.structure([axdr.i8(m), axdr.enum(may_act)]) for m in sorted(each.methods)]
    access = axdr.structure([axdr.array(rights), axdr.array(methods)])
    name = axdr.octets(each.ln)
    return axdr.structure([axdr.u16(each.class_id), axdr.u8(each.version), name, access])


def _right(index, can_write, has_selectors):
    mode = axdr.enum(_READ_WRITE if can_write else _READ)
    selectors = axdr.array([axdr.i8(1), axdr.i8(2)]) if has_selectors else axdr.null()
    return axdr.structure([axdr.i8(index), mode, selectors])


def _partners(ask):
    return axdr.structure([axdr.i8(ask.client), axdr.u16(_SERVER_SAP)])


def _identifier(branch, number):
    return axdr.octets(_IDENTIFIER + bytes([branch, number]))


def _context(ask):
    return _identifier(_CONTEXT, association.LN)


def _limits(ask):
    """structure {conformance, our longest PDU, theirs, version, quality, key}: what we can do."""
    conformance = axdr.BitString(24, CONFORMANCE.to_bytes(3, "big"))
    sizes = [axdr.u16(MAX_PDU), axdr.u16(apdu.APDU_MAX)]
    rest = [axdr.u8(initiate.DLMS_VERSION), axdr.i8(0), axdr.octets(b"")]
    return axdr.structure([axdr.bits(conformance)] + sizes + rest)


def _status(ask):
    return axdr.enum(_ASSOCIATED)
