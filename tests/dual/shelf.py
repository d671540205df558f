"""COSEM objects that keep whatever is set, and a client that is associated with them."""

from tests.dual.cosem_peer import MANAGEMENT, PASSWORD, Client
from wire import association, axdr, initiate
from wire.apdu import Attribute, Method
from wire.server import Denied

CLOSED = 3  # what is asked of the slot of that number is denied


def slot(number, class_id=1):
    return Attribute(class_id, bytes([0, 0, 128, number, 0, 255]), 2)


def echo(number=1):
    """A method that returns its parameters."""
    return Method(9, bytes([0, 0, 10, number, 0, 255]), 1)


class Shelf:
    """`kept` {attribute: octets of Data}; `done` in order: what was set and performed."""

    def __init__(self):
        self.kept = {}
        self.done = []

    def get(self, attribute, access, client):
        _refuse(attribute.ln)
        if attribute not in self.kept:
            raise Denied(4)
        return access.data if access else self.kept[attribute]

    def set(self, attribute, access, data, client):
        _refuse(attribute.ln)
        axdr.decode_all(data)
        self.kept[attribute] = data
        self.done.append(("set", attribute.ln[3], len(data)))

    def action(self, class_id, ln, method, data, client):
        _refuse(ln)
        self.done.append(("action", ln[3], len(data)))
        return data


def _refuse(ln):
    if ln[3] == CLOSED:
        raise Denied(3)


def with_shelf(max_pdu=0xFFFF, without=0):
    """A Client of a Shelf that takes `max_pdu` octets and does not know the bits `without`."""
    client = Client(MANAGEMENT, Shelf())
    conformance = initiate.CONFORMANCE & ~without
    offer = initiate.encode_initiate(initiate.request(conformance, max_pdu))
    aarq = association.Aarq(association.LN, association.LLS, PASSWORD, offer)
    assert association.decode(client.ask(association.encode(aarq))).result == 0
    client.sent, client.taken = [], []
    return client


def long_data(size):
    """One Data of `size` octets."""
    for head in (2, 3, 4, 5):
        data = axdr.octets(bytes([at & 0xFF for at in range(size - head)]))
        if len(data) == size:
            return data
    raise AssertionError(size)
