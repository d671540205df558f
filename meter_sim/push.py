"""What a meter says unasked: push setup (class 40), DataNotification, EventNotification.

Only octets and what is waiting; who carries them away is the meter's (HDLC, when the bus is
idle) or the program's (TCP and UDP, outlet.py). Nothing is confirmed, so nothing is repeated.
"""

import struct
from collections import deque, namedtuple

from meter_sim import data
from meter_sim.dar import DENIED, OK, TYPE_UNMATCHED
from meter_sim.items import Item, obis

Push = namedtuple("Push", ("transport", "destination", "apdu"))

PUSH_SETUP = obis("0.0.25.9.0.255")
TCP, UDP, HDLC = 0, 1, 5  # transport_service
WAITING_MAX = 16  # pushes; the oldest is forgotten
OBJECTS_MAX = 16
HDLC_CLIENT = b"\x01"  # destination over HDLC: one octet, the client's SAP
GBT_OVERHEAD = 9  # E0 control number(2) acknowledged(2) length(3)
GBT_LAST = 0x80


class PushSetup:
    """read(class_id, ln, index, utc_s) -> encoded Data of an object of the meter, or None.

    objects      what is pushed, in order: (class_id, ln, index)
    destination  (transport, octets): b"host:port", or the client's SAP over HDLC
    as_event     EventNotification of the last of `objects` instead
    """

    def __init__(self, read, stamp, objects):
        """stamp(utc_s) -> the 12 octets of the meter's time"""
        self._read = read
        self._stamp = stamp
        self.objects = list(objects)
        self.destination = HDLC, HDLC_CLIENT
        self.as_event = False
        self.waiting = deque(maxlen=WAITING_MAX)
        self._invoke = 0
        self._written = {
            4: data.array([]),  # communication window: always
            5: data.u16(0),  # randomisation start interval
            6: data.u8(0),  # repetitions
            7: data.u16(0),  # delay of repetitions
        }

    def item(self):
        attributes = {index: self._kept(index) for index in self._written}
        attributes[2] = lambda t: data.array([_described(one) for one in self.objects])
        attributes[3] = lambda t: self._destination()
        writers = {index: self._keep(index) for index in self._written}
        writers.update({2: self._set_objects, 3: self._set_destination})
        return Item(40, attributes, writers, {1: lambda value, utc_s: self.push(utc_s)})

    def push(self, utc_s):
        make = self._event if self.as_event else self._data
        self.waiting.append(Push(*self.destination, make(utc_s)))
        return OK

    def waits(self, transport):
        return any(push.transport == transport for push in self.waiting)

    def taken(self, *transports):
        """The pushes that are to go over these transports; they wait no longer."""
        taken = [push for push in self.waiting if push.transport in transports]
        for push in taken:
            self.waiting.remove(push)
        return taken

    def _data(self, utc_s):
        self._invoke = self._invoke + 1 & 0xFFFFFF
        values = [self._read(*one, utc_s) or data.NULL for one in self.objects]
        head = struct.pack(">BIB", 0x0F, self._invoke, 12) + self._stamp(utc_s)
        return head + data.structure(*values)

    def _event(self, utc_s):
        class_id, ln, index = self.objects[-1]
        head = b"\xc2\x01\x0c" + self._stamp(utc_s) + struct.pack(">H6sB", class_id, ln, index)
        return head + (self._read(class_id, ln, index, utc_s) or data.NULL)

    def _destination(self):
        transport, destination = self.destination
        return data.structure(data.enum(transport), data.octets(destination), data.enum(0))

    def _kept(self, index):
        return lambda utc_s: self._written[index]

    def _keep(self, index):
        def keep(value, utc_s):
            if value.tag != self._written[index][0]:
                return TYPE_UNMATCHED
            self._written[index] = data.encoded(value)
            return OK

        return keep

    def _set_objects(self, value, utc_s):
        if value.tag != data.ARRAY or len(value.value) > OBJECTS_MAX:
            return TYPE_UNMATCHED
        shape = [18, data.OCTETS, 15, 18]
        for one in value.value:
            if one.tag != data.STRUCTURE or [part.tag for part in one.value] != shape:
                return TYPE_UNMATCHED
        parts = [[part.value for part in one.value] for one in value.value]
        self.objects = [(class_id, bytes(ln), index) for class_id, ln, index, _ in parts]
        return OK

    def _set_destination(self, value, utc_s):
        shape = [22, data.OCTETS, 22]
        if value.tag != data.STRUCTURE or [part.tag for part in value.value] != shape:
            return TYPE_UNMATCHED
        transport, destination, message = (part.value for part in value.value)
        if transport not in (TCP, UDP, HDLC) or message:
            return DENIED
        self.destination = transport, bytes(destination)
        return OK


def _described(one):
    class_id, ln, index = one
    return data.structure(data.u16(class_id), data.octets(ln), data.i8(index), data.u16(0))


def pieces(apdu, size):
    """The APDU, or general blocks of it, each at most `size` octets, none to be confirmed."""
    if len(apdu) <= size:
        return [apdu]
    step = size - GBT_OVERHEAD
    blocks = [apdu[at : at + step] for at in range(0, len(apdu), step)]
    said = []
    for number, block in enumerate(blocks, 1):
        control = GBT_LAST if number == len(blocks) else 0
        head = struct.pack(">BBHH", 0xE0, control, number, 0)
        said.append(head + data.length(len(block)) + block)
    return said
