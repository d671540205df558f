"""A DLMS client of other make, gurux-dlms, over TCP, UDP or HDLC. Prints what it got as JSON.

A program, never imported: gurux-dlms is under the GPL and runs here in a process of its own.
Usage: gurux_client.py JSON, an object with

    transport, port    tcp or udp, on this machine; or hdlc, the path of a terminal
    address            hdlc: the physical address; without: logical device 1 in one octet
    max_info, window   hdlc: what is proposed
    client, logical    SAPs
    auth, secret       none, lls, md5, sha1, gmac, sha256, high; the secret as text
    ek, ak, title      hexadecimal; with them the association is ciphered
    suite              0, 1 or 2
    gateway            [network, address text] of the meter behind, instead of the DCU
    attributes         [[class, logical name, index], ...] to read; without: all on the object list
    write_back         whether to write each attribute that may be written, as it was read
"""

import json
import socket
import sys

import serial
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXDLMSException, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType, Security
from gurux_dlms.GXDLMSGateway import GXDLMSGateway
from gurux_dlms.objects.enums import SecuritySuite
from gurux_dlms.secure import GXDLMSSecureClient

AUTHENTICATIONS = {
    "none": Authentication.NONE,
    "lls": Authentication.LOW,
    "high": Authentication.HIGH,
    "md5": Authentication.HIGH_MD5,
    "sha1": Authentication.HIGH_SHA1,
    "gmac": Authentication.HIGH_GMAC,
    "sha256": Authentication.HIGH_SHA256,
}
LIMIT_S = 10
MAX_PDU = 300  # octets that we take: longer answers come in blocks
READ_WRITE = 3
WRITE_MAX = 1000  # octets


class Terminal:
    """As much of a socket as is needed here."""

    def __init__(self, path):
        self._port = serial.Serial(path, 9600, timeout=LIMIT_S)

    def sendall(self, octets):
        self._port.write(octets)

    def recv(self, size):
        data = self._port.read(max(1, self._port.in_waiting))
        if not data:
            raise TimeoutError("nothing came")
        return data


def opened(given):
    if given["transport"] == "hdlc":
        return Terminal(given["port"])
    kind = socket.SOCK_STREAM if given["transport"] == "tcp" else socket.SOCK_DGRAM
    found = socket.socket(socket.AF_INET, kind)
    found.settimeout(LIMIT_S)
    found.connect(("127.0.0.1", given["port"]))
    return found


def server_of(given):
    logical = given.get("logical", 1)
    return (
        GXDLMSClient.getServerAddress(logical, given["address"]) if "address" in given else logical
    )


class Talk:
    def __init__(self, given):
        secret = given.get("secret", "").encode()
        self._is_hdlc = given["transport"] == "hdlc"
        self.client = GXDLMSSecureClient(
            True,
            given["client"],
            server_of(given),
            AUTHENTICATIONS[given["auth"]],
            secret or None,
            InterfaceType.HDLC if self._is_hdlc else InterfaceType.WRAPPER,
        )
        if "max_info" in given:
            limits = self.client.hdlcSettings
            limits.maxInfoTX = limits.maxInfoRX = given["max_info"]
            limits.windowSizeTX = limits.windowSizeRX = given["window"]
        self.client.maxReceivePDUSize = MAX_PDU
        if "ek" in given:
            ciphering = self.client.ciphering
            ciphering.securitySuite = SecuritySuite(given.get("suite", 0))
            ciphering.security = Security.AUTHENTICATION_ENCRYPTION
            ciphering.blockCipherKey = bytes.fromhex(given["ek"])
            ciphering.authenticationKey = bytes.fromhex(given["ak"])
            ciphering.systemTitle = bytes.fromhex(given["title"])
            ciphering.invocationCounter = given.get("counter", 1)
        if "gateway" in given:
            self.client.gateway = GXDLMSGateway()
            self.client.gateway.networkId = given["gateway"][0]
            self.client.gateway.physicalDeviceAddress = given["gateway"][1].encode()
        self._socket = opened(given)
        self._has_handshake = AUTHENTICATIONS[given["auth"]] > Authentication.LOW

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
        buffer = GXByteBuffer()
        if octets:
            self._socket.sendall(octets)
        while True:
            buffer.set(self._socket.recv(65535))
            if self.client.getData(buffer, reply, GXReplyData()):
                break
        if reply.error:
            raise GXDLMSException(reply.error)

    def open(self):
        if self._is_hdlc:
            self.client.parseUAResponse(self.exchange(self.client.snrmRequest()).data)
        self.client.parseAareResponse(self.exchange(self.client.aarqRequest()).data)
        if self._has_handshake:
            request = self.client.getApplicationAssociationRequest()
            self.client.parseApplicationAssociationResponse(self.exchange(request).data)

    def objects(self):
        reply = self.exchange(self.client.getObjectsRequest())
        return self.client.parseObjects(reply.data, True)

    def close(self):
        request = self.client.releaseRequest()
        if request:
            self.exchange(request)
        if self._is_hdlc:
            self.exchange(self.client.disconnectRequest())


def attributes_of(item):
    """(index, may be written) of what the object list promises; a buffer after its columns."""
    listed = [(each.index, int(each.access)) for each in item.attributes]
    for index, mode in sorted(listed, key=lambda row: (row[0] == 2, row[0])):
        if mode:
            yield index, mode == READ_WRITE


def is_long(value):
    """This client does not cut a ciphered SET into blocks, and the DCU takes no PDU so long."""
    return isinstance(value, (bytes, bytearray, str)) and len(value) > WRITE_MAX


def read_all(talk, write_back, is_ciphered):
    read, written, failed = 0, 0, []
    for item in talk.objects():
        for index, may_write in attributes_of(item):
            name = f"{int(item.objectType)}/{item.logicalName}/{index}"
            try:
                reply = talk.exchange(talk.client.read(item, index))
                talk.client.updateValue(item, index, reply.value)
                read += 1
                if may_write and write_back and not (is_ciphered and is_long(reply.value)):
                    talk.exchange(talk.client.write(item, index))
                    written += 1
            except (GXDLMSException, ValueError, TypeError) as error:
                failed.append(f"{name}: {error}")
    return {"read": read, "written": written, "failed": failed}


def read_some(talk, attributes):
    found = []
    for class_id, name, index in attributes:
        item = talk.client.createObject(ObjectType(class_id))
        item.logicalName = name
        reply = talk.exchange(talk.client.read(item, index))
        value = talk.client.updateValue(item, index, reply.value)
        found.append(value.hex() if isinstance(value, (bytes, bytearray)) else str(value))
    return {"values": found}


def main(text):
    given = json.loads(text)
    talk = Talk(given)
    talk.open()
    if "attributes" in given:
        found = read_some(talk, given["attributes"])
    else:
        found = read_all(talk, given.get("write_back", False), "ek" in given)
    talk.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
