"""gurux-dlms' side of bench_codec: peer_gurux.py FILE. A process of its own: it is GPL."""

import os
import sys

from gurux_dlms._GXFCS16 import _GXFCS16
from gurux_dlms.AesGcmParameter import AesGcmParameter
from gurux_dlms.CountType import CountType
from gurux_dlms.enums import Authentication, InterfaceType, Security
from gurux_dlms.GXByteBuffer import GXByteBuffer
from gurux_dlms.GXDLMSChippering import GXDLMSChippering
from gurux_dlms.GXReplyData import GXReplyData
from gurux_dlms.objects.enums import SecuritySuite
from gurux_dlms.secure import GXDLMSSecureClient

from bench.stopwatch import as_it_is, cases, report

GLO_GET_RESPONSE = 0xCC


def in_wire_order(fcs):
    """It gives the low octet first."""
    return (fcs & 0xFF) << 8 | fcs >> 8


def main(given, out):
    client = GXDLMSSecureClient(True, 16, 1, Authentication.NONE, None, InterfaceType.PDU)
    sealed = bytes([0x30]) + given["counter"] + given["sealed"]
    sealed = bytes([GLO_GET_RESPONSE, 0x81, len(sealed)]) + sealed

    def decoded(octets):
        reply = GXReplyData()
        client.getData(bytearray(octets), reply, GXReplyData())
        return reply.value

    def parameters():
        found = AesGcmParameter(0, given["title"], given["ek"], given["ak"])
        found.security = Security.AUTHENTICATION_ENCRYPTION
        found.securitySuite = SecuritySuite.SUITE_0
        found.invocationCounter = int.from_bytes(given["counter"], "big")
        found.type_ = CountType.DATA | CountType.TAG
        return found

    secret = parameters()
    fcs = given["fcs"]
    report(
        {
            "get": (lambda: decoded(given["get"]), as_it_is),
            "profile": (lambda: decoded(given["profile"]), as_it_is),
            "seal": (lambda: GXDLMSChippering.encryptAesGcm(secret, given["plain"]), as_it_is),
            "open": (
                lambda: GXDLMSChippering.decryptAesGcm(None, secret, GXByteBuffer(sealed)),
                as_it_is,
            ),
            "fcs": (lambda: _GXFCS16.countFCS16(fcs, 0, len(fcs)), in_wire_order),
        },
        out,
    )


# It prints a line for each APDU that it deciphers: not into our answer.
with os.fdopen(os.dup(1), "w") as answers, open(os.devnull, "w") as nowhere:
    sys.stdout = nowhere
    main(cases(), answers)
