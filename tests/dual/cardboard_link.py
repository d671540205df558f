"""A link of cardboard to a DLMS meter: answers by the kind of the request, and what was said."""

from hal.errors import NoReply
from wire import obis
from wire.apdu import Attribute

ENERGY = Attribute(3, obis.parse("1.0.1.8.0.255"), 2)
POWER = Attribute(3, obis.parse("1.0.1.7.0.255"), 2)
ACCEPTED = bytes.fromhex(
    "6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f0400001e9d04000007"
)
# the same with ACCESS in place of "multiple references"
ACCEPTED_WITH_ACCESS = ACCEPTED.replace(b"\x00\x1e\x9d", b"\x00\x1c\x5d")
# the same, and no "multiple references" in the conformance
ACCEPTED_WITHOUT_LISTS = bytes.fromhex(
    "6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f0400001c1d04000007"
)
# the same with general block transfer, and a longest PDU of 32 octets
ACCEPTED_WITH_BLOCKS = ACCEPTED.replace(b"\x00\x1e\x9d\x04\x00", b"\x20\x1e\x9d\x00\x20")
REFUSED = bytes.fromhex("6117a109060760857405080101a203020101a305a10302010d")
EXCEPTION = b"\xd8\x01\x02"
RELEASED = bytes.fromhex("6303800100")


class CardboardLink:
    """Answers by the first octets of the request; None is silence."""

    name = "rs485-1 meter 17"
    blocks_in_a_row = 1

    def __init__(self, **answers):
        self.answers = {"aarq": ACCEPTED, "rlrq": RELEASED}
        self.answers.update(answers)
        self.asked = []
        self.said = []
        self.is_open = self.is_held = False

    async def connect(self, attempts=None, urgent=False):
        assert not self.is_held
        self.is_held = True
        self.said.append(("connect", attempts))
        return self.is_open

    async def reconnect(self, attempts=None):
        self.said.append("reconnect")

    def can_stay_open(self, idle_ms):
        return idle_ms < 120_000

    def leave_open(self):
        self.is_open = True
        self.is_held = False
        self.said.append("leave open")

    async def request(self, apdu):
        apdu = bytes(apdu)
        self.asked.append(apdu)
        kind = (
            {
                0x60: "aarq",
                0x62: "rlrq",
                0xC0: "get",
                0xC1: "set",
                0xC3: "action",
                0xD9: "access",
                0xE0: "block",
            }[apdu[0]]
            if apdu
            else "next"
        )
        if kind == "get" and apdu[1] == 3:
            kind = "list"
        answer = self.answers.get(kind)
        if isinstance(answer, list):  # one after the other; the last stays
            answer = answer.pop(0) if answer[1:] else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            raise NoReply(f"{self.name} does not answer")
        if answer[0] in (0xC4, 0xC5, 0xC7):
            return answer[:2] + (apdu[2:3] or answer[2:3]) + answer[3:]
        if answer[0] == 0xDA:
            return answer[:1] + apdu[1:5] + answer[5:]
        return answer

    async def disconnect(self, is_silent=False):
        self.is_open = self.is_held = False
        self.said.append(("disconnect", is_silent))
