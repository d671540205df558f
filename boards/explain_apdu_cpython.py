"""xDLMS APDUs in words: one table of their names, one of what their fields mean.

Reference: IEC 62056-5-3; the names are those of its ASN.1.
"""

from boards import explain_data_cpython as words
from wire import apdu

_ID, _CONFIRMED, _PRIORITY = 0x0F, 0x40, 0x80
_NAMES = {
    apdu.GetRequest: "get-request-normal",
    apdu.GetNextRequest: "get-request-next",
    apdu.GetListRequest: "get-request-with-list",
    apdu.SetRequest: "set-request-normal",
    apdu.SetFirstBlock: "set-request-with-first-datablock",
    apdu.SetNextBlock: "set-request-with-datablock",
    apdu.SetListRequest: "set-request-with-list",
    apdu.SetListFirstBlock: "set-request-with-list-and-first-datablock",
    apdu.ActionRequest: "action-request-normal",
    apdu.ActionNextRequest: "action-request-next-pblock",
    apdu.ActionListRequest: "action-request-with-list",
    apdu.ActionFirstBlock: "action-request-with-first-pblock",
    apdu.ActionListFirstBlock: "action-request-with-list-and-first-pblock",
    apdu.ActionNextBlock: "action-request-with-pblock",
    apdu.GetResponse: "get-response-normal",
    apdu.GetBlockResponse: "get-response-with-datablock",
    apdu.GetListResponse: "get-response-with-list",
    apdu.SetResponse: "set-response-normal",
    apdu.SetBlockResponse: "set-response-datablock",
    apdu.SetLastBlockResponse: "set-response-last-datablock",
    apdu.SetLastListBlockResponse: "set-response-last-datablock-with-list",
    apdu.SetListResponse: "set-response-with-list",
    apdu.ActionResponse: "action-response-normal",
    apdu.ActionBlockResponse: "action-response-with-pblock",
    apdu.ActionListResponse: "action-response-with-list",
    apdu.ActionNextResponse: "action-response-next-pblock",
    apdu.AccessRequest: "access-request",
    apdu.AccessResponse: "access-response",
    apdu.DataNotification: "data-notification",
    apdu.DataConfirm: "data-notification-confirm",
    apdu.EventNotification: "event-notification-request",
    apdu.ExceptionResponse: "exception-response",
    apdu.ServiceError: "confirmed-service-error",
    apdu.GeneralBlock: "general-block-transfer",
}
_WITH_LONG_INVOKE = (
    apdu.AccessRequest,
    apdu.AccessResponse,
    apdu.DataNotification,
    apdu.DataConfirm,
)
_ACCESS_KINDS = {1: "get", 2: "set", 3: "action", 4: "get-with-selection", 5: "set-with-selection"}


_CHANGING = ("set-request", "action-request", "access-request")
_CHANGED = ("data", "part")  # their fields that may have a new password or key in them
_HIDDEN = "not shown"


def explain(octets, hides_data=False):
    """{name of the APDU: its fields}. WireError when it is none.

    hides_data   of what sets and acts
    """
    value = apdu.decode(octets)
    if isinstance(value, apdu.Opaque):
        return {apdu.OPAQUE[value.tag]: {"contents": value.octets.hex()}}
    name = _NAMES[type(value)]
    if isinstance(value, apdu.ExceptionResponse):
        return {name: _exception(value)}
    if isinstance(value, apdu.GeneralBlock):
        return {name: _general_block(value, hides_data)}
    if isinstance(value, apdu.GetBlockResponse):
        return {name: _get_block(value)}
    fields = {}
    invoke = _long_invoke if isinstance(value, _WITH_LONG_INVOKE) else _invoke
    known = {**_FIELDS, "invoke": ("invoke-id-and-priority", invoke)}
    for field in value._fields:
        key, explain_field = known.get(field, (field, str))
        fields[key] = explain_field(getattr(value, field))
        if hides_data and field in _CHANGED and name.startswith(_CHANGING):
            fields[key] = _HIDDEN
    return {name: fields}


def _exception(value):
    fields = {"in words": apdu.exception_text(value)}
    if value.counter is not None:
        fields["invocation-counter"] = value.counter
    return fields


def _get_block(value):
    fields = {"invoke-id-and-priority": _invoke(value.invoke)}
    fields.update({"last-block": bool(value.is_last), "block-number": value.block})
    if value.result.dar:
        return {**fields, "data-access-result": apdu.dar_text(value.result.dar)}
    return {**fields, "raw-data": value.result.data.hex()}


def _general_block(value, hides_data):
    return {
        "last-block": bool(value.is_last),
        "streaming": bool(value.streaming),
        "window": value.window,
        "block-number": value.number,
        "block-number-ack": value.ack,
        "block-data": _HIDDEN if hides_data else value.data.hex(),
    }


def _invoke(invoke):
    return _numbered(invoke & _ID, invoke & _CONFIRMED, invoke & _PRIORITY)


def _long_invoke(invoke):
    number = invoke & apdu.LONG_ID
    return _numbered(number, invoke & apdu.LONG_CONFIRMED, invoke & apdu.LONG_PRIORITY)


def _numbered(number, confirmed, priority):
    kind = "confirmed" if confirmed else "unconfirmed"
    return f"{number}, {kind}, {'high' if priority else 'normal'} priority"


def _data_or_list(given):
    if isinstance(given, tuple):
        return [words.data(each) for each in given]
    return words.data(given) if given else "none"


def _date_time(octets):
    return words.string(octets) if octets else "none"


def _item(item):
    return {**words.descriptor(item[0]), "access-selection": words.access(item[1])}


def _method(method):
    return words.descriptor(method, "method-id")


def _part(part):
    head = {"last-block": bool(part.is_last), "block-number": part.block}
    return {**head, "raw-data": part.octets.hex()}


def _performed(given):
    """Of one method: a Performed, or the Result of a list."""
    if isinstance(given, apdu.Performed):
        returned = words.result(given.returned)
        return {"result": apdu.dar_text(given.result), "return-parameters": returned}
    return words.result(given)


def _asked(asked):
    target = _method(asked.target) if asked.kind == apdu.ACTION else words.descriptor(asked.target)
    return {"kind": _ACCESS_KINDS[asked.kind], **target, "selection": words.access(asked.access)}


def _done(done):
    return {"kind": _ACCESS_KINDS[done.kind], "result": apdu.dar_text(done.result)}


def _result(given):
    return apdu.dar_text(given) if isinstance(given, int) else words.result(given)


def _listed(explain_one):
    return lambda given: [explain_one(each) for each in given]


_FIELDS = {
    "attribute": ("cosem-attribute-descriptor", words.descriptor),
    "access": ("access-selection", words.access),
    "method": ("cosem-method-descriptor", _method),
    "methods": ("cosem-method-descriptor-list", _listed(_method)),
    "items": ("attribute-descriptor-list", _listed(_item)),
    "data": ("data", _data_or_list),
    "part": ("datablock", _part),
    "is_last": ("last-block", bool),
    "block": ("block-number", int),
    "result": ("result", _result),
    "results": ("result-list", _listed(_performed)),
    "returned": ("return-parameters", words.result),
    "dar": ("result", apdu.dar_text),
    "dars": ("result-list", _listed(apdu.dar_text)),
    "date_time": ("date-time", _date_time),
    "asked": ("access-request-specification", _listed(_asked)),
    "done": ("access-response-specification", _listed(_done)),
}
