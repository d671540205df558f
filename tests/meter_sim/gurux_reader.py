"""Reads a whole meter with gurux-dlms and prints what it got as one line of JSON.

A program, never imported: gurux-dlms is under the GPL and runs here in a process of its own.
Usage: gurux_reader.py PORT ADDRESS none|lls|KIND [PASSWORD], KIND one of HLS and a suite: gmac0.
"""

import datetime
import json
import sys
import time

import serial
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, DataType, InterfaceType, Security
from gurux_dlms.objects.enums import SecuritySuite
from gurux_dlms.secure import GXDLMSSecureClient

ATTEMPTS = 3


KINDS = {
    "none": Authentication.NONE,
    "lls": Authentication.LOW,
    "hls": Authentication.HIGH,
    "md5": Authentication.HIGH_MD5,
    "sha1": Authentication.HIGH_SHA1,
    "gmac": Authentication.HIGH_GMAC,
    "sha256": Authentication.HIGH_SHA256,
}


def key(first, size):
    return bytes((first + n) & 0xFF for n in range(size))


class GuruxReader:
    """`kind`: a name of KINDS, followed by the suite if it is ciphered."""

    def __init__(self, path, address, kind, password):
        authentication = KINDS[kind.rstrip("012") if kind not in KINDS else kind]
        server = GXDLMSClient.getServerAddress(1, address)
        self.client = GXDLMSSecureClient(
            True, 16 if kind == "none" else 1, server, authentication, password, InterfaceType.HDLC
        )
        if authentication not in (Authentication.NONE, Authentication.LOW):
            self._secure(None if kind in KINDS else int(kind[-1]))
        self._port = serial.Serial(path, 9600, timeout=1)

    def _secure(self, suite):
        ciphering = self.client.ciphering
        ciphering.systemTitle = b"GRX\x00\x00\x00\x00\x01"
        if suite is not None:
            size = 32 if suite == 2 else 16
            ciphering.security = Security.AUTHENTICATION_ENCRYPTION
            ciphering.securitySuite = SecuritySuite(suite)
            ciphering.blockCipherKey = key(0x00, size)
            ciphering.authenticationKey = key(0xD0, size)
            ciphering.invocationCounter = 1

    def exchange(self, frames):
        reply = GXReplyData()
        for octets in [frames] if isinstance(frames, (bytes, bytearray)) else frames:
            reply.clear()
            self._one(octets, reply)
            while reply.isMoreData():
                more = None if reply.isStreaming() else self.client.receiverReady(reply)
                self._one(more, reply)
        return reply

    def _one(self, octets, reply):
        notify, buffer = GXReplyData(), GXByteBuffer()
        for _ in range(ATTEMPTS):
            self._port.write(octets)
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                buffer.set(self._port.read(max(1, self._port.in_waiting)))
                if buffer.size and self.client.getData(buffer, reply, notify):
                    return
        raise SystemExit("no answer")

    def open(self):
        self.client.parseUAResponse(self.exchange(self.client.snrmRequest()).data)
        self.client.parseAareResponse(self.exchange(self.client.aarqRequest()).data)
        if self.client.authentication > Authentication.LOW:
            proof = self.client.getApplicationAssociationRequest()
            self.client.parseApplicationAssociationResponse(self.exchange(proof).data)

    def read(self, item, index):
        reply = self.exchange(self.client.read(item, index))
        return self.client.updateValue(item, index, reply.value)

    def objects(self):
        reply = self.exchange(self.client.getObjectsRequest())
        return self.client.parseObjects(reply.data, True)


def rows(reader, profile, request):
    """[[UTC, other cells]]"""
    profile.buffer = []
    reader.client.updateValue(profile, 2, reader.exchange(request).value)
    return [[row[0].value.timestamp(), *row[1:]] for row in profile.buffer]


def read_all(reader, objects):
    found = {"objects": len(objects)}
    for item in objects.getObjects(3):
        reader.read(item, 3)
        reader.read(item, 2)
        found[item.logicalName] = [item.value, item.scaler, int(item.unit)]
    clock = objects.findByLN(8, "0.0.1.0.0.255")
    found["clock_before"] = reader.read(clock, 2).value.timestamp()
    profile = objects.findByLN(7, "1.0.99.1.0.255")
    reader.read(profile, 3)
    count = reader.read(profile, 7)
    found["newest"] = rows(reader, profile, reader.client.readRowsByEntry(profile, count - 1, 2))
    end = datetime.datetime.fromtimestamp(found["newest"][-1][0])
    start = end - datetime.timedelta(hours=5)
    found["range"] = rows(reader, profile, reader.client.readRowsByRange(profile, start, end))
    found["count"] = count
    wanted = [(clock, 2), (objects.findByLN(3, "1.0.1.8.0.255"), 2)]
    reply = reader.exchange(reader.client.readList(wanted)[0])
    reader.client.updateValues(wanted, reply.value)
    found["listed"] = [clock.time.value.timestamp(), wanted[1][0].value]
    found["rows"] = len(rows(reader, profile, reader.client.read(profile, 2)))
    return found


def main(path, address, kind, password=None):
    reader = GuruxReader(path, int(address), kind, password and password.encode())
    reader.open()
    objects = reader.objects()
    found = read_all(reader, objects)
    if kind != "none":
        switch = objects.findByLN(70, "0.0.96.3.10.255")
        reader.exchange(reader.client.method(switch, 1, 0, DataType.INT8))
        found["output"] = reader.read(switch, 2)
        clock = objects.findByLN(8, "0.0.1.0.0.255")
        clock.time = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
        reader.exchange(reader.client.write(clock, 2))
        found["clock_set"] = reader.read(clock, 2).value.timestamp()
    reader.exchange(reader.client.releaseRequest() or b"")
    reader.exchange(reader.client.disconnectRequest())
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
