"""GET of the server: normal, with list, and what is too long for one PDU in blocks.

SERVICES  {type of request: (conformance that it needs, function(objects, agreed, client, request)
          -> octets of the answer)}

Reference: IEC 62056-5-3, GET.
"""

from wire import apdu, apdu_response, initiate
from wire.apdu import GetBlockResponse, Result
from wire.server_blocks import ANSWER_MAX
from wire.server_objects import TOO_LONG, get

_KIND = "get"


def _get(objects, agreed, client, request):
    agreed.forget()
    result = get(objects, agreed, client, request.attribute, request.access)
    whole = apdu.encode(apdu.GetResponse(request.invoke, result))
    return whole if agreed.fits(whole) else _in_blocks(agreed, request.invoke, result.data)


def _get_list(objects, agreed, client, request):
    agreed.forget()
    results = []
    size = 0
    for attribute, access in request.items:
        result = get(objects, agreed, client, attribute, access)
        size += len(result.data)
        results.append(result if size <= ANSWER_MAX else TOO_LONG)
    whole = apdu.encode(apdu.GetListResponse(request.invoke, results))
    if agreed.fits(whole):
        return whole
    return _in_blocks(agreed, request.invoke, apdu_response.put_results(results))


def _in_blocks(agreed, invoke, octets):
    if not agreed.allows(initiate.BLOCK_GET):
        return apdu.encode(apdu.GetResponse(invoke, TOO_LONG))
    return _block(invoke, agreed.send(_KIND, octets))


def _get_next(objects, agreed, client, request):
    dar, part = agreed.send_next(_KIND, request.block)
    if part is None:
        refusal = GetBlockResponse(request.invoke, True, request.block, Result(dar, b""))
        return apdu.encode(refusal)
    return _block(request.invoke, part)


def _block(invoke, part):
    is_last, block, octets = part
    return apdu.encode(GetBlockResponse(invoke, is_last, block, Result(apdu.SUCCESS, octets)))


SERVICES = {
    apdu.GetRequest: (initiate.GET, _get),
    apdu.GetListRequest: (initiate.GET | initiate.MULTIPLE_REFERENCES, _get_list),
    apdu.GetNextRequest: (initiate.GET | initiate.BLOCK_GET, _get_next),
}
