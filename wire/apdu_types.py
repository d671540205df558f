"""What the xDLMS APDUs are as values, and what their codes mean. The octets: wire/apdu.py.

Fields with the same name are the same everywhere:

    invoke   invoke-id-and-priority, one octet: id in bits 0-3, 6 confirmed, 7 high priority
    access   None, or Access(selector, data) for a part of an attribute
    data     octets of one Data (wire/axdr.py decodes them)
    result   Result(dar, data): data is b"" unless dar is 0
    block    number of a block, from 1

Reference: IEC 62056-5-3, LN referencing.
"""

from collections import namedtuple

from wire.errors import WireError

Attribute = namedtuple("Attribute", ("class_id", "ln", "index"))
Method = namedtuple("Method", ("class_id", "ln", "index"))
Access = namedtuple("Access", ("selector", "data"))
Result = namedtuple("Result", ("dar", "data"))

GetRequest = namedtuple("GetRequest", ("invoke", "attribute", "access"))
GetNextRequest = namedtuple("GetNextRequest", ("invoke", "block"))
GetListRequest = namedtuple("GetListRequest", ("invoke", "items"))  # ((Attribute, access), ...)
SetRequest = namedtuple("SetRequest", ("invoke", "attribute", "access", "data"))
ActionRequest = namedtuple("ActionRequest", ("invoke", "method", "data"))  # data b"": none

GetResponse = namedtuple("GetResponse", ("invoke", "result"))
GetBlockResponse = namedtuple("GetBlockResponse", ("invoke", "is_last", "block", "result"))
GetListResponse = namedtuple("GetListResponse", ("invoke", "results"))
SetResponse = namedtuple("SetResponse", ("invoke", "dar"))
# `returned` is the Result of the method's own answer, or None
ActionResponse = namedtuple("ActionResponse", ("invoke", "result", "returned"))

# counter: the invocation counter that the server expects, or None
ExceptionResponse = namedtuple("ExceptionResponse", ("state", "service", "counter"))
ServiceError = namedtuple("ServiceError", ("service", "kind", "code"))
# `invoke` is the long one of four octets; date_time has 12 octets or none
DataNotification = namedtuple("DataNotification", ("invoke", "date_time", "data"))
Opaque = namedtuple("Opaque", ("tag", "octets"))  # known, not yet taken apart

APDU_MAX = 16_384  # octets of the longest APDU that every link here carries

NOT_ALLOWED, UNKNOWN = 1, 2  # ExceptionResponse.state
NOT_POSSIBLE, NOT_SUPPORTED, OTHER_REASON, PDU_TOO_LONG = 1, 2, 3, 4  # .service

_STATES = {NOT_ALLOWED: "service not allowed", UNKNOWN: "service unknown"}
_SERVICES = {
    NOT_POSSIBLE: "operation not possible",
    NOT_SUPPORTED: "service not supported",
    OTHER_REASON: "other reason",
    PDU_TOO_LONG: "PDU too long",
    5: "deciphering error",
    6: "invocation counter error",
}

SUCCESS = 0
OBJECT_UNDEFINED = 4
TYPE_UNMATCHED = 12
NO_LONG_GET_IN_PROGRESS = 16
BLOCK_NUMBER_INVALID = 19
DAR_OTHER_REASON = 250

_DARS = {
    SUCCESS: "success",
    1: "hardware fault",
    2: "temporary failure",
    3: "read-write denied",
    OBJECT_UNDEFINED: "object undefined",
    9: "object class inconsistent",
    11: "object unavailable",
    TYPE_UNMATCHED: "type unmatched",
    13: "scope of access violated",
    14: "data block unavailable",
    15: "long get aborted",
    NO_LONG_GET_IN_PROGRESS: "no long get in progress",
    17: "long set aborted",
    18: "no long set in progress",
    BLOCK_NUMBER_INVALID: "data block number invalid",
    DAR_OTHER_REASON: "other reason",
}


class UnknownApdu(WireError):
    """Nothing is damaged as far as can be seen, but this service is not known here."""


def dar_text(dar):
    """A data-access-result or action-result in words."""
    return _DARS.get(dar, f"result {dar}")


def exception_text(response):
    """An ExceptionResponse in words."""
    state = _STATES.get(response.state, f"state {response.state}")
    return state + ", " + _SERVICES.get(response.service, f"error {response.service}")
