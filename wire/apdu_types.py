"""What the xDLMS APDUs are as values, and what their codes mean. The octets: wire/apdu.py.

Fields with the same name are the same everywhere:

    invoke   invoke-id-and-priority, one octet: id in bits 0-3, 6 confirmed, 7 high priority
    access   None, or Access(selector, data) for a part of an attribute
    data     octets of one Data (wire/axdr.py decodes them)
    result   Result(dar, data): data is b"" unless dar is 0
    block    number of a block, from 1
    part     Part(is_last, block, octets): what one block carries
    items    ((Attribute, access), ...)
    data     in a list: (octets of one Data, ...), as many as there are items or methods

Reference: IEC 62056-5-3, LN referencing.
"""

from collections import namedtuple

from wire.errors import WireError

Attribute = namedtuple("Attribute", ("class_id", "ln", "index"))
Method = namedtuple("Method", ("class_id", "ln", "index"))
Access = namedtuple("Access", ("selector", "data"))
Result = namedtuple("Result", ("dar", "data"))
Part = namedtuple("Part", ("is_last", "block", "octets"))

GetRequest = namedtuple("GetRequest", ("invoke", "attribute", "access"))
GetNextRequest = namedtuple("GetNextRequest", ("invoke", "block"))
GetListRequest = namedtuple("GetListRequest", ("invoke", "items"))
SetRequest = namedtuple("SetRequest", ("invoke", "attribute", "access", "data"))
SetFirstBlock = namedtuple("SetFirstBlock", ("invoke", "attribute", "access", "part"))
SetNextBlock = namedtuple("SetNextBlock", ("invoke", "part"))
SetListRequest = namedtuple("SetListRequest", ("invoke", "items", "data"))
SetListFirstBlock = namedtuple("SetListFirstBlock", ("invoke", "items", "part"))
ActionRequest = namedtuple("ActionRequest", ("invoke", "method", "data"))  # data b"": none
ActionNextRequest = namedtuple("ActionNextRequest", ("invoke", "block"))
ActionListRequest = namedtuple("ActionListRequest", ("invoke", "methods", "data"))
ActionFirstBlock = namedtuple("ActionFirstBlock", ("invoke", "method", "part"))
ActionListFirstBlock = namedtuple("ActionListFirstBlock", ("invoke", "methods", "part"))
ActionNextBlock = namedtuple("ActionNextBlock", ("invoke", "part"))

GetResponse = namedtuple("GetResponse", ("invoke", "result"))
GetBlockResponse = namedtuple("GetBlockResponse", ("invoke", "is_last", "block", "result"))
GetListResponse = namedtuple("GetListResponse", ("invoke", "results"))
SetResponse = namedtuple("SetResponse", ("invoke", "dar"))
SetBlockResponse = namedtuple("SetBlockResponse", ("invoke", "block"))
SetLastBlockResponse = namedtuple("SetLastBlockResponse", ("invoke", "dar", "block"))
SetLastListBlockResponse = namedtuple("SetLastListBlockResponse", ("invoke", "dars", "block"))
SetListResponse = namedtuple("SetListResponse", ("invoke", "dars"))
# `returned` is the Result of the method's own answer, or None
ActionResponse = namedtuple("ActionResponse", ("invoke", "result", "returned"))
ActionBlockResponse = namedtuple("ActionBlockResponse", ("invoke", "part"))
ActionListResponse = namedtuple("ActionListResponse", ("invoke", "results"))
Performed = namedtuple("Performed", ("result", "returned"))  # of one method in a list
ActionNextResponse = namedtuple("ActionNextResponse", ("invoke", "block"))

# `invoke` of these is the long one of four octets, see LONG_...; date_time has 12 octets or none
AccessRequest = namedtuple("AccessRequest", ("invoke", "date_time", "asked", "data"))
# asked: () unless the answer repeats what was asked for; data and done: one for each
AccessResponse = namedtuple("AccessResponse", ("invoke", "date_time", "asked", "data", "done"))
Asked = namedtuple("Asked", ("kind", "target", "access"))  # target: Attribute or Method
Done = namedtuple("Done", ("kind", "result"))
DataNotification = namedtuple("DataNotification", ("invoke", "date_time", "data"))
DataConfirm = namedtuple("DataConfirm", ("invoke", "date_time"))
EventNotification = namedtuple("EventNotification", ("date_time", "attribute", "data"))

# counter: the invocation counter that the server expects, or None
ExceptionResponse = namedtuple("ExceptionResponse", ("state", "service", "counter"))
ServiceError = namedtuple("ServiceError", ("service", "kind", "code"))
# window: blocks in a row that whoever says it takes; number and ack: the last block sent, got
GeneralBlock = namedtuple(
    "GeneralBlock", ("is_last", "streaming", "window", "number", "ack", "data")
)
Opaque = namedtuple("Opaque", ("tag", "octets"))  # known, not yet taken apart

GET, SET, ACTION, GET_PART, SET_PART = 1, 2, 3, 4, 5  # Asked.kind; Done.kind has the first three
LONG_SELF_DESCRIPTIVE, LONG_BREAK_ON_ERROR = 1 << 28, 1 << 29  # in a long invoke
LONG_CONFIRMED, LONG_PRIORITY, LONG_ID = 1 << 30, 1 << 31, 0xFFFFFF

APDU_MAX = 16_384  # octets of the longest APDU that every link here carries

NOT_ALLOWED, UNKNOWN = 1, 2  # ExceptionResponse.state
NOT_POSSIBLE, NOT_SUPPORTED, OTHER_REASON, PDU_TOO_LONG = 1, 2, 3, 4  # .service
DECIPHERING_ERROR, COUNTER_ERROR = 5, 6

_STATES = {NOT_ALLOWED: "service not allowed", UNKNOWN: "service unknown"}
_SERVICES = {
    NOT_POSSIBLE: "operation not possible",
    NOT_SUPPORTED: "service not supported",
    OTHER_REASON: "other reason",
    PDU_TOO_LONG: "PDU too long",
    DECIPHERING_ERROR: "deciphering error",
    COUNTER_ERROR: "invocation counter error",
}

SUCCESS = 0
TEMPORARY_FAILURE = 2
READ_WRITE_DENIED = 3
OBJECT_UNDEFINED = 4
TYPE_UNMATCHED = 12
SCOPE_VIOLATED = 13
LONG_GET_ABORTED = 15
NO_LONG_GET_IN_PROGRESS = 16
LONG_SET_ABORTED = 17
NO_LONG_SET_IN_PROGRESS = 18
BLOCK_NUMBER_INVALID = 19
DAR_OTHER_REASON = 250

_DARS = {
    SUCCESS: "success",
    1: "hardware fault",
    TEMPORARY_FAILURE: "temporary failure",
    READ_WRITE_DENIED: "read-write denied",
    OBJECT_UNDEFINED: "object undefined",
    9: "object class inconsistent",
    11: "object unavailable",
    TYPE_UNMATCHED: "type unmatched",
    SCOPE_VIOLATED: "scope of access violated",
    14: "data block unavailable",
    LONG_GET_ABORTED: "long get aborted",
    NO_LONG_GET_IN_PROGRESS: "no long get in progress",
    LONG_SET_ABORTED: "long set aborted",
    NO_LONG_SET_IN_PROGRESS: "no long set in progress",
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
