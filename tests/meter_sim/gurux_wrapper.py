"""Gives a meter a new image with gurux-dlms over TCP, reads its bills, prints one line of JSON.

A program, never imported: gurux-dlms is under the GPL and runs here in a process of its own.
Usage: gurux_wrapper.py PORT PASSWORD IDENTIFIER SIZE
"""

import json
import socket
import sys

from gurux_dlms import GXByteBuffer, GXDLMSClient, GXDLMSException, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType

ROUNDS_MAX = 50
VERIFIED, ACTIVATED = 3, 6


class GuruxClient:
    def __init__(self, port, password):
        self.client = GXDLMSClient(
            True, 1, 1, Authentication.LOW, password.encode(), InterfaceType.WRAPPER
        )
        self._peer = socket.create_connection(("127.0.0.1", port), 5)

    def exchange(self, packets):
        reply = GXReplyData()
        for octets in [packets] if isinstance(packets, (bytes, bytearray)) else packets:
            reply.clear()
            self._one(octets, reply)
            while reply.isMoreData():
                self._one(self.client.receiverReady(reply), reply)
        return reply

    def _one(self, octets, reply):
        notify, buffer = GXReplyData(), GXByteBuffer()
        self._peer.sendall(octets)
        while not (buffer.size and self.client.getData(buffer, reply, notify)):
            buffer.set(self._peer.recv(10_000))

    def read(self, item, index):
        reply = self.exchange(self.client.read(item, index))
        return self.client.updateValue(item, index, reply.value)

    def is_done(self, packets):
        """False for a refusal, temporary or not."""
        try:
            return self.exchange(packets).error == 0
        except GXDLMSException:
            return False


def bill(reader, profile):
    """[[UTC, energies ...]], in Wh"""
    for index in (3, 7, 8):
        reader.read(profile, index)
    profile.buffer = []
    reader.read(profile, 2)
    rows = [[row[0].value.timestamp(), *row[1:]] for row in profile.buffer]
    return {"in_use": profile.entriesInUse, "entries": profile.profileEntries, "rows": rows}


def transfer(reader, image, identifier, size):
    octets = bytes(n * 31 & 0xFF for n in range(size))
    reader.read(image, 5)
    reader.read(image, 2)
    reader.exchange(image.imageTransferInitiate(reader.client, identifier, size))
    packets = image.imageBlockTransfer(reader.client, octets, [0])
    for packet in packets:
        reader.exchange(packet)
    repaired = 0
    while (missing := reader.read(image, 4)) < len(packets) and repaired < ROUNDS_MAX:
        reader.exchange(packets[missing])
        repaired += 1
    found = {"repaired": repaired, "bits": str(reader.read(image, 3))}
    found["verified_at_once"] = reader.is_done(image.imageVerify(reader.client))
    found["polls"] = polls(reader, image, VERIFIED)
    (info,) = reader.read(image, 7)
    found["to_activate"] = [info.size, bytes(info.identification).decode()]
    found["activated_at_once"] = reader.is_done(image.imageActivate(reader.client))
    polls(reader, image, ACTIVATED)
    return found


def polls(reader, image, wanted):
    """How often the status had to be asked for until it was `wanted`."""
    for count in range(1, ROUNDS_MAX):
        if int(reader.read(image, 6)) == wanted:
            return count
    raise SystemExit("the status does not change")


def main(port, password, identifier, size):
    reader = GuruxClient(int(port), password)
    reader.client.parseAareResponse(reader.exchange(reader.client.aarqRequest()).data)
    reply = reader.exchange(reader.client.getObjectsRequest())
    objects = reader.client.parseObjects(reply.data, True)
    for item in objects.getObjects(3) + objects.getObjects(4):
        reader.read(item, 3)
    found = {
        name: bill(reader, objects.findByLN(7, ln))
        for name, ln in (("daily", "1.0.99.2.0.255"), ("monthly", "1.0.98.1.0.255"))
    }
    found["image"] = transfer(
        reader, objects.findByLN(18, "0.0.44.0.0.255"), identifier, int(size)
    )
    firmware = reader.read(objects.findByLN(1, "1.0.0.2.0.255"), 2)
    found["firmware"] = firmware if isinstance(firmware, str) else bytes(firmware).decode()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
