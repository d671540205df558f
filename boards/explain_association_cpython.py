"""AARQ, AARE, RLRQ and RLRE in words. A password is not shown, only that there is one.

Reference: IEC 62056-5-3, ACSE APDUs.
"""

from wire import association, initiate
from wire.errors import WireError

_CONTEXTS = {1: "LN", 2: "SN", 3: "LN, ciphered", 4: "SN, ciphered"}
_MECHANISMS = {
    0: "lowest level: none",
    1: "low level: password",
    2: "high level: of the manufacturer",
    3: "high level: MD5",
    4: "high level: SHA-1",
    5: "high level: GMAC",
    6: "high level: SHA-256",
    7: "high level: ECDSA",
}
_RESULTS = {0: "accepted", 1: "rejected, permanent", 2: "rejected, transient"}
_NAMES = {0x60: "AARQ", 0x61: "AARE", 0x62: "RLRQ", 0x63: "RLRE"}


def is_association(octets):
    return bool(octets) and octets[0] in _NAMES


def explain(octets, opened):
    """{AARQ, AARE, RLRQ or RLRE: fields}. `opened(user information)` deciphers it, or gives it
    back as it is."""
    value = association.decode(octets)
    explained = {
        association.Aarq: _aarq,
        association.Aare: _aare,
        association.Release: _release,
    }[type(value)](value)
    if value.user_information:
        explained["user-information"] = _initiate(opened(value.user_information))
    return {_NAMES[octets[0]]: explained}


def _aarq(value):
    fields = _both(value, "calling-AP-title")
    if value.authentication:
        fields["calling-authentication-value"] = _secret(value)
    return fields


def _aare(value):
    fields = _both(value, "responding-AP-title")
    fields["result"] = _RESULTS.get(value.result, value.result)
    fields["result-source-diagnostic"] = association.diagnostic_text(value.diagnostic)
    if value.authentication:
        fields["responding-authentication-value"] = value.authentication.hex()
    return fields


def _both(value, title):
    fields = {"application-context-name": _CONTEXTS.get(value.context, value.context)}
    if value.title:
        fields[title] = value.title.hex()
    fields["mechanism-name"] = _MECHANISMS.get(value.mechanism, value.mechanism)
    return fields


def _secret(value):
    if value.mechanism == association.LLS:
        return f"{len(value.authentication)} octets, not shown"
    return value.authentication.hex()


def _release(value):
    return {"reason": "not told" if value.reason is None else value.reason}


def _initiate(octets):
    try:
        value = initiate.decode_initiate(octets)
    except WireError as error:
        return {"not readable": error.reason, "octets": len(octets)}
    if isinstance(value, initiate.InitiateRequest):
        fields = {"client-max-receive-pdu-size": value.max_pdu}
        if value.dedicated_key:
            fields["dedicated-key"] = f"{len(value.dedicated_key)} octets, not shown"
    elif isinstance(value, initiate.InitiateResponse):
        fields = {"server-max-receive-pdu-size": value.max_pdu}
    else:
        return {"confirmed-service-error": initiate.error_text(value)}
    names = ", ".join(initiate.conformance_names(value.conformance))
    return {"dlms-version": value.version, "conformance": names, **fields}
