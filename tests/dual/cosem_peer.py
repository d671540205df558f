"""A few COSEM objects, and how a dialogue of wire/dialogue.py is held with a server of them."""

from wire import association, axdr, dialogue, obis
from wire.apdu import Attribute
from wire.credentials import Credentials
from wire.server import Denied, ServerAssociation

PUBLIC, MANAGEMENT = 16, 1
PASSWORD = b"12345678"
CLIENTS = {PUBLIC: Credentials(), MANAGEMENT: Credentials(association.LLS, PASSWORD)}

ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
SCALER = Attribute(3, obis.parse("1.0.1.8.0.255"), 3)
PROFILE = Attribute(7, obis.parse("1.0.99.1.0.255"), 2)
MARK = Attribute(1, obis.parse("0.0.96.129.1.255"), 2)
MISSING = Attribute(1, obis.parse("0.0.96.99.0.255"), 2)
DISCONNECTOR = obis.parse("0.0.96.3.10.255")
ROWS = [(n, bytes([n] * 12), None) for n in range(60)]
UNDEFINED, DENIED, SCOPE = 4, 3, 13


def row(values):
    n, octets, _ = values
    return axdr.structure([axdr.u32(n), axdr.octets(octets), axdr.null()])


class Objects:
    """Two registers' attributes, a profile with ranges, a number that can be set, a method."""

    def __init__(self):
        self.mark = 0
        self.asked = []

    def get(self, attribute, access, client):
        self.asked.append((attribute, client))
        table = {
            ENERGY: lambda: axdr.u32(123456),
            SCALER: lambda: axdr.structure([axdr.i8(-1), axdr.enum(30)]),
            PROFILE: lambda: axdr.array([row(each) for each in self._rows(access)]),
            MARK: lambda: axdr.u32(self.mark),
        }
        if attribute not in table:
            raise Denied(UNDEFINED)
        return table[attribute]()

    def _rows(self, access):
        if access is None:
            return ROWS
        parameters = axdr.decode_all(access.data)
        if (
            not isinstance(parameters, tuple)
            or [type(each) for each in parameters[1:3]] != [int] * 2
        ):
            raise Denied(SCOPE)
        _, low, high = parameters[:3]
        return [each for each in ROWS if low <= each[0] <= high]

    def set(self, attribute, access, data, client):
        if client != MANAGEMENT:
            raise Denied(DENIED)
        self.mark = axdr.decode_all(data)

    def action(self, class_id, ln, method, data, client):
        if ln != DISCONNECTOR:
            raise Denied(UNDEFINED)
        return axdr.u8(method) if data else None


def converse(talk, answer):
    """The result of the dialogue `talk`; `answer(request) -> answer`."""
    request = next(talk)
    while True:
        try:
            request = talk.send(answer(request))
        except StopIteration as end:
            return end.value


class Client:
    """Talks to a ServerAssociation of its own; `sent` and `taken` are the APDUs so far."""

    def __init__(self, sap=PUBLIC, objects=None):
        self.sap = sap
        self.objects = objects or Objects()
        self.server = ServerAssociation(self.objects, CLIENTS)
        self.sent = []
        self.taken = []

    def ask(self, request):
        answer = self.server.answer(self.sap, 1, request)
        self.sent.append(request)
        self.taken.append(answer)
        return answer

    def do(self, talk):
        return converse(talk, self.ask)

    def associate(self, max_pdu=0xFFFF):
        if self.sap == MANAGEMENT:
            return self.do(dialogue.associate(association.LLS, PASSWORD, max_pdu))
        return self.do(dialogue.associate(max_pdu=max_pdu))


def associated(sap=PUBLIC, max_pdu=0xFFFF):
    client = Client(sap)
    client.associate(max_pdu)
    return client
