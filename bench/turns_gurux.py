"""A gurux-dlms client's side of bench_turns: turns_gurux.py FILE. Prints JSON.

A process of its own: it is GPL. Its own defaults: no proposals for HDLC, an attribute at a time.
It is spared what a client that knows the meter need not read: scalers, columns, the object list.
"""

import datetime
import json
import sys
import time

import serial
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType
from gurux_dlms.secure import GXDLMSSecureClient

READ_CLIENT = 1
ANSWER_S = 2


class Visit:
    def __init__(self, given, port):
        server = GXDLMSClient.getServerAddress(1, given["address"])
        secret = given["password"].encode()
        self.client = GXDLMSSecureClient(
            True, READ_CLIENT, server, Authentication.LOW, secret, InterfaceType.HDLC
        )
        self._port = port
        self.octets = self.turns = 0

    def ask(self, frames):
        reply = GXReplyData()
        for octets in [frames] if isinstance(frames, (bytes, bytearray)) else frames:
            reply.clear()
            self._exchange(octets, reply)
            while reply.isMoreData():
                self._exchange(self.client.receiverReady(reply), reply)
        return reply

    def _exchange(self, octets, reply):
        notify, buffer = GXReplyData(), GXByteBuffer()
        self._port.write(octets)
        self.octets += len(octets)
        self.turns += 1
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            heard = self._port.read(max(1, self._port.in_waiting))
            self.octets += len(heard)
            buffer.set(heard)
            if buffer.size and self.client.getData(buffer, reply, notify):
                return
        raise SystemExit("no answer")

    def open(self):
        self.client.parseUAResponse(self.ask(self.client.snrmRequest()).data)
        self.client.parseAareResponse(self.ask(self.client.aarqRequest()).data)

    def value(self, kind, name):
        return self.ask(self.client.read(_object(kind, name), 2)).value

    def rows(self, name, ends):
        profile = _object(ObjectType.PROFILE_GENERIC, name)
        utc = datetime.timezone.utc
        times = [datetime.datetime.fromtimestamp(end, utc) for end in ends]
        return self.ask(self.client.readRowsByRange(profile, *times)).value

    def close(self):
        self.ask(self.client.disconnectRequest())


def _object(kind, name):
    item = GXDLMSClient.createObject(kind)
    item.logicalName = name
    return item


def timed(given, port, is_daily):
    """{ms, octets, turns, values} of a visit, the way in and the way out with it."""
    began = time.monotonic()
    visit = Visit(given, port)
    visit.open()
    values = [visit.value(ObjectType.CLOCK, "0.0.1.0.0.255")]
    values += [visit.value(ObjectType.REGISTER, name) for name in given["registers"]]
    if is_daily:
        values.append(visit.rows(given["profile"], given["range"]))
        values.append(visit.value(ObjectType.PROFILE_GENERIC, given["log"]))
    visit.close()
    spent_ms = round((time.monotonic() - began) * 1000)
    return {"ms": spent_ms, "octets": visit.octets, "turns": visit.turns, "values": values}


def main(path):
    with open(path) as file:
        given = json.loads(file.read())
    found = {}
    with serial.Serial(given["port"], 9600, timeout=1) as port:
        for name, is_daily in (("registers", False), ("daily", True)):
            found[name] = [timed(given, port, is_daily) for _ in range(given["visits"])]
    print(json.dumps(found, default=lambda octets: bytes(octets).hex()))


main(sys.argv[1])
